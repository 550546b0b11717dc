// Draws the map's ground, grid, planned poles and captures into a buffer of pixels on the CPU: on software GL a million
// points cost 12-23 ms a frame this way where one draw call per point takes 300-590 ms. Redrawn only when the view or
// the list changes.
//
// Level of detail by crowding:   dots (one cell = all its captures, worst state, brighter where more)
//                              < small shapes < full shapes with an outline.
// Thread: one at a time per Rasteriser. Knows no GL: the result is plain pixels for a texture.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "map/binning.h"
#include "map/camera.h"
#include "map/graticule.h"
#include "map/layers.h"
#include "map/pixels.h"
#include "map/points.h"
#include "map/sprite.h"
#include "model/coverage.h"

namespace linesman::map {

struct MapColours {
    Colour ground = colour(20, 22, 26), grid = colour(30, 33, 39), planned = colour(90, 96, 108),
           outline = colour(12, 13, 16), line = colour(150, 160, 175), layer = colour(90, 130, 170);
    uint32_t tile_strength = 150;  // 0 to 255: base maps are dimmed so that marks stay readable
    std::array<Colour, kMarkStateCount> state{};
    bool operator==(const MapColours&) const = default;
};

enum class Detail : uint8_t { dots, small_shapes, shapes };

// Positions of planned poles, ready for drawing.
struct PlannedPoints {
    std::vector<model::WorldPoint> world;
    // The coverage layer, of each; empty = layer off, all are plain rings. What is not yet captured is a square,
    // everything else has shape and colour of such a capture.
    std::vector<model::CoverageState> states;
};

struct Scene {
    const Points* points = nullptr;          // nullptr = none yet
    const PlannedPoints* planned = nullptr;  // nullptr = layer off
    const Graticule* graticule = nullptr;    // nullptr = no lines
    std::vector<TilePicture> tiles;          // base map, the coarser ones first
    std::vector<const PathLayer*> layers;
    const PathLayer* lines = nullptr;  // from captured to planned
    bool heat = false;                 // the ground shows where captures fail; crowded marks are left out then
    bool accuracy = false;             // circles of the GPS accuracy
    Camera camera;
    float scale = 1;  // marks grow with the zoom of the user interface
};

struct RasterResult {
    Detail detail = Detail::shapes;
    uint32_t visible = 0;           // captures on the screen
    std::vector<Cluster> clusters;  // only for Detail::dots: labels with counts
};

class Rasteriser {
  public:
    // Fills `out` with camera-sized, opaque pixels.
    RasterResult draw(const Scene& scene, const MapColours& colours, Pixels& out);
    // The bins of the last draw, for picking.
    const Bins& bins() const { return bins_; }

  private:
    void draw_ground(const Scene& scene, const MapColours& colours, Pixels& out) const;
    void draw_planned(const Scene& scene, const MapColours& colours, Pixels& out) const;
    void draw_coverage(const Scene& scene, const MapColours& colours, Pixels& out) const;
    void draw_dots(const MapColours& colours, Pixels& out) const;
    void draw_shapes(const Points& points, const MapColours& colours, float radius_px, float outline_px, Pixels& out);

    void draw_under(const Scene& scene, const MapColours& colours, Pixels& out) const;

    Bins bins_;
    VisiblePoints visible_;
    std::vector<uint32_t> in_order_;  // places in visible_, the worst last
    SpriteSet sprites_;
};

}  // namespace linesman::map
