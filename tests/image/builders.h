// Pictures and hostile files for the tests of the image room.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/encode.h"
#include "image/image.h"

namespace linesman::image::test {

// Four quarters: red, green / blue, white. Turning it shows in every corner.
inline Image quarters(int width, int height) {
    Image image = Image::filled(width, height, {255, 255, 255, 255});
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const bool right = x >= width / 2;
            const bool low = y >= height / 2;
            const Rgba c = !right && !low  ? Rgba{255, 0, 0, 255}
                           : right && !low ? Rgba{0, 255, 0, 255}
                           : !right        ? Rgba{0, 0, 255, 255}
                                           : Rgba{255, 255, 255, 255};
            uint8_t* p = image.at(x, y);
            p[0] = c.r;
            p[1] = c.g;
            p[2] = c.b;
        }
    }
    return image;
}

inline std::string jpeg_of(const Image& image, int quality = 92) {
    return encode_jpeg(image, quality).value();
}

// Builds TIFF blocks in either byte order, entry by entry; nothing is checked, so that hostile ones can be made too.
class TiffBuilder {
  public:
    explicit TiffBuilder(bool little = true) : little_(little) {}

    struct Entry {
        uint16_t tag, type;
        uint32_t count;
        std::string data;
    };

    std::string number(uint32_t value, int bytes) const {
        std::string out;
        for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * (little_ ? i : bytes - 1 - i));
        return out;
    }
    Entry text(uint16_t tag, std::string value) const {
        value += '\0';
        return {tag, 2, static_cast<uint32_t>(value.size()), value};
    }
    Entry u16(uint16_t tag, uint16_t value) const { return {tag, 3, 1, number(value, 2)}; }
    Entry u32(uint16_t tag, uint32_t value) const { return {tag, 4, 1, number(value, 4)}; }
    Entry rationals(uint16_t tag, const std::vector<std::pair<uint32_t, uint32_t>>& values) const {
        Entry entry{tag, 5, static_cast<uint32_t>(values.size()), {}};
        for (const auto& [above, below] : values) entry.data += number(above, 4) + number(below, 4);
        return entry;
    }

    // One directory with its values behind it, to stand at `offset` of the block.
    std::string directory(const std::vector<Entry>& entries, uint32_t offset) const {
        std::string head = number(static_cast<uint32_t>(entries.size()), 2);
        std::string values;
        const auto values_at = static_cast<uint32_t>(offset + 2 + entries.size() * 12 + 4);
        for (const Entry& entry : entries) {
            head += number(entry.tag, 2) + number(entry.type, 2) + number(entry.count, 4);
            if (entry.data.size() <= 4) {
                head += entry.data + std::string(4 - entry.data.size(), '\0');
            } else {
                head += number(values_at + static_cast<uint32_t>(values.size()), 4);
                values += entry.data;
            }
        }
        return head + number(0, 4) + values;
    }

    // A whole block: the first directory names the EXIF and GPS directories when they have entries.
    std::string block(std::vector<Entry> first, const std::vector<Entry>& exif, const std::vector<Entry>& gps) const {
        if (!exif.empty()) first.push_back(u32(0x8769, 0));
        if (!gps.empty()) first.push_back(u32(0x8825, 0));
        const auto exif_at = static_cast<uint32_t>(8 + directory(first, 8).size());
        const auto gps_at = static_cast<uint32_t>(exif_at + (exif.empty() ? 0 : directory(exif, exif_at).size()));
        for (Entry& entry : first) {
            if (entry.tag == 0x8769) entry.data = number(exif_at, 4);
            if (entry.tag == 0x8825) entry.data = number(gps_at, 4);
        }
        std::string out = (little_ ? "II" : "MM") + number(42, 2) + number(8, 4) + directory(first, 8);
        if (!exif.empty()) out += directory(exif, exif_at);
        if (!gps.empty()) out += directory(gps, gps_at);
        return out;
    }

  private:
    bool little_;
};

// Puts an APP1 segment with the block behind the JPEG's first marker.
inline std::string with_exif(const std::string& jpeg, const std::string& block) {
    const std::string payload = std::string("Exif\0\0", 6) + block;
    const size_t length = payload.size() + 2;
    return jpeg.substr(0, 2) + "\xFF\xE1" + static_cast<char>(length >> 8) + static_cast<char>(length & 255) + payload +
           jpeg.substr(2);
}

inline std::string with_orientation(const std::string& jpeg, uint16_t orientation) {
    const TiffBuilder tiff;
    return with_exif(jpeg, tiff.block({tiff.u16(0x0112, orientation)}, {}, {}));
}

// Overwrites the size in the frame header (SOF0 or SOF2).
inline std::string with_jpeg_size(std::string jpeg, int width, int height) {
    for (size_t at = 2; at + 9 < jpeg.size();) {
        const auto marker = static_cast<uint8_t>(jpeg[at + 1]);
        if (marker == 0xC0 || marker == 0xC2) {
            jpeg[at + 5] = static_cast<char>(height >> 8);
            jpeg[at + 6] = static_cast<char>(height & 255);
            jpeg[at + 7] = static_cast<char>(width >> 8);
            jpeg[at + 8] = static_cast<char>(width & 255);
            return jpeg;
        }
        at += 2 + (static_cast<size_t>(static_cast<uint8_t>(jpeg[at + 2])) << 8 | static_cast<uint8_t>(jpeg[at + 3]));
    }
    return jpeg;
}

inline int difference(Rgba a, Rgba b) {
    const auto apart = [](uint8_t x, uint8_t y) { return x > y ? x - y : y - x; };
    return std::max({apart(a.r, b.r), apart(a.g, b.g), apart(a.b, b.b)});
}

}  // namespace linesman::image::test
