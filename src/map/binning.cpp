#include "map/binning.h"

#include <algorithm>
#include <cmath>

namespace linesman::map {

namespace {

// Screen position of fixed-point coordinates relative to the top left corner. Differences are taken in integers, so that float is
// exact enough: what is on the screen is less than 2^24 units away at any zoom that can tell single units apart.
struct FixedView {
    int64_t left, top;  // fixed-point world, may lie outside the world
    float scale;        // pixels per unit
    FixedView(const Camera& camera) {
        const auto corner = camera.world_from_screen({0, 0});
        left = static_cast<int64_t>(std::floor(corner.x * 4294967296.0));
        top = static_cast<int64_t>(std::floor(corner.y * 4294967296.0));
        scale = static_cast<float>(camera.pixels_per_world() / 4294967296.0);
    }
    float x(uint32_t fixed) const { return static_cast<float>(static_cast<int64_t>(fixed) - left) * scale; }
    float y(uint32_t fixed) const { return static_cast<float>(static_cast<int64_t>(fixed) - top) * scale; }
};

// The camera's rectangle in units, widened: a cheap integer test for each point.
struct FixedRect {
    int64_t left, top, right, bottom;
    FixedRect(const Camera& camera, double margin_px) {
        const auto a = camera.world_from_screen({-margin_px, -margin_px});
        const auto b = camera.world_from_screen({camera.width_px() + margin_px, camera.height_px() + margin_px});
        left = static_cast<int64_t>(std::floor(a.x * 4294967296.0));
        top = static_cast<int64_t>(std::floor(a.y * 4294967296.0));
        right = static_cast<int64_t>(std::ceil(b.x * 4294967296.0));
        bottom = static_cast<int64_t>(std::ceil(b.y * 4294967296.0));
    }
    bool holds(uint32_t x, uint32_t y) const { return x >= left && x <= right && y >= top && y <= bottom; }
};

}  // namespace

void bin_to_screen(const Points& points, const Camera& camera, int cell_px, Bins& bins) {
    bins.cell_px = std::max(1, cell_px);
    bins.columns = static_cast<int>(camera.width_px()) / bins.cell_px + 1;
    bins.rows = static_cast<int>(camera.height_px()) / bins.cell_px + 1;
    const size_t cells = static_cast<size_t>(bins.columns) * static_cast<size_t>(bins.rows);
    bins.count.assign(cells, 0);
    bins.worst.assign(cells, MarkState::superseded);
    bins.total = 0;

    const FixedView view(camera);
    const float per_cell = 1.0F / static_cast<float>(bins.cell_px);
    const auto width = static_cast<float>(camera.width_px()), height = static_cast<float>(camera.height_px());
    for (size_t i = 0; i < points.size(); ++i) {
        const float x = view.x(points.x[i]), y = view.y(points.y[i]);
        if (!(x >= 0 && x < width && y >= 0 && y < height)) continue;
        const size_t cell = static_cast<size_t>(y * per_cell) * static_cast<size_t>(bins.columns) +
                            static_cast<size_t>(x * per_cell);
        ++bins.count[cell];
        bins.worst[cell] = std::max(bins.worst[cell], points.state[i]);
        ++bins.total;
    }
}

bool visible_points(const Points& points, const Camera& camera, double margin_px, size_t most, std::vector<uint32_t>& out) {
    out.clear();
    const FixedRect rect(camera, margin_px);
    for (size_t i = 0; i < points.size(); ++i) {
        if (!rect.holds(points.x[i], points.y[i])) continue;
        if (out.size() >= most) return false;
        out.push_back(static_cast<uint32_t>(i));
    }
    return true;
}

std::vector<Cluster> cluster_points(const Points& points, const Camera& camera, double cell_px) {
    // A cell is 2^shift units wide.
    const double units_per_px = 4294967296.0 / camera.pixels_per_world();
    const int shift = std::clamp(static_cast<int>(std::floor(std::log2(cell_px * units_per_px))), 0, 31);
    const FixedRect rect(camera, 0);
    const int64_t first_x = std::max<int64_t>(0, rect.left) >> shift, first_y = std::max<int64_t>(0, rect.top) >> shift;
    const int64_t last_x = std::min<int64_t>(UINT32_MAX, rect.right) >> shift;
    const int64_t last_y = std::min<int64_t>(UINT32_MAX, rect.bottom) >> shift;
    if (last_x < first_x || last_y < first_y) return {};
    const auto columns = static_cast<size_t>(last_x - first_x + 1), rows = static_cast<size_t>(last_y - first_y + 1);

    struct Sum {
        uint64_t x = 0, y = 0;
        uint32_t count = 0, min_x = UINT32_MAX, min_y = UINT32_MAX, max_x = 0, max_y = 0;
        MarkState worst = MarkState::superseded;
    };
    std::vector<Sum> sums(columns * rows);
    for (size_t i = 0; i < points.size(); ++i) {
        const uint32_t x = points.x[i], y = points.y[i];
        const size_t column = static_cast<size_t>((int64_t{x} >> shift) - first_x);
        const size_t row = static_cast<size_t>((int64_t{y} >> shift) - first_y);
        if (column >= columns || row >= rows) continue;  // negative differences wrap to huge values
        Sum& sum = sums[row * columns + column];
        sum.x += x;
        sum.y += y;
        ++sum.count;
        sum.min_x = std::min(sum.min_x, x);
        sum.max_x = std::max(sum.max_x, x);
        sum.min_y = std::min(sum.min_y, y);
        sum.max_y = std::max(sum.max_y, y);
        sum.worst = std::max(sum.worst, points.state[i]);
    }
    std::vector<Cluster> clusters;
    for (const Sum& sum : sums) {
        if (sum.count == 0) continue;
        const double n = static_cast<double>(sum.count) * 4294967296.0;
        clusters.push_back({{static_cast<double>(sum.x) / n, static_cast<double>(sum.y) / n},
                            sum.count,
                            sum.worst,
                            {model::world_from_fixed(sum.min_x), model::world_from_fixed(sum.min_y),
                             model::world_from_fixed(sum.max_x), model::world_from_fixed(sum.max_y)}});
    }
    std::stable_sort(clusters.begin(), clusters.end(), [](const Cluster& a, const Cluster& b) { return a.count > b.count; });
    return clusters;
}

}  // namespace linesman::map
