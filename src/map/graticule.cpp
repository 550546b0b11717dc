#include "map/graticule.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace linesman::map {

namespace {

// The smallest of 1, 2, 5 times a power of ten that is not below `least`.
double nice_above(double least) {
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= least * (1 - 1e-9)) return factor * power;
    }
    return 10 * power;
}

int decimals_of(double step) {
    return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 8);
}

std::string degrees_text(double degrees, int decimals, char positive, char negative) {
    char text[40];
    const double size = std::abs(degrees);
    const bool zero = size < 1e-9;
    std::snprintf(text, sizeof text, zero ? "%.*f°" : "%.*f° %c", decimals, size, degrees < 0 ? negative : positive);
    return text;
}

}  // namespace

Graticule graticule(const Camera& camera, double least_px) {
    Graticule result;
    const auto corner = model::geo_from_world(camera.world_from_screen({0, 0}));
    const auto opposite = model::geo_from_world(camera.world_from_screen({camera.width_px(), camera.height_px()}));
    const double degrees_per_px = 360.0 / camera.pixels_per_world();
    const double step = nice_above(std::max(1e-8, least_px * degrees_per_px));
    const int decimals = decimals_of(step);
    result.step_degrees = step;
    for (double k = std::ceil(corner.longitude / step); k * step <= opposite.longitude; ++k) {
        const double longitude = k * step;
        const auto world = model::world_from_geo({0, longitude});
        result.meridians.push_back(
            {camera.screen_from_world(world).x, longitude, degrees_text(longitude, decimals, 'E', 'W')});
    }
    // From north to south, so that pixels ascend.
    for (double k = std::floor(corner.latitude / step); k * step >= opposite.latitude; --k) {
        const double latitude = k * step;
        const auto world = model::world_from_geo({latitude, 0});
        result.parallels.push_back(
            {camera.screen_from_world(world).y, latitude, degrees_text(latitude, decimals, 'N', 'S')});
    }
    return result;
}

ScaleBar scale_bar(const Camera& camera, double most_px) {
    const double metres_per_px = camera.metres_per_pixel();
    const double most_m = most_px * metres_per_px;
    double length = std::pow(10.0, std::floor(std::log10(most_m)));
    if (length * 5 <= most_m) {
        length *= 5;
    } else if (length * 2 <= most_m) {
        length *= 2;
    }
    char label[32];
    if (length >= 1000) {
        std::snprintf(label, sizeof label, "%g km", length / 1000);
    } else if (length >= 1) {
        std::snprintf(label, sizeof label, "%g m", length);
    } else {
        std::snprintf(label, sizeof label, "%g cm", length * 100);
    }
    return {length / metres_per_px, length, label};
}

std::string position_text(model::GeoPoint point, int decimals) {
    return degrees_text(point.latitude, decimals, 'N', 'S') + ", " + degrees_text(point.longitude, decimals, 'E', 'W');
}

}  // namespace linesman::map
