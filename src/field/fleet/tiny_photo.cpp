#include "field/fleet/tiny_photo.h"

#include <algorithm>

#include "field/fleet/dice.h"
#include "image/encode.h"

namespace linesman::field {

std::string tiny_photo(uint64_t seed, size_t bytes) {
    Dice dice(seed);
    const auto shade = [&] { return static_cast<uint8_t>(dice.below(256)); };
    const image::Rgba colour{shade(), shade(), shade(), 255};
    std::string out = image::encode_jpeg(image::Image::filled(8, 8, colour), 60).value_or(std::string());
    bytes = std::clamp(bytes, kLeastTinyPhoto, size_t{60'000});
    if (out.size() < 4 || out.size() + 4 >= bytes) return out;
    // COM (T.81, B.2.4.5): FFFE, length with its own two bytes, text; right after SOI.
    const size_t text = bytes - out.size() - 4;
    std::string comment = "\xFF\xFE";
    comment += static_cast<char>((text + 2) >> 8);
    comment += static_cast<char>((text + 2) & 0xFF);
    for (size_t i = 0; i < text; ++i) comment += static_cast<char>('!' + dice.below(90));
    return out.insert(2, comment);
}

}  // namespace linesman::field
