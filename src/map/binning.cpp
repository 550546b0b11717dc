#include "map/binning.h"

#include <algorithm>
#include <cmath>

namespace linesman::map {

namespace {

constexpr double kUnits = 4294967296.0;  // fixed-point units around the globe

uint32_t clamped(double units) {
    return static_cast<uint32_t>(std::clamp(units, 0.0, kUnits - 1));
}

// The camera's rectangle in units, widened and cut to the world: two unsigned subtractions and compares for each point.
struct FixedRect {
    uint32_t left, top, width, height;
    FixedRect(const Camera& camera, double margin_px) {
        const auto a = camera.world_from_screen({-margin_px, -margin_px});
        const auto b = camera.world_from_screen({camera.width_px() + margin_px, camera.height_px() + margin_px});
        left = clamped(std::floor(a.x * kUnits));
        top = clamped(std::floor(a.y * kUnits));
        width = clamped(std::ceil(b.x * kUnits)) - left;
        height = clamped(std::ceil(b.y * kUnits)) - top;
    }
    bool holds(uint32_t x, uint32_t y) const { return (x - left <= width) & (y - top <= height); }
};

}  // namespace

void find_visible(const Points& points, const Camera& camera, double margin_px, VisiblePoints& out) {
    out.index.resize(std::max(out.index.size(), points.size()));
    const FixedRect rect(camera, margin_px);
    size_t count = 0;
    // Without a branch: whether a point is visible cannot be foretold.
    for (size_t i = 0; i < points.size(); ++i) {
        out.index[count] = static_cast<uint32_t>(i);
        count += rect.holds(points.x[i], points.y[i]) ? 1 : 0;
    }
    out.count = count;
    out.x.resize(std::max(out.x.size(), count));
    out.y.resize(std::max(out.y.size(), count));
    // Differences are taken in integers, so that float is exact enough: what is on the screen is less than 2^24 units
    // from the corner at any zoom that can tell single units apart.
    const auto corner = camera.world_from_screen({0, 0});
    const auto left = static_cast<int64_t>(std::floor(corner.x * kUnits)),
               top = static_cast<int64_t>(std::floor(corner.y * kUnits));
    const auto scale = static_cast<float>(camera.pixels_per_world() / kUnits);
    for (size_t i = 0; i < count; ++i) {
        const uint32_t at = out.index[i];
        out.x[i] = static_cast<float>(int64_t{points.x[at]} - left) * scale;
        out.y[i] = static_cast<float>(int64_t{points.y[at]} - top) * scale;
    }
}

void bin_to_screen(const Points& points, const VisiblePoints& visible, const Camera& camera, int cell_px, Bins& bins) {
    bins.cell_px = std::max(1, cell_px);
    bins.columns = static_cast<int>(camera.width_px()) / bins.cell_px + 1;
    bins.rows = static_cast<int>(camera.height_px()) / bins.cell_px + 1;
    const size_t cells = static_cast<size_t>(bins.columns) * static_cast<size_t>(bins.rows);
    bins.count.assign(cells, 0);
    bins.worst.assign(cells, MarkState::superseded);
    bins.total = 0;
    const float per_cell = 1.0F / static_cast<float>(bins.cell_px);
    const auto width = static_cast<float>(camera.width_px()), height = static_cast<float>(camera.height_px());
    for (size_t i = 0; i < visible.count; ++i) {
        const float x = visible.x[i], y = visible.y[i];
        if (!(x >= 0 && x < width && y >= 0 && y < height)) continue;
        const size_t cell = static_cast<size_t>(static_cast<int>(y * per_cell)) * static_cast<size_t>(bins.columns) +
                            static_cast<size_t>(static_cast<int>(x * per_cell));
        ++bins.count[cell];
        bins.worst[cell] = std::max(bins.worst[cell], points.state[visible.index[i]]);
        ++bins.total;
    }
}

void bin_to_screen(const Points& points, const Camera& camera, int cell_px, Bins& bins) {
    VisiblePoints visible;
    find_visible(points, camera, 0, visible);
    bin_to_screen(points, visible, camera, cell_px, bins);
}

std::vector<Cluster> cluster_points(const Points& points, const Camera& camera, double cell_px) {
    VisiblePoints visible;
    find_visible(points, camera, cell_px, visible);
    return cluster_points(points, visible, camera, cell_px);
}

std::vector<Cluster> cluster_points(const Points& points, const VisiblePoints& visible, const Camera& camera,
                                    double cell_px) {
    // A cell is 2^shift units wide.
    const double units_per_px = kUnits / camera.pixels_per_world();
    const int shift = std::clamp(static_cast<int>(std::floor(std::log2(cell_px * units_per_px))), 0, 31);
    const FixedRect rect(camera, 0);
    const uint32_t first_x = rect.left >> shift, first_y = rect.top >> shift;
    const size_t columns = ((rect.left + rect.width) >> shift) - first_x + 1;
    const size_t rows = ((rect.top + rect.height) >> shift) - first_y + 1;

    struct Sum {
        uint64_t x = 0, y = 0;
        uint32_t count = 0, min_x = UINT32_MAX, min_y = UINT32_MAX, max_x = 0, max_y = 0;
        MarkState worst = MarkState::superseded;
    };
    std::vector<Sum> sums(columns * rows);
    for (size_t i = 0; i < visible.count; ++i) {
        const uint32_t at = visible.index[i], x = points.x[at], y = points.y[at];
        const uint32_t column = (x >> shift) - first_x, row = (y >> shift) - first_y;
        if (column >= columns || row >= rows) continue;  // negative differences wrap to huge values
        Sum& sum = sums[row * columns + column];
        sum.x += x;
        sum.y += y;
        ++sum.count;
        sum.min_x = std::min(sum.min_x, x);
        sum.max_x = std::max(sum.max_x, x);
        sum.min_y = std::min(sum.min_y, y);
        sum.max_y = std::max(sum.max_y, y);
        sum.worst = std::max(sum.worst, points.state[at]);
    }
    std::vector<Cluster> clusters;
    for (const Sum& sum : sums) {
        if (sum.count == 0) continue;
        const double n = static_cast<double>(sum.count) * kUnits;
        clusters.push_back({{static_cast<double>(sum.x) / n, static_cast<double>(sum.y) / n},
                            sum.count,
                            sum.worst,
                            {model::world_from_fixed(sum.min_x), model::world_from_fixed(sum.min_y),
                             model::world_from_fixed(sum.max_x), model::world_from_fixed(sum.max_y)}});
    }
    std::stable_sort(clusters.begin(), clusters.end(),
                     [](const Cluster& a, const Cluster& b) { return a.count > b.count; });
    return clusters;
}

}  // namespace linesman::map
