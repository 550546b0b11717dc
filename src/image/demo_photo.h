// Renders believable photos for the demo and for tests: a verge with a pole, its number plate, and per slot what a crew
// photographs there. Every picture carries the small word DEMO, so that none is ever taken for evidence.
// Thread: any. Deterministic: the same spec gives the same pixels on one machine (fonts differ between machines).
#pragma once

#include <cstdint>
#include <string>

#include "image/image.h"

namespace linesman::image {

struct DemoPhotoSpec {
    std::string pole_number;     // on the plate; may be blank
    std::string slot = "front";  // before, front, side, depth, concrete, compaction; others are drawn as front
    uint64_t seed = 0;           // light, hue, horizon, small things; the six photos of one pole share it
    int width = 1280;            // px
    int height = 960;            // px
    std::string time_text;       // stamped into the corner, as the phones do; may be empty
};

// An empty image when a side is below 16 px or above the limits.
Image render_demo_photo(const DemoPhotoSpec& spec);

}  // namespace linesman::image
