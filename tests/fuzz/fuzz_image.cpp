// JPEG, PNG and BMP. The first byte chooses the box; the rest is the file. Headers of every size are probed, pixels are
// decoded only for pictures that do not make one input take a second.
#include "fuzz_support.h"
#include "image/decode.h"
#include "image/limits.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace linesman;
    constexpr int64_t kQuickPixels = 512 * 512;
    if (size == 0) return 0;
    const int side = data[0] % 4 == 0 ? 0 : data[0];
    const std::string_view bytes = fuzz::text_of(data + 1, size - 1);
    const auto info = image::probe(bytes);
    if (!info) {
        fuzz::require_shown_well(info.error());
        fuzz::require(!image::decode(bytes).ok(), "what cannot be probed is not decoded");
        return 0;
    }
    const int64_t pixels = int64_t{info->width} * info->height;
    fuzz::require(info->width > 0 && info->height > 0 && pixels <= image::kMaxPixels, "the limits hold");
    fuzz::require(info->width <= image::kMaxSide && info->height <= image::kMaxSide, "the limits hold for each side");
    if (pixels > kQuickPixels) return 0;
    const auto decoded = image::decode(bytes, {side, side});
    if (!decoded) {
        fuzz::require_shown_well(decoded.error());
        return 0;
    }
    const image::Image& picture = decoded->image;
    fuzz::require(
        !picture.empty() && picture.rgba.size() == picture.stride_bytes() * static_cast<size_t>(picture.height),
        "an image has its pixels");
    fuzz::require(side == 0 || (picture.width <= side && picture.height <= side), "an image fits its box");
    fuzz::require(decoded->source_width == info->width && decoded->source_height == info->height,
                  "both tell the same size");
    fuzz::require(decoded->damaged != decoded->damage.empty(), "damage has its words");
    return 0;
}
