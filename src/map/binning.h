// All points binned to the screen: how many fall into each cell and the worst state among them. A million points take a
// few milliseconds, so it is done anew for every view. Clusters are bins whose cells are fixed to the world, so that
// they do not jump while the map is dragged. Pure; any thread; the buffers are reused between calls.
#pragma once

#include <cstdint>
#include <vector>

#include "map/camera.h"
#include "map/points.h"

namespace linesman::map {

struct Bins {
    int columns = 0, rows = 0;
    int cell_px = 1;
    std::vector<uint32_t> count;   // columns * rows
    std::vector<MarkState> worst;  // meaningful where count > 0
    uint32_t total = 0;            // points on the screen = sum of count

    size_t at(int column, int row) const {
        return static_cast<size_t>(row) * static_cast<size_t>(columns) + static_cast<size_t>(column);
    }
};

// The points in and around the camera's rectangle with their place on the screen: found once per view, used by all that
// follows. The arrays are larger than `count` and keep their size between calls.
struct VisiblePoints {
    std::vector<float> x, y;      // pixels; may lie in the margin
    std::vector<uint32_t> index;  // into Points
    size_t count = 0;
};
void find_visible(const Points& points, const Camera& camera, double margin_px, VisiblePoints& out);

// `cell_px` >= 1. Points outside the camera's rectangle are not counted.
void bin_to_screen(const Points& points, const VisiblePoints& visible, const Camera& camera, int cell_px, Bins& bins);
void bin_to_screen(const Points& points, const Camera& camera, int cell_px, Bins& bins);

struct Cluster {
    model::WorldPoint centre;  // mean position
    uint32_t count = 0;
    MarkState worst = MarkState::superseded;
    WorldBounds bounds;  // of its points: where a click zooms to
};

// Cells of 1/2 to 1 times `cell_px`, fixed to the world at each whole zoom level. A cell that touches the screen counts
// all its points, on the screen or not: the number does not change while dragging. Sorted by count, largest first. The
// first form needs `visible` with a margin of at least `cell_px`.
std::vector<Cluster> cluster_points(const Points& points, const VisiblePoints& visible, const Camera& camera,
                                    double cell_px);
std::vector<Cluster> cluster_points(const Points& points, const Camera& camera, double cell_px);

}  // namespace linesman::map
