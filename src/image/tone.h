// More to see in a dark or flat photo: tones spread from the darkest to the brightest. For looking, never for keeping.
// Pure; any thread: 12 MP take some 40 ms.
#pragma once

#include "image/image.h"

namespace linesman::image {

// The darkest and brightest half per cent become black and white, dark tones are lifted (gamma 0.75). Colours keep
// their balance: all three channels get the same curve. A picture of one tone is only lifted.
Image spread_tones(const Image& image);

}  // namespace linesman::image
