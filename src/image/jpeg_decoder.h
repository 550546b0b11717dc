// libjpeg-turbo behind two functions. Internal to the image room.
#pragma once

#include <string_view>

#include "base/result.h"
#include "image/image.h"

namespace linesman::image {

struct JpegSize {
    int width = 0;   // as stored
    int height = 0;  // as stored
};

enum class JpegDamage { none, cut_short, broken };

struct JpegPixels {
    Image image;  // as stored; scaled as asked
    JpegSize source;
    JpegDamage damage = JpegDamage::none;
};

// Errors: corrupt, too_large.
base::Result<JpegSize> read_jpeg_size(std::string_view bytes);

// Decodes at the smallest of 1/8, 2/8, 4/8 and full size that is not smaller than `least` on either side ({0, 0} = full
// size). A file that breaks off keeps the rows that could be read. Errors: corrupt (no row at all), too_large.
base::Result<JpegPixels> decode_jpeg(std::string_view bytes, JpegSize least);

}  // namespace linesman::image
