// The captures of a row list as the map needs them: position and state, in row order, nothing else.
// Built once per list (some milliseconds for a million rows); every view change scans these arrays. Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "map/camera.h"
#include "map/mark.h"
#include "model/columns.h"

namespace linesman::map {

struct Points {
    // One entry per capture with a position, ascending by row.
    std::vector<uint32_t> x, y;  // fixed-point world, model/geo.h
    std::vector<MarkState> state;
    std::vector<uint16_t> accuracy_dm;  // decimetres, model::kNoAccuracy when unknown
    std::vector<model::Row> row;
    uint32_t without_gps = 0;  // rows of the list that have no position

    size_t size() const { return row.size(); }
    model::WorldPoint world(size_t index) const;
    // The index of a row, or size() when it is not there.
    size_t find(model::Row wanted) const;
};

// `rows` in any order; rows that are gone are left out.
Points collect_points(const model::Columns& columns, std::span<const model::Row> rows);

// The bounds to fit at first: of all points but the outermost 1 % on each side, so that one capture with a wrong
// position does not shrink the project to a dot. Of fewer than 100 points those are left out that lie far from the
// middle of all, measured by the median distance from it.
WorldBounds typical_bounds(const Points& points);

}  // namespace linesman::map
