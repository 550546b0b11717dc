// Making images smaller and turning them into thumbnails. Thread: any.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "image/image.h"

namespace linesman::image {

// Scales down by averaging the area each new pixel covers (box filter with fractional edges): sharp, without ringing or
// moiré. A target that is not smaller on a side keeps that side: this never enlarges. Empty in, empty out.
Image downscaled(const Image& source, int width, int height);

// Part of an image; the rectangle is clipped to it.
Image cropped(const Image& source, int x, int y, int width, int height);

// A JPEG thumbnail of a photo's bytes, longest side at most `max_side` px, upright, without EXIF.
// Errors: those of decode() and encode_jpeg().
base::Result<std::string> make_thumbnail(std::string_view photo_bytes, int max_side = 512);

}  // namespace linesman::image
