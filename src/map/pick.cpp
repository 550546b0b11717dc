#include "map/pick.h"

#include <algorithm>
#include <cmath>

namespace linesman::map {

namespace {

bool anything_near(const Bins& bins, ScreenPoint at, double radius_px) {
    // Points just outside the screen are in no bin.
    const double right = static_cast<double>((bins.columns - 1) * bins.cell_px);
    const double bottom = static_cast<double>((bins.rows - 1) * bins.cell_px);
    if (at.x - radius_px < 0 || at.y - radius_px < 0 || at.x + radius_px >= right || at.y + radius_px >= bottom)
        return true;
    const double cell = bins.cell_px;
    // One cell more on each side: bins are computed in float.
    const int left = std::max(0, static_cast<int>((at.x - radius_px) / cell) - 1);
    const int top = std::max(0, static_cast<int>((at.y - radius_px) / cell) - 1);
    const int last_column = std::min(bins.columns - 1, static_cast<int>((at.x + radius_px) / cell) + 1);
    const int last_row = std::min(bins.rows - 1, static_cast<int>((at.y + radius_px) / cell) + 1);
    for (int row = top; row <= last_row; ++row) {
        for (int column = left; column <= last_column; ++column) {
            if (bins.count[bins.at(column, row)] > 0) return true;
        }
    }
    return false;
}

}  // namespace

std::optional<size_t> pick_point(const Points& points, const Camera& camera, const Bins* bins, ScreenPoint at,
                                 double radius_px) {
    if (bins != nullptr && !anything_near(*bins, at, radius_px)) return std::nullopt;
    const auto world = camera.world_from_screen(at);
    const double unit_px = camera.pixels_per_world() / 4294967296.0;  // pixels per fixed-point unit
    const double reach = radius_px / unit_px;
    const double x = world.x * 4294967296.0, y = world.y * 4294967296.0;
    auto clamped = [](double units) { return static_cast<uint32_t>(std::clamp(units, 0.0, 4294967295.0)); };
    const uint32_t left = clamped(std::floor(x - reach)), top = clamped(std::floor(y - reach));
    const uint32_t width = clamped(std::ceil(x + reach)) - left, height = clamped(std::ceil(y + reach)) - top;
    std::optional<size_t> best;
    double best_distance = reach * reach;
    for (size_t i = 0; i < points.size(); ++i) {
        // Without a branch between the two: most points fail one of them, and the processor could not guess which.
        const unsigned outside = unsigned{points.x[i] - left > width} | unsigned{points.y[i] - top > height};
        if (outside != 0) continue;
        const double dx = points.x[i] - x, dy = points.y[i] - y;
        const double distance = dx * dx + dy * dy;
        if (distance > best_distance) continue;
        if (best && distance == best_distance && points.state[i] <= points.state[*best]) continue;
        best = i;
        best_distance = distance;
    }
    return best;
}

}  // namespace linesman::map
