#include "image/stb_decoder.h"

#include <memory>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_NO_STDIO
#define STBI_ONLY_PNG
#define STBI_ONLY_BMP
#define STBI_MAX_DIMENSIONS 20000  // kMaxSide; the macro has to be a plain number
#include <stb/stb_image.h>

namespace linesman::image {
namespace {

static_assert(STBI_MAX_DIMENSIONS == kMaxSide);

const stbi_uc* data_of(std::string_view bytes) {
    return reinterpret_cast<const stbi_uc*>(bytes.data());
}

base::Error unreadable() {
    const char* reason = stbi_failure_reason();
    return base::make_error(base::ErrorKind::corrupt, "The photo is damaged: its pixels cannot be read.",
                            reason ? reason : "");
}

// stb_image forgets that a PNG was too large when it goes on to try the other formats; this keeps the words right.
base::Status check_png_header(std::string_view bytes) {
    constexpr size_t kSizeAt = 16;  // signature, length and name of IHDR, then width and height, big endian
    if (!bytes.starts_with("\x89PNG") || bytes.size() < kSizeAt + 8) return {};
    const auto number = [&](size_t at) {
        int64_t value = 0;
        for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
        return value;
    };
    return check_size(number(kSizeAt), number(kSizeAt + 4));
}

}  // namespace

base::Result<StbSize> read_stb_size(std::string_view bytes) {
    LINESMAN_TRY(check_png_header(bytes));
    StbSize size;
    int channels = 0;
    if (!stbi_info_from_memory(data_of(bytes), static_cast<int>(bytes.size()), &size.width, &size.height, &channels)) {
        return unreadable();
    }
    LINESMAN_TRY(check_size(size.width, size.height));
    return size;
}

base::Result<Image> decode_stb(std::string_view bytes) {
    LINESMAN_TRY(read_stb_size(bytes));
    int width = 0, height = 0, channels = 0;
    const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
        stbi_load_from_memory(data_of(bytes), static_cast<int>(bytes.size()), &width, &height, &channels, 4),
        stbi_image_free);
    if (!pixels) return unreadable();
    LINESMAN_TRY(check_size(width, height));
    const size_t count = static_cast<size_t>(width) * static_cast<size_t>(height) * 4;
    return Image{width, height, std::vector<uint8_t>(pixels.get(), pixels.get() + count)};
}

}  // namespace linesman::image
