// The shape of each state as a small coverage mask, made from signed distances, so that edges are smooth at any size.
// Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "map/mark.h"

namespace linesman::map {

// Distance in pixels from (x, y), relative to the centre, to the edge of the state's shape with this radius; negative
// inside.
float mark_distance(MarkState state, float x, float y, float radius);

struct Sprite {
    int size = 0;                  // size * size pixels, centre in the middle pixel
    std::vector<uint8_t> fill;     // coverage of the shape, 0 to 255
    std::vector<uint8_t> outline;  // coverage of the outline around it
};

struct SpriteSet {
    float radius_px = 0, outline_px = 0;
    std::array<Sprite, kMarkStateCount> of;
};

// The centre of a mark may lie anywhere in its pixel; masks are made for the middle, which is at most half a pixel off.
SpriteSet make_sprites(float radius_px, float outline_px);

}  // namespace linesman::map
