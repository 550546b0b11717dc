#include "image/demo_photo.h"

#include <algorithm>
#include <cmath>

#include "image/demo_scene.h"

namespace linesman::image {
namespace {

// Lens and sensor: darker corners, a tint of the hour, fine noise.
void develop(Scene& s) {
    const Noise& noise = Noise::shared();
    const float warm = s.palette.warmth * 0.055F;
    const float w = s.w;
    const int shift = static_cast<int>(s.noise_x * 7);
    for (int py = 0; py < s.image.height; ++py) {
        const float v = static_cast<float>(py) / s.h - 0.5F;
        uint8_t* p = s.image.at(0, py);
        for (int px = 0; px < s.image.width; ++px, p += 4) {
            const float u = static_cast<float>(px) / w - 0.5F;
            const float gain = 1.04F - 0.34F * (u * u + v * v);
            const float grain = 2.2F * noise.grain(px + shift, py);
            const auto tone = [&](uint8_t value, float tint) {
                return static_cast<uint8_t>(std::clamp(static_cast<float>(value) * gain * tint + grain, 0.0F, 255.0F));
            };
            p[0] = tone(p[0], 1 + warm);
            p[1] = tone(p[1], 1);
            p[2] = tone(p[2], 1 - warm);
            p[3] = 255;
        }
    }
}

void stamp(Scene& s) {
    if (!s.regular || !s.bold) return;
    const float size = s.h * 0.032F;
    const float margin = size * 0.7F;
    const float baseline = s.h - margin;
    const auto label = [&](std::string_view text, float x, Align align, const Font& font) {
        const float width = font.measure(text, size);
        const float left = align == Align::right ? x - width : x;
        s.canvas.rect(left - size * 0.35F, baseline - size * 0.86F, width + size * 0.7F, size * 1.2F,
                      Rgba{0, 0, 0, 120});
        s.canvas.text({x, baseline}, text, font, size, Rgba{255, 255, 255, 235}, align);
    };
    label("DEMO", margin, Align::left, *s.bold);
    if (!s.spec.time_text.empty()) label(s.spec.time_text, s.w - margin, Align::right, *s.regular);
}

void draw_subject(Scene& s) {
    if (s.spec.slot == "before") return draw_before(s);
    if (s.spec.slot == "side") return draw_side(s);
    if (s.spec.slot == "depth") return draw_depth(s);
    if (s.spec.slot == "concrete") return draw_concrete(s);
    if (s.spec.slot == "compaction") return draw_compaction(s);
    draw_front(s);
}

}  // namespace

Image render_demo_photo(const DemoPhotoSpec& spec) {
    constexpr int kLeastSide = 16;
    if (spec.width < kLeastSide || spec.height < kLeastSide || !check_size(spec.width, spec.height)) return {};
    Image image = Image::filled(spec.width, spec.height, {0, 0, 0, 255});
    Scene scene(image, spec);
    draw_subject(scene);
    develop(scene);
    stamp(scene);
    return image;
}

}  // namespace linesman::image
