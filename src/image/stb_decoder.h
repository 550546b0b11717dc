// stb_image behind two functions: PNG and BMP. Internal to the image room.
#pragma once

#include <string_view>

#include "base/result.h"
#include "image/image.h"

namespace linesman::image {

struct StbSize {
    int width = 0;
    int height = 0;
};

// Errors: corrupt, too_large.
base::Result<StbSize> read_stb_size(std::string_view bytes);

// Full size; stb_image cannot scale. Errors: corrupt, too_large.
base::Result<Image> decode_stb(std::string_view bytes);

}  // namespace linesman::image
