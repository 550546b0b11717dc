#include "map/points.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "map/tuning.h"

namespace linesman::map {

model::WorldPoint Points::world(size_t index) const {
    return {model::world_from_fixed(x[index]), model::world_from_fixed(y[index])};
}

size_t Points::find(model::Row wanted) const {
    const auto it = std::lower_bound(row.begin(), row.end(), wanted);
    return it != row.end() && *it == wanted ? static_cast<size_t>(it - row.begin()) : size();
}

Points collect_points(const model::Columns& columns, std::span<const model::Row> rows) {
    Points points;
    const model::Row count = columns.row_count();
    // A sorted list visits the columns in random order, which costs a cache miss per row. A bitmap puts it back into
    // row order.
    std::vector<uint64_t> wanted((count + 63) / 64, 0);
    for (const model::Row row : rows) {
        if (row < count) wanted[row / 64] |= uint64_t{1} << (row % 64);
    }
    points.x.reserve(rows.size());
    points.y.reserve(rows.size());
    points.state.reserve(rows.size());
    points.accuracy_dm.reserve(rows.size());
    points.row.reserve(rows.size());
    for (size_t word = 0; word < wanted.size(); ++word) {
        for (uint64_t bits = wanted[word]; bits != 0; bits &= bits - 1) {
            const auto row = static_cast<model::Row>(word * 64 + static_cast<size_t>(std::countr_zero(bits)));
            const model::Chunk& chunk = columns.chunk_of(row);
            const uint32_t index = row % model::kChunkRows;
            const uint16_t flags = chunk.flags[index];
            if ((flags & model::kFlagGone) != 0) continue;
            if ((flags & model::kFlagHasGps) == 0) {
                ++points.without_gps;
                continue;
            }
            points.x.push_back(chunk.x[index]);
            points.y.push_back(chunk.y[index]);
            points.state.push_back(mark_state(chunk, index));
            points.accuracy_dm.push_back(chunk.accuracy_dm[index]);
            points.row.push_back(row);
        }
    }
    return points;
}

namespace {

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// Middle and reach of one axis: what lies further from the middle than the reach is a stray.
std::pair<double, double> middle_and_reach(const std::vector<double>& values) {
    const double middle = median(values);
    std::vector<double> distances;
    distances.reserve(values.size());
    for (const double value : values) distances.push_back(std::abs(value - middle));
    return {middle, std::max(kFarFactor * median(std::move(distances)), kLeastSpread)};
}

WorldBounds bounds_of_few(const Points& points) {
    std::vector<double> xs, ys;
    for (size_t i = 0; i < points.size(); ++i) {
        xs.push_back(points.world(i).x);
        ys.push_back(points.world(i).y);
    }
    const auto [middle_x, reach_x] = middle_and_reach(xs);
    const auto [middle_y, reach_y] = middle_and_reach(ys);
    WorldBounds bounds;
    for (size_t i = 0; i < points.size(); ++i) {
        if (std::abs(xs[i] - middle_x) <= reach_x && std::abs(ys[i] - middle_y) <= reach_y) bounds.add({xs[i], ys[i]});
    }
    return bounds;
}

}  // namespace

WorldBounds typical_bounds(const Points& points) {
    WorldBounds bounds;
    if (points.size() == 0) return bounds;
    if (points.size() < kFewPoints) return bounds_of_few(points);
    // A sample is enough for percentiles.
    constexpr size_t kSample = 20'000;
    const size_t step = std::max<size_t>(1, points.size() / kSample);
    std::vector<uint32_t> xs, ys;
    for (size_t i = 0; i < points.size(); i += step) {
        xs.push_back(points.x[i]);
        ys.push_back(points.y[i]);
    }
    std::sort(xs.begin(), xs.end());
    std::sort(ys.begin(), ys.end());
    const size_t cut = xs.size() / 100;
    bounds.add({model::world_from_fixed(xs[cut]), model::world_from_fixed(ys[cut])});
    bounds.add({model::world_from_fixed(xs[xs.size() - 1 - cut]), model::world_from_fixed(ys[ys.size() - 1 - cut])});
    return bounds;
}

}  // namespace linesman::map
