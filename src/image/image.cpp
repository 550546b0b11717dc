#include "image/image.h"

#include <cstring>
#include <string>
#include <utility>

namespace linesman::image {

Image Image::filled(int width, int height, Rgba colour) {
    if (width < 1 || height < 1) return {};
    Image image{width, height, std::vector<uint8_t>(static_cast<size_t>(width) * static_cast<size_t>(height) * 4)};
    for (size_t i = 0; i < image.rgba.size(); i += 4) {
        image.rgba[i] = colour.r;
        image.rgba[i + 1] = colour.g;
        image.rgba[i + 2] = colour.b;
        image.rgba[i + 3] = colour.a;
    }
    return image;
}

base::Status check_size(int64_t width, int64_t height) {
    const std::string size = std::to_string(width) + " x " + std::to_string(height);
    if (width < 1 || height < 1)
        return base::make_error(base::ErrorKind::corrupt, "The photo says that it has no pixels.", size);
    if (width > kMaxSide || height > kMaxSide || width * height > kMaxPixels)
        return base::make_error(
            base::ErrorKind::too_large,
            "The photo is too large to be shown (" + size + " pixels; at most 64 million, 20,000 a side).", size);
    return {};
}

Image oriented(Image image, int orientation) {
    if (orientation < 2 || orientation > 8 || image.empty()) return image;
    const bool swaps = orientation >= 5;
    const int w = image.width;
    const int h = image.height;
    Image out{swaps ? h : w, swaps ? w : h, std::vector<uint8_t>(image.rgba.size())};
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            // Where the upright pixel (x, y) lies in the stored rows.
            int from_x = swaps ? y : x;
            int from_y = swaps ? x : y;
            if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) from_x = w - 1 - from_x;
            if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) from_y = h - 1 - from_y;
            std::memcpy(out.at(x, y), image.at(from_x, from_y), 4);
        }
    }
    return out;
}

}  // namespace linesman::image
