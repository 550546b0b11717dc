// Points for the tests of the map: a town, a village and strays, with every state. Deterministic by seed.
#pragma once

#include <random>

#include "map/points.h"

namespace linesman::map {

inline Points random_points(size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> town(0, 0.004), village(0, 0.0004);
    Points points;
    for (size_t i = 0; i < count; ++i) {
        model::GeoPoint at{-26.38, 27.80};
        if (i % 10 < 7) {
            at.latitude += town(random), at.longitude += town(random);
        } else if (i % 10 < 9) {
            at.latitude += 0.05 + village(random), at.longitude += 0.03 + village(random);
        } else {
            at.latitude += static_cast<double>(random() % 2000) / 500.0,
                at.longitude += static_cast<double>(random() % 2000) / 500.0;
        }
        const auto world = model::world_from_geo(at);
        points.x.push_back(model::fixed_from_world(world.x));
        points.y.push_back(model::fixed_from_world(world.y));
        points.state.push_back(static_cast<MarkState>(random() % kMarkStateCount));
        points.row.push_back(static_cast<model::Row>(i * 3));
    }
    return points;
}

inline Camera camera_over(const Points& points, double zoom, double width, double height) {
    return {points.world(points.size() / 2), zoom, width, height};
}

}  // namespace linesman::map
