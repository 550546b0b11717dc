// An image in memory: 8 bits each of red, green, blue, alpha; rows from top to bottom without padding.
// Invariant: rgba.size() == width * height * 4. An empty image has width and height 0. A plain value; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "image/limits.h"

namespace linesman::image {

struct Rgba {
    uint8_t r = 0, g = 0, b = 0, a = 255;
    bool operator==(const Rgba&) const = default;
};

struct Image {
    int width = 0;   // pixels
    int height = 0;  // pixels
    std::vector<uint8_t> rgba;

    // An image of one colour. Sizes below 1 give an empty image.
    static Image filled(int width, int height, Rgba colour);

    bool empty() const { return width <= 0 || height <= 0; }
    size_t stride_bytes() const { return static_cast<size_t>(width) * 4; }
    size_t bytes() const { return rgba.size(); }
    uint8_t* at(int x, int y) {
        return rgba.data() + (static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) * 4;
    }
    const uint8_t* at(int x, int y) const {
        return rgba.data() + (static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) * 4;
    }
    Rgba pixel(int x, int y) const {
        const uint8_t* p = at(x, y);
        return {p[0], p[1], p[2], p[3]};
    }
    bool operator==(const Image&) const = default;
};

// Whether an image of this size may be decoded. Errors: corrupt (no pixels), too_large.
base::Status check_size(int64_t width, int64_t height);

// Turns the stored pixels upright by an EXIF orientation (1 to 8, EXIF 2.32 tag 0x0112). Other values change nothing.
Image oriented(Image image, int orientation);

}  // namespace linesman::image
