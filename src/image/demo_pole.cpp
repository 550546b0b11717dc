// The pole and what hangs on it, for the demo photos.
#include <algorithm>
#include <array>
#include <cmath>

#include "image/demo_scene.h"
#include "image/resize.h"

namespace linesman::image {
namespace {

// Shrinks the text height until it fits; 0 without a font.
float fitting_height(const Font* font, std::string_view text, float height_px, float width_px) {
    if (!font || text.empty()) return 0;
    const float width = font->measure(text, height_px);
    return width > width_px ? height_px * width_px / width : height_px;
}

void paste(Scene& s, const Image& from, int left, int top) {
    for (int y = 0; y < from.height; ++y) {
        for (int x = 0; x < from.width; ++x) {
            const Rgba p = from.pixel(x, y);
            s.canvas.blend(left + x, top + y, {p.r, p.g, p.b, 255}, static_cast<float>(p.a) / 255);
        }
    }
}

Image plate_image(const Scene& s, int width, int height) {
    Image image = Image::filled(width, height, {0, 0, 0, 0});
    Canvas canvas(image);
    const auto w = static_cast<float>(width);
    const auto h = static_cast<float>(height);
    const Light metal = Light{236, 232, 216} * s.palette.brightness;
    canvas.rect(0, 0, w, h, (metal * 0.62F).rgba());
    canvas.vertical_gradient(w * 0.012F, h * 0.03F, w * 0.976F, h * 0.94F, metal.rgba(), (metal * 0.88F).rgba());
    canvas.rect(w * 0.03F, h * 0.08F, w * 0.94F, h * 0.84F, Rgba{24, 24, 28, 255});
    canvas.vertical_gradient(w * 0.042F, h * 0.115F, w * 0.916F, h * 0.77F, (metal * 1.02F).rgba(),
                             (metal * 0.92F).rgba());
    for (const float x : {0.085F, 0.915F}) {
        canvas.circle({w * x, h * 0.5F}, h * 0.06F, Rgba{110, 110, 112, 255});
        canvas.circle({w * x - 1, h * 0.5F - 1}, h * 0.032F, Rgba{176, 176, 178, 255});
    }
    const float size = fitting_height(s.bold.get(), s.spec.pole_number, h * 0.66F, w * 0.72F);
    if (size > 0)
        canvas.text({w / 2, h * 0.5F + size * 0.26F}, s.spec.pole_number, *s.bold, size, Rgba{22, 22, 26, 255},
                    Align::centre);
    return image;
}

}  // namespace

void draw_pole(Scene& s, const PoleShape& pole) {
    const Noise& noise = Noise::shared();
    const int first = std::max(0, static_cast<int>(pole.top_y * s.h));
    const int last =
        std::min(s.image.height, static_cast<int>(pole.base_y * s.h) + static_cast<int>(pole.base_width * s.w * 0.12F));
    for (int py = first; py < last; ++py) {
        const float t = std::min(1.0F, (static_cast<float>(py) / s.h - pole.top_y) / (pole.base_y - pole.top_y));
        const float centre = (pole.base_x + pole.lean * (1 - t)) * s.w;
        float half = (pole.top_width + (pole.base_width - pole.top_width) * t) * s.w / 2;
        const float foot_px = pole.base_width * s.w * 0.12F;
        const float below = static_cast<float>(py) - pole.base_y * s.h;  // the round foot
        if (below > 0) half *= std::sqrt(std::max(0.0F, 1 - below * below / (foot_px * foot_px)));
        const int left = std::max(0, static_cast<int>(centre - half));
        const int right = std::min(s.image.width - 1, static_cast<int>(centre + half));
        for (int px = left; px <= right; ++px) {
            const float across = (static_cast<float>(px) + 0.5F - centre) / std::max(half, 1.0F);
            const float coverage =
                std::clamp(half - std::abs(static_cast<float>(px) + 0.5F - centre) + 0.5F, 0.0F, 1.0F);
            const float facing = across * s.palette.sun_from;
            const float round =
                0.5F + 0.62F * std::sqrt(std::max(0.0F, 1 - (facing - 0.35F) * (facing - 0.35F) * 0.72F));
            const float angle = across * (1 + 0.35F * across * across);  // grain crowds towards the edges
            const float grain = noise.smooth(s.noise_x + angle * 26, static_cast<float>(py) / s.h * 9) * 0.16F +
                                noise.smooth(angle * 90 + 31, static_cast<float>(py) / s.h * 22) * 0.1F;
            s.put(px, py, s.palette.wood * (s.palette.brightness * round * (1 + grain)), coverage);
        }
    }
    if (pole.top_y > 0) {
        const float cx = (pole.base_x + pole.lean) * s.w;
        s.canvas.ellipse({cx, s.y(pole.top_y)}, pole.top_width * s.w / 2, pole.top_width * s.w * 0.1F,
                         (s.palette.wood * 1.1F).rgba());
    }
}

void draw_pole_shadow(Scene& s, const PoleShape& pole, float length) {
    const float dx = -s.palette.sun_from * length * s.w;
    const float half = pole.base_width * s.w / 2;
    const float x = s.x(pole.base_x);
    const float y = s.y(pole.base_y) + half * 0.15F;
    const auto strength = static_cast<uint8_t>(100 - 60 * s.palette.cloudiness);
    const std::array<Point, 4> shape{Point{x, y - half * 0.35F}, Point{x, y + half * 0.35F},
                                     Point{x + dx, y - s.h * 0.07F + half * 0.15F},
                                     Point{x + dx, y - s.h * 0.07F - half * 0.25F}};
    s.canvas.polygon(shape, Rgba{24, 18, 14, strength});
    s.canvas.ellipse({x, y}, half * 1.35F, half * 0.4F, Rgba{24, 18, 14, 110});
}

void draw_cables(Scene& s, const PoleShape& pole) {
    const float x = s.x(pole.base_x + pole.lean * 0.92F);
    const float y = s.y(pole.top_y + 0.045F);
    const float arm = pole.top_width * s.w * 1.9F;
    const float thick = std::max(2.0F, s.h * 0.012F);
    s.canvas.rect(x - arm, y, arm * 2, thick, Rgba{96, 98, 102, 255});
    s.canvas.rect(x - arm, y + thick * 0.7F, arm * 2, thick * 0.3F, Rgba{40, 42, 46, 255});
    for (const float side : {-0.85F, 0.85F}) {
        const Point from{x + arm * side, y};
        s.canvas.rect(from.x - thick * 0.35F, y - thick * 1.3F, thick * 0.7F, thick * 1.4F, Rgba{52, 54, 58, 255});
        for (const float direction : {-1.0F, 1.0F}) {
            std::vector<Point> cable;
            for (int i = 0; i <= 24; ++i) {
                const float t = static_cast<float>(i) / 24;
                const float sag = 0.085F * t * (1.55F - t);
                cable.push_back(
                    {from.x + direction * t * s.w, from.y - thick + (sag + 0.02F * side * direction * t) * s.h});
            }
            s.canvas.polyline(cable, std::max(1.2F, s.h * 0.0028F), Rgba{28, 28, 32, 235});
        }
    }
    // The fibre's slack, coiled below the arm.
    const float radius = pole.top_width * s.w * 0.85F;
    for (int i = 0; i < 3; ++i)
        s.canvas.ring({x, y + radius * 1.9F + static_cast<float>(i)}, radius - static_cast<float>(i) * radius * 0.1F,
                      std::max(1.2F, s.h * 0.0026F), Rgba{22, 22, 26, 255});
}

void draw_plate(Scene& s, float centre_x, float centre_y, float width, float squeeze) {
    const int full = std::max(8, static_cast<int>(width * s.w));
    const int height = std::max(4, static_cast<int>(static_cast<float>(full) * 0.36F));
    const Image plate = plate_image(s, full, height);
    const Image seen = downscaled(plate, std::max(2, static_cast<int>(static_cast<float>(full) * squeeze)), height);
    const int left = static_cast<int>(s.x(centre_x)) - seen.width / 2;
    const int top = static_cast<int>(s.y(centre_y)) - height / 2;
    s.canvas.rect(static_cast<float>(left) - s.palette.sun_from * s.w * 0.004F, static_cast<float>(top) + s.h * 0.006F,
                  static_cast<float>(seen.width), static_cast<float>(height), Rgba{0, 0, 0, 90});
    paste(s, seen, left, top);
}

void draw_board(Scene& s, float left, float top, float width, std::string_view remark) {
    const float w = s.x(width);
    const float h = w * 0.5F;
    const float x = s.x(left);
    const float y = s.y(top);
    s.canvas.rect(x - s.palette.sun_from * w * 0.02F, y + h * 0.05F, w, h, Rgba{20, 14, 10, 110});
    s.canvas.rect(x, y, w, h, Rgba{120, 84, 50, 255});
    s.canvas.rect(x + w * 0.025F, y + w * 0.025F, w * 0.95F, h - w * 0.05F, Rgba{38, 46, 44, 255});
    if (!s.bold || !s.regular) return;
    const Rgba chalk{232, 232, 224, 235};
    const float number = fitting_height(s.bold.get(), s.spec.pole_number, h * 0.46F, w * 0.86F);
    if (number > 0) s.canvas.text({x + w / 2, y + h * 0.5F}, s.spec.pole_number, *s.bold, number, chalk, Align::centre);
    const float size = fitting_height(s.regular.get(), remark, h * 0.3F, w * 0.86F);
    if (size > 0) s.canvas.text({x + w / 2, y + h * 0.84F}, remark, *s.regular, size, chalk, Align::centre);
}

}  // namespace linesman::image
