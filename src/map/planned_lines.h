// Lines from captures to where their poles were planned. Pure; any thread: some hundred milliseconds for a million
// captures, so not on the one that draws.
#pragma once

#include <span>

#include "map/layers.h"
#include "map/points.h"
#include "model/project.h"

namespace linesman::map {

// One path of two points for each of `points` whose project and canonical number a planned pole has. A planned pole
// without a project fits every project.
PathLayer lines_to_planned(const Points& points, const model::Columns& columns,
                           std::span<const model::PlannedPole> planned);

}  // namespace linesman::map
