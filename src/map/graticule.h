// Lines of latitude and longitude at sensible steps, and a scale bar: what makes a plain map usable. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "map/camera.h"

namespace linesman::map {

struct GraticuleLine {
    double at_px = 0;  // x of a meridian, y of a parallel
    double degrees = 0;
    std::string label;  // "26.380° S"
};

struct Graticule {
    std::vector<GraticuleLine> meridians, parallels;  // ascending by at_px
    double step_degrees = 0;
};

// Steps of 1, 2 or 5 times a power of ten degrees, at least `least_px` apart.
Graticule graticule(const Camera& camera, double least_px);

struct ScaleBar {
    double length_px = 0;
    double length_m = 0;
    std::string label;  // "50 m", "2 km"
};
// The longest of 1, 2, 5 times a power of ten metres that fits into `most_px`.
ScaleBar scale_bar(const Camera& camera, double most_px);

// "26.38123° S, 27.80412° E"; `decimals` 0 to 8.
std::string position_text(model::GeoPoint point, int decimals = 5);

}  // namespace linesman::map
