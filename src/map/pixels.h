// Pixels in memory and how colours lie over one another. Plain values; any thread.
#pragma once

#include <cstdint>
#include <vector>

namespace linesman::map {

using Colour = uint32_t;  // bytes in memory: red, green, blue, alpha
constexpr Colour colour(uint32_t red, uint32_t green, uint32_t blue) {
    return red | green << 8 | blue << 16 | 0xFF000000U;
}
// `over` on top of `under` with 0 to 255 of coverage; the result is opaque.
Colour mix(Colour under, Colour over, uint32_t coverage);

struct Pixels {
    int width = 0, height = 0;
    std::vector<Colour> data;  // width * height, rows from the top
};

// Lays `over` over one pixel; outside the picture nothing happens.
inline void blend(Pixels& out, int x, int y, Colour over, uint32_t coverage) {
    if (x < 0 || y < 0 || x >= out.width || y >= out.height) return;
    Colour& pixel = out.data[static_cast<size_t>(y) * static_cast<size_t>(out.width) + static_cast<size_t>(x)];
    pixel = coverage == 255 ? over : mix(pixel, over, coverage);
}

}  // namespace linesman::map
