#include <array>
#include <cmath>
#include <utility>

#include "base/file.h"
#include "image/canvas.h"

#define STB_TRUETYPE_IMPLEMENTATION
#define STBTT_STATIC
#include <stb/stb_truetype.h>

namespace linesman::image {
namespace {

constexpr uint64_t kMaxFontBytes = 64ULL << 20;

// Takes one code point off the front; broken bytes become U+FFFD.
int take_code_point(std::string_view& text) {
    const auto lead = static_cast<uint8_t>(text[0]);
    const size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
    if (length == 0 || length > text.size()) {
        text.remove_prefix(1);
        return 0xFFFD;
    }
    int point = length == 1 ? lead : lead & (0x7F >> length);
    for (size_t i = 1; i < length; ++i) point = point << 6 | (static_cast<uint8_t>(text[i]) & 0x3F);
    text.remove_prefix(length);
    return point;
}

}  // namespace

struct Font::Face {
    std::string file;  // stb_truetype reads from it for as long as the face lives
    stbtt_fontinfo info{};

    // Calls each(glyph, pen_x) with the pen in pixels; returns the width.
    template <typename Each>
    float walk(std::string_view text, float height_px, const Each& each) const {
        const float scale = stbtt_ScaleForPixelHeight(&info, height_px);
        float pen = 0;
        int before = 0;
        while (!text.empty()) {
            const int glyph = stbtt_FindGlyphIndex(&info, take_code_point(text));
            if (before != 0) pen += scale * static_cast<float>(stbtt_GetGlyphKernAdvance(&info, before, glyph));
            each(glyph, pen, scale);
            int advance = 0, bearing = 0;
            stbtt_GetGlyphHMetrics(&info, glyph, &advance, &bearing);
            pen += scale * static_cast<float>(advance);
            before = glyph;
        }
        return pen;
    }
};

Font::Font(std::unique_ptr<Face> face) : face_(std::move(face)) {}
Font::~Font() = default;

base::Result<std::shared_ptr<const Font>> Font::load(const std::string& path) {
    auto file = base::read_file(path, kMaxFontBytes);
    if (!file) return std::move(file).error();
    auto face = std::make_unique<Face>();
    face->file = std::move(*file);
    const auto* data = reinterpret_cast<const unsigned char*>(face->file.data());
    // stb_truetype does not check its input, so only files that at least begin as a font reach it. Fonts come from the
    // system.
    const int offset = face->file.size() > 512 ? stbtt_GetFontOffsetForIndex(data, 0) : -1;
    if (offset < 0 || !stbtt_InitFont(&face->info, data, offset))
        return base::make_error(base::ErrorKind::corrupt, path + " is not a TrueType font.");
    return std::shared_ptr<const Font>(new Font(std::move(face)));
}

base::Result<std::shared_ptr<const Font>> Font::load_system_sans(bool bold) {
    const std::string weight = bold ? "Bold" : "Regular";
    const std::array<std::string, 5> candidates{
        "/usr/share/fonts/truetype/noto/NotoSans-" + weight + ".ttf",
        "/usr/share/fonts/noto/NotoSans-" + weight + ".ttf", "/usr/share/fonts/google-noto/NotoSans-" + weight + ".ttf",
        std::string("/usr/share/fonts/truetype/dejavu/DejaVuSans") + (bold ? "-Bold.ttf" : ".ttf"),
        std::string("/usr/share/fonts/TTF/DejaVuSans") + (bold ? "-Bold.ttf" : ".ttf")};
    for (const auto& path : candidates) {
        if (base::file_exists(path)) return load(path);
    }
    return base::make_error(base::ErrorKind::not_found,
                            "No sans-serif font was found. Install the package fonts-noto-core.");
}

float Font::measure(std::string_view text, float height_px) const {
    return face_->walk(text, height_px, [](int, float, float) {});
}

float Canvas::text(Point baseline, std::string_view text, const Font& font, float height_px, Rgba colour, Align align) {
    if (!(height_px > 0) || height_px > 4096) return 0;
    const Font::Face& face = *font.face_;
    float start = baseline.x;
    if (align != Align::left) start -= font.measure(text, height_px) * (align == Align::centre ? 0.5F : 1.0F);
    std::vector<uint8_t> bitmap;
    return face.walk(text, height_px, [&](int glyph, float pen, float scale) {
        const float x = start + pen;
        const float left = std::floor(x);
        const float top = std::floor(baseline.y);
        int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
        stbtt_GetGlyphBitmapBoxSubpixel(&face.info, glyph, scale, scale, x - left, baseline.y - top, &x0, &y0, &x1,
                                        &y1);
        const int w = x1 - x0;
        const int h = y1 - y0;
        if (w <= 0 || h <= 0) return;
        bitmap.assign(static_cast<size_t>(w) * static_cast<size_t>(h), 0);
        stbtt_MakeGlyphBitmapSubpixel(&face.info, bitmap.data(), w, h, w, scale, scale, x - left, baseline.y - top,
                                      glyph);
        for (int row = 0; row < h; ++row) {
            for (int column = 0; column < w; ++column) {
                const uint8_t cover =
                    bitmap[static_cast<size_t>(row) * static_cast<size_t>(w) + static_cast<size_t>(column)];
                if (cover)
                    blend(static_cast<int>(left) + x0 + column, static_cast<int>(top) + y0 + row, colour,
                          static_cast<float>(cover) / 255);
            }
        }
    });
}

}  // namespace linesman::image
