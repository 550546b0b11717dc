// What lies under the marks of the map: tiles of a base map, paths (boundaries, streets, lines to planned poles), the
// heat of failures, circles. Each draws into pixels; none knows where it came from. Pure; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "map/binning.h"
#include "map/camera.h"
#include "map/pixels.h"
#include "map/points.h"

namespace linesman::map {

// One tile of a base map: opaque pixels, red, green, blue, alpha.
struct TilePicture {
    WorldBounds bounds;
    int width = 0, height = 0;
    std::shared_ptr<const uint8_t> rgba;  // width * height * 4 bytes
    bool operator==(const TilePicture& other) const { return rgba == other.rgba && bounds.min_x == other.bounds.min_x; }
};

// Open paths in one array: path i is points[starts[i], starts[i + 1]); the last ends with the array.
struct PathLayer {
    std::vector<model::WorldPoint> points;
    std::vector<uint32_t> starts;
    void begin() { starts.push_back(static_cast<uint32_t>(points.size())); }
};

// `strength` of 255 shows the tile as it is, less mixes it with the ground.
void draw_tile(Pixels& out, const Camera& camera, const TilePicture& tile, Colour ground, uint32_t strength);
// Smooth lines, cut to the picture. Paths that lie wholly outside cost a comparison per point.
void draw_paths(Pixels& out, const Camera& camera, const PathLayer& layer, Colour colour, uint32_t coverage,
                float width_px);
// An outline; nothing below 3 px or far beyond the picture.
void draw_circle(Pixels& out, double x, double y, double radius_px, Colour colour, uint32_t coverage);
// Share of captures with errors, conflicts or rejections around each place: none is not coloured, all is deep red.
// Places with few captures are paler.
void draw_heat(const Points& points, const VisiblePoints& visible, const Camera& camera, float cell_px, Pixels& out);

}  // namespace linesman::map
