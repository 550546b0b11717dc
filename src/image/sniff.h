// Tells what a file is by its first bytes, or why it is no photo. Internal to the image room.
#pragma once

#include <string_view>

#include "base/result.h"
#include "image/decode.h"

namespace linesman::image {

// Errors: corrupt (empty, zeros, a web page, a message in JSON or XML, unknown), unsupported, too_large.
base::Result<Format> sniff(std::string_view bytes);

}  // namespace linesman::image
