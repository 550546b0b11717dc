// Which capture is under the cursor. The bins of the view say whether anything is near; only then the points are
// searched. Pure; any thread. A million points: below a millisecond, nothing to build beforehand.
#pragma once

#include <optional>

#include "map/binning.h"
#include "map/camera.h"
#include "map/points.h"

namespace linesman::map {

// The index into `points` of the nearest point within `radius_px` of `at`; of several equally near the worst, then the
// lowest row. `bins` must be those of the same points and camera, or nullptr to search without them.
std::optional<size_t> pick_point(const Points& points, const Camera& camera, const Bins* bins, ScreenPoint at,
                                 double radius_px);

}  // namespace linesman::map
