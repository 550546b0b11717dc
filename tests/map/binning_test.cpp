#include "map/binning.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "map/map_points.h"
#include "map/pick.h"

namespace linesman::map {
namespace {

Camera camera_over_all(const Points& points) {
    WorldBounds bounds;
    for (size_t i = 0; i < points.size(); ++i) bounds.add(points.world(i));
    Camera camera({0.5, 0.5}, 2, 1280, 720);
    camera.fit(bounds, 20);
    return camera;
}

TEST(Binning, CountsSumToAllPointsWhenAllAreOnTheScreen) {
    const Points points = random_points(20'000, 1);
    for (const int cell : {1, 2, 3, 16, 64}) {
        Bins bins;
        bin_to_screen(points, camera_over_all(points), cell, bins);
        EXPECT_EQ(bins.total, points.size());
        EXPECT_EQ(std::accumulate(bins.count.begin(), bins.count.end(), uint64_t{0}), points.size());
    }
}

TEST(Binning, EachCellHoldsItsPointsAndTheirWorstStateAtEveryZoom) {
    const Points points = random_points(5'000, 2);
    for (double zoom = 5; zoom <= 20; zoom += 2.5) {
        const Camera camera = camera_over(points, zoom, 640, 400);
        Bins bins;
        bin_to_screen(points, camera, 8, bins);
        uint32_t on_screen = 0;
        for (size_t i = 0; i < points.size(); ++i) {
            const auto p = camera.screen_from_world(points.world(i));
            on_screen += p.x >= 0 && p.y >= 0 && p.x < 640 && p.y < 400 ? 1 : 0;
        }
        // Points within a thousandth of a pixel of the edge may fall to either side.
        EXPECT_NEAR(bins.total, on_screen, 2) << "zoom " << zoom;
        EXPECT_EQ(std::accumulate(bins.count.begin(), bins.count.end(), uint64_t{0}), bins.total);
    }
}

TEST(Binning, WorstStateWins) {
    Points points = random_points(1, 3);
    for (const auto state : {MarkState::approved, MarkState::conflict, MarkState::open}) {
        points.x.push_back(points.x[0]);
        points.y.push_back(points.y[0]);
        points.state.push_back(state);
        points.row.push_back(points.row.back() + 1);
    }
    Bins bins;
    const Camera camera(points.world(0), 15, 100, 100);
    bin_to_screen(points, camera, 4, bins);
    const size_t cell = bins.at(50 / 4, 50 / 4);
    EXPECT_EQ(bins.count[cell], 4U);
    EXPECT_EQ(bins.worst[cell], MarkState::conflict);
}

TEST(Clusters, CountsSumToAllPointsAtEveryZoomThatShowsThemAll) {
    const Points points = random_points(20'000, 4);
    Camera camera = camera_over_all(points);
    for (int step = 0; step < 5; ++step) {
        uint64_t sum = 0;
        for (const auto& cluster : cluster_points(points, camera, 120)) sum += cluster.count;
        EXPECT_EQ(sum, points.size()) << "zoom " << camera.zoom();
        if (camera.zoom() - 0.5 < kMinZoom) break;
        camera.zoom_at({640, 360}, -0.5);
    }
}

TEST(Clusters, StayWhereTheyAreWhileTheMapIsDragged) {
    const Points points = random_points(20'000, 5);
    Camera camera = camera_over(points, 13, 1280, 720);
    const auto before = cluster_points(points, camera, 120);
    camera.pan_by(1, 1);
    const auto after = cluster_points(points, camera, 120);
    ASSERT_FALSE(before.empty());
    EXPECT_EQ(before[0].count, after[0].count);
    EXPECT_EQ(before[0].centre.x, after[0].centre.x);
}

TEST(Clusters, CarryTheWorstStateAndTheBoundsOfTheirPoints) {
    const Points points = random_points(5'000, 6);
    const Camera camera = camera_over_all(points);
    for (const auto& cluster : cluster_points(points, camera, 100)) {
        uint32_t inside = 0;
        MarkState worst = MarkState::superseded;
        for (size_t i = 0; i < points.size(); ++i) {
            const auto at = points.world(i);
            if (at.x < cluster.bounds.min_x || at.x > cluster.bounds.max_x || at.y < cluster.bounds.min_y ||
                at.y > cluster.bounds.max_y)
                continue;
            ++inside;
            worst = std::max(worst, points.state[i]);
        }
        EXPECT_EQ(inside, cluster.count);
        EXPECT_EQ(worst, cluster.worst);
    }
}

std::optional<size_t> nearest_by_brute_force(const Points& points, const Camera& camera, ScreenPoint at,
                                             double radius) {
    std::optional<size_t> best;
    double best_distance = radius;
    for (size_t i = 0; i < points.size(); ++i) {
        const auto p = camera.screen_from_world(points.world(i));
        const double distance = std::hypot(p.x - at.x, p.y - at.y);
        if (distance < best_distance) best = i, best_distance = distance;
    }
    return best;
}

TEST(Pick, FindsWhatBruteForceFindsAtEveryZoom) {
    const Points points = random_points(3'000, 7);
    std::mt19937 random(8);
    for (double zoom = 6; zoom <= 19; zoom += 1) {
        const Camera camera = camera_over(points, zoom, 800, 600);
        Bins bins;
        bin_to_screen(points, camera, 16, bins);
        for (int i = 0; i < 60; ++i) {
            const ScreenPoint at{static_cast<double>(random() % 800), static_cast<double>(random() % 600)};
            const auto expected = nearest_by_brute_force(points, camera, at, 12);
            const auto found = pick_point(points, camera, &bins, at, 12);
            ASSERT_EQ(found.has_value(), expected.has_value()) << "zoom " << zoom;
            if (!found) continue;
            const auto p = camera.screen_from_world(points.world(*found)),
                       q = camera.screen_from_world(points.world(*expected));
            EXPECT_NEAR(std::hypot(p.x - at.x, p.y - at.y), std::hypot(q.x - at.x, q.y - at.y), 1e-3);
        }
    }
}

TEST(Pick, OfTwoInOnePlaceTheWorseIsMeant) {
    Points points = random_points(1, 9);
    points.state[0] = MarkState::approved;
    points.x.push_back(points.x[0]);
    points.y.push_back(points.y[0]);
    points.state.push_back(MarkState::error);
    points.row.push_back(points.row[0] + 1);
    const Camera camera(points.world(0), 16, 200, 200);
    EXPECT_EQ(pick_point(points, camera, nullptr, {101, 100}, 10), 1U);
}

TEST(Pick, NothingNearGivesNothing) {
    const Points points = random_points(1, 10);
    const Camera camera(points.world(0), 16, 200, 200);
    EXPECT_FALSE(pick_point(points, camera, nullptr, {150, 150}, 10));
}

}  // namespace
}  // namespace linesman::map
