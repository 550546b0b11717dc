#include "map/points.h"

#include <algorithm>
#include <bit>

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
            points.row.push_back(row);
        }
    }
    return points;
}

WorldBounds typical_bounds(const Points& points) {
    WorldBounds bounds;
    if (points.size() == 0) return bounds;
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
    const size_t cut = xs.size() < 100 ? 0 : xs.size() / 100;
    bounds.add({model::world_from_fixed(xs[cut]), model::world_from_fixed(ys[cut])});
    bounds.add({model::world_from_fixed(xs[xs.size() - 1 - cut]), model::world_from_fixed(ys[ys.size() - 1 - cut])});
    return bounds;
}

}  // namespace linesman::map
