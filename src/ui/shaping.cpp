#include "ui/shaping.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace linesman::ui {

namespace {

struct Block {
    uint32_t first, last;
};
// Unicode blocks, ascending.
constexpr std::array kShaped = {
    Block{0x0590, 0x08FF},    // Hebrew, Arabic, Syriac, Thaana, N'Ko, Samaritan, Mandaic, Arabic Extended
    Block{0x0900, 0x0DFF},    // Devanagari to Sinhala
    Block{0x0F00, 0x0FFF},    // Tibetan
    Block{0x1000, 0x109F},    // Myanmar
    Block{0x1780, 0x18AF},    // Khmer, Mongolian
    Block{0x1900, 0x1AAF},    // Limbu to Tai Tham
    Block{0x1B00, 0x1BFF},    // Balinese, Sundanese, Batak
    Block{0xA840, 0xA97F},    // Phags-pa to Hangul Jamo Extended-A
    Block{0xA980, 0xA9FF},    // Javanese, Myanmar Extended-B
    Block{0xAA60, 0xAAFF},    // Myanmar Extended-A to Meetei Mayek Extensions
    Block{0xFB1D, 0xFDFF},    // Hebrew and Arabic presentation forms
    Block{0xFE70, 0xFEFE},    // Arabic presentation forms B, without the byte order mark
    Block{0x10800, 0x10FFF},  // old scripts from right to left
    Block{0x11000, 0x1194F},  // Brahmi and its descendants
    Block{0x1E800, 0x1EEFF},  // Mende Kikakui, Adlam, Arabic mathematical letters
};

bool is_shaped(uint32_t letter) {
    const auto* block = std::lower_bound(kShaped.begin(), kShaped.end(), letter,
                                         [](const Block& b, uint32_t value) { return b.last < value; });
    return block != kShaped.end() && block->first <= letter;
}

}  // namespace

bool needs_shaping(std::string_view text) {
    const auto byte = [&](size_t at) -> uint32_t {
        return at < text.size() ? static_cast<uint8_t>(text[at]) : uint32_t{0};
    };
    for (size_t at = 0; at < text.size(); ++at) {
        const uint32_t lead = byte(at);
        // The first letter of the first block begins with 0xD6: nearly all text is passed over here.
        if (lead < 0xD6) continue;
        uint32_t letter = 0;
        if (lead < 0xE0) {
            letter = (lead & 0x1F) << 6 | (byte(at + 1) & 0x3F);
        } else if (lead < 0xF0) {
            letter = (lead & 0x0F) << 12 | (byte(at + 1) & 0x3F) << 6 | (byte(at + 2) & 0x3F);
        } else {
            letter =
                (lead & 0x07) << 18 | (byte(at + 1) & 0x3F) << 12 | (byte(at + 2) & 0x3F) << 6 | (byte(at + 3) & 0x3F);
        }
        if (is_shaped(letter)) return true;
    }
    return false;
}

}  // namespace linesman::ui
