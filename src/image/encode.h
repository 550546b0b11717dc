// Pixels to files. Thread: any. Errors: invalid_argument (empty image), internal (the encoder failed).
#pragma once

#include <string>

#include "base/result.h"
#include "image/image.h"

namespace linesman::image {

// Baseline JPEG, 4:2:0, optimised Huffman tables. `quality` 1 to 100. Alpha is dropped.
base::Result<std::string> encode_jpeg(const Image& image, int quality);

// PNG with alpha, lossless.
base::Result<std::string> encode_png(const Image& image);

}  // namespace linesman::image
