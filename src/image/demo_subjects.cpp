// What a crew photographs, one subject per slot.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "image/demo_scene.h"

namespace linesman::image {
namespace {

PoleShape near_pole(Scene& s, float x, float width) {
    return {x, 0.9F, 0.05F, width, width * 0.72F, s.pick(s.place, -0.012F, 0.012F)};
}

void draw_spade(Scene& s, Point top, Point foot) {
    const float thick = s.w * 0.016F;
    s.canvas.line({top.x + thick * 0.6F, top.y + thick}, {foot.x + thick * 0.6F, foot.y + thick}, thick,
                  Rgba{20, 14, 8, 90});
    s.canvas.line(top, foot, thick, Rgba{146, 106, 62, 255});
    s.canvas.line({top.x - thick * 0.22F, top.y}, {foot.x - thick * 0.22F, foot.y}, thick * 0.3F,
                  Rgba{186, 146, 96, 255});
    const float dx = (foot.x - top.x) * 0.3F;
    const float dy = (foot.y - top.y) * 0.3F;
    const float side = s.w * 0.036F;
    const std::array<Point, 5> blade{
        Point{foot.x - side, foot.y + side * 0.3F}, Point{foot.x + side, foot.y - side * 0.3F},
        Point{foot.x + side + dx * 0.75F, foot.y + dy * 0.7F}, Point{foot.x + dx * 1.1F, foot.y + dy},
        Point{foot.x - side + dx * 0.75F, foot.y + dy * 0.8F}};
    s.canvas.polygon(blade, Rgba{112, 118, 124, 255});
    s.canvas.line({foot.x, foot.y}, {foot.x + dx, foot.y + dy * 0.9F}, thick * 0.4F, Rgba{150, 156, 162, 255});
}

// A steel tape from the upper edge down into the hole, numbers in centimetres.
void draw_tape(Scene& s, float x, float bottom, int deepest_cm) {
    const float left = s.x(x);
    const float width = s.w * 0.042F;
    const float length = s.y(bottom);
    s.canvas.rect(left + width * 0.15F, 0, width, length, Rgba{0, 0, 0, 70});
    s.canvas.horizontal_gradient(left, 0, width * 0.5F, length, Rgba{214, 172, 20, 255}, Rgba{246, 212, 56, 255});
    s.canvas.horizontal_gradient(left + width * 0.5F, 0, width * 0.5F, length, Rgba{246, 212, 56, 255},
                                 Rgba{204, 160, 16, 255});
    const float cm = s.h * 0.0125F;
    for (int i = 0; static_cast<float>(i) * cm < length; ++i) {
        const float y = length - static_cast<float>(i) * cm;
        const int shown = deepest_cm - i;
        const bool ten = shown % 10 == 0;
        s.canvas.rect(left, y,
                      width * (ten              ? 0.9F
                               : shown % 5 == 0 ? 0.5F
                                                : 0.3F),
                      std::max(1.0F, cm * 0.14F), Rgba{30, 24, 20, 255});
        if (ten && s.bold && shown > 0)
            s.canvas.text({left + width * 0.92F, y - cm * 0.6F}, std::to_string(shown), *s.bold, cm * 3.0F,
                          shown % 100 == 0 ? Rgba{180, 20, 20, 255} : Rgba{26, 22, 20, 255}, Align::right);
    }
}

}  // namespace

void draw_before(Scene& s) {
    const float horizon = s.pick(s.place, 0.38F, 0.45F);
    draw_street(s, horizon, s.pick(s.place, -1, 1));
    const float x = s.pick(s.shot, 0.44F, 0.56F);
    const float y = s.pick(s.shot, 0.76F, 0.8F);
    draw_patch(s, x, y + 0.004F, 0.105F, 0.045F, 0.07F, [&](int px, int py, float d) {
        // A sprayed ring on the ground.
        const Rgba under = s.image.pixel(px, py);
        const Light ground{static_cast<float>(under.r), static_cast<float>(under.g), static_cast<float>(under.b)};
        return mix(ground, {244, 240, 232}, d > 0.8F ? 0.6F : 0.0F);
    });
    const float width = s.w * 0.017F;
    const float top = s.y(y - 0.2F);
    s.canvas.ellipse({s.x(x), s.y(y)}, width * 1.6F, width * 0.45F, Rgba{24, 18, 14, 130});
    s.canvas.horizontal_gradient(s.x(x) - width / 2, top, width, s.y(y) - top, Rgba{206, 172, 122, 255},
                                 Rgba{150, 116, 74, 255});
    s.canvas.horizontal_gradient(s.x(x) - width / 2, top, width, s.h * 0.045F, Rgba{246, 98, 30, 255},
                                 Rgba{206, 70, 16, 255});
    const std::array<Point, 5> ribbon{
        Point{s.x(x) + width / 2, top + s.h * 0.05F}, Point{s.x(x) + width * 3.2F, top + s.h * 0.058F},
        Point{s.x(x) + width * 4.4F, top + s.h * 0.075F}, Point{s.x(x) + width * 3.0F, top + s.h * 0.078F},
        Point{s.x(x) + width / 2, top + s.h * 0.066F}};
    s.canvas.polygon(ribbon, Rgba{250, 112, 36, 255});
    draw_board(s, x > 0.5F ? x - 0.3F : x + 0.1F, y - 0.035F, 0.2F, "before");
}

void draw_front(Scene& s) {
    draw_street(s, s.pick(s.place, 0.46F, 0.54F), s.pick(s.place, -1, 1));
    const PoleShape pole = near_pole(s, s.pick(s.shot, 0.46F, 0.54F), 0.085F);
    draw_pole_shadow(s, pole, 0.42F);
    draw_pole(s, pole);
    draw_cables(s, pole);
    draw_plate(s, pole.base_x + pole.lean * 0.45F, s.pick(s.shot, 0.42F, 0.46F), 0.25F, 1);
}

void draw_side(Scene& s) {
    const float road = s.pick(s.place, -1, 1);
    draw_street(s, s.pick(s.place, 0.44F, 0.5F), -road);
    // The next poles of the line, far away.
    const float x = s.pick(s.shot, 0.3F, 0.38F);
    for (const float t : {0.35F, 0.62F}) {
        const PoleShape far{x + 0.62F * (1 - t) + 0.1F, 0.54F + 0.1F * t, 0.36F - 0.14F * t, 0.016F * t, 0.012F * t, 0};
        draw_pole(s, far);
    }
    PoleShape pole = near_pole(s, x, 0.075F);
    pole.base_y = 0.88F;
    draw_pole_shadow(s, pole, 0.4F);
    draw_pole(s, pole);
    draw_cables(s, pole);
    draw_plate(s, pole.base_x + pole.lean * 0.45F + 0.026F, 0.45F, 0.23F, 0.3F);
}

void draw_depth(Scene& s) {
    draw_soil(s);
    const Noise& noise = Noise::shared();
    const float x = s.pick(s.shot, 0.47F, 0.53F);
    const float y = s.pick(s.shot, 0.57F, 0.62F);
    // The heap of what was dug out.
    draw_patch(s, x + 0.03F, y - 0.17F, 0.42F, 0.2F, 0.16F, [&](int px, int py, float d) {
        const float fine = 0.6F * noise.smooth(static_cast<float>(px) * 0.11F, static_cast<float>(py) * 0.13F) +
                           0.3F * noise.grain(px, py);
        return s.palette.soil * (s.palette.brightness * (1.12F - 0.3F * d * d) * (1 + 0.15F * fine));
    });
    const float rx = 0.2F;
    const float ry = 0.165F;
    draw_patch(s, x, y + 0.008F, rx * 1.05F, ry * 1.06F, 0.05F, [&](int, int, float) { return s.palette.soil * 0.6F; });
    draw_patch(s, x, y, rx, ry, 0.045F, [&](int px, int py, float d) {
        const float across = (static_cast<float>(px) / s.w - x) / rx;
        const float down =
            (static_cast<float>(py) / s.h - y) / ry;  // the far wall catches light, the near one does not
        const float wall = std::clamp(d * d * (0.32F - 0.3F * down - 0.14F * s.palette.sun_from * across), 0.0F, 1.0F);
        const float layers = noise.smooth(across * 6 + s.noise_x, down * 34);
        return s.palette.soil * (0.08F + 0.95F * wall * (1 + 0.22F * layers));
    });
    const int depth_cm = 150 + static_cast<int>(s.pick(s.place, 0, 30.9F));
    draw_tape(s, x - 0.02F, y + ry * 0.45F, depth_cm);
    draw_patch(s, x, y + ry * 0.5F, rx * 0.8F, ry * 0.36F, 0.1F, [&](int px, int py, float d) {
        const Rgba under = s.image.pixel(px, py);  // the tape sinks into the dark
        const Light light{static_cast<float>(under.r), static_cast<float>(under.g), static_cast<float>(under.b)};
        return light * (0.35F + 0.65F * std::min(1.0F, d));
    });
    draw_spade(s, {s.x(x + 0.4F), s.y(0.12F)}, {s.x(x + 0.31F), s.y(0.62F)});
    const std::string remark = "depth 1." + std::to_string(depth_cm % 100) + " m";
    draw_board(s, 0.06F, 0.68F, 0.22F, remark);
}

void draw_concrete(Scene& s) {
    draw_soil(s);
    const Noise& noise = Noise::shared();
    const float x = s.pick(s.shot, 0.46F, 0.54F);
    PoleShape pole{x, 0.6F, -0.2F, 0.17F, 0.155F, s.pick(s.place, -0.01F, 0.01F)};
    draw_patch(s, x, 0.655F, 0.325F, 0.215F, 0.12F, [&](int, int, float) { return s.palette.soil * 0.5F; });
    draw_patch(s, x, 0.64F, 0.315F, 0.205F, 0.12F, [&](int px, int py, float d) {
        const float lumps =
            noise.smooth(static_cast<float>(px) * 30 / s.w + s.noise_x, static_cast<float>(py) * 34 / s.h);
        const float fine = 0.5F * noise.smooth(static_cast<float>(px) * 0.2F, static_cast<float>(py) * 0.24F) +
                           0.5F * noise.grain(px, py);
        const float wet = std::clamp(lumps * 1.5F - 0.2F, 0.0F, 1.0F) * 0.16F;  // sheen
        const float edge = std::clamp((d - 0.86F) * 5, 0.0F, 1.0F);
        return mix(Light{158, 157, 152}, Light{122, 118, 110}, edge) *
               (s.palette.brightness * (0.93F + wet + 0.08F * lumps + 0.07F * fine));
    });
    for (int i = 0; i < 46; ++i) {  // splashes
        const float angle = s.pick(s.shot, 0, 6.28F);
        const float reach = s.pick(s.shot, 1.02F, 1.35F);
        const float size = s.w * s.pick(s.shot, 0.001F, 0.005F);
        s.canvas.ellipse({s.x(x + 0.315F * reach * std::cos(angle)), s.y(0.64F + 0.205F * reach * std::sin(angle))},
                         size, size * 0.7F, Rgba{150, 148, 142, 230});
    }
    draw_pole_shadow(s, pole, 0.3F);
    draw_pole(s, pole);
    const Point tip{s.x(x + 0.27F), s.y(0.74F)};  // a trowel left in the pour
    const std::array<Point, 3> blade{tip, Point{tip.x + s.w * 0.1F, tip.y - s.h * 0.035F},
                                     Point{tip.x + s.w * 0.085F, tip.y + s.h * 0.055F}};
    s.canvas.polygon(blade, Rgba{136, 142, 148, 255});
    s.canvas.line({tip.x + s.w * 0.09F, tip.y + s.h * 0.01F}, {tip.x + s.w * 0.13F, tip.y + s.h * 0.02F}, s.w * 0.007F,
                  Rgba{96, 100, 104, 255});
    s.canvas.line({tip.x + s.w * 0.13F, tip.y + s.h * 0.02F}, {tip.x + s.w * 0.2F, tip.y + s.h * 0.038F}, s.w * 0.021F,
                  Rgba{152, 74, 40, 255});
    draw_board(s, 0.05F, 0.77F, 0.21F, "concrete");
}

void draw_compaction(Scene& s) {
    draw_soil(s);
    const Noise& noise = Noise::shared();
    const float x = s.pick(s.shot, 0.44F, 0.52F);
    PoleShape pole{x, 0.58F, -0.2F, 0.16F, 0.145F, s.pick(s.place, -0.01F, 0.01F)};
    draw_patch(s, x, 0.63F, 0.36F, 0.23F, 0.1F, [&](int px, int py, float d) {
        const float flat =
            noise.smooth(static_cast<float>(px) * 16 / s.w + s.noise_x, static_cast<float>(py) * 20 / s.h);
        const float fine = 0.7F * noise.smooth(static_cast<float>(px) * 0.16F, static_cast<float>(py) * 0.2F) +
                           0.3F * noise.grain(px, py);
        const float rim = std::clamp((d - 0.85F) * 6, 0.0F, 1.0F);
        return s.palette.soil * (s.palette.brightness * (0.74F + 0.06F * flat + 0.05F * fine + 0.22F * rim));
    });
    for (int i = 0; i < 15; ++i) {  // prints of the tamper, in two rings
        const float angle = static_cast<float>(i) * 0.4189F + s.pick(s.shot, -0.1F, 0.1F);
        const float reach = i % 2 ? 0.74F : 0.5F;
        const Point at{s.x(x + 0.36F * reach * std::cos(angle)), s.y(0.64F + 0.215F * reach * std::sin(angle))};
        const float half_w = s.w * 0.034F;
        const float half_h = s.h * 0.026F;
        const float slant = s.pick(s.shot, -0.35F, 0.35F) * half_h;
        const auto print = [&](float grow, float dx, float dy) {
            return std::array<Point, 4>{Point{at.x - half_w * grow + dx, at.y - half_h * grow + slant + dy},
                                        Point{at.x + half_w * grow + dx, at.y - half_h * grow - slant + dy},
                                        Point{at.x + half_w * grow + dx, at.y + half_h * grow - slant + dy},
                                        Point{at.x - half_w * grow + dx, at.y + half_h * grow + slant + dy}};
        };
        s.canvas.polygon(print(1.06F, 0, s.h * 0.004F), (s.palette.soil * 1.0F).rgba(120));
        s.canvas.polygon(print(1.0F, 0, 0), (s.palette.soil * 0.5F).rgba(150));
        s.canvas.polygon(print(0.92F, 0, s.h * 0.003F), (s.palette.soil * 0.68F).rgba(190));
    }
    draw_pole_shadow(s, pole, 0.3F);
    draw_pole(s, pole);
    const Point foot{s.x(x + 0.33F), s.y(0.66F)};  // the tamper
    s.canvas.ellipse({foot.x, foot.y + s.h * 0.02F}, s.w * 0.07F, s.h * 0.022F, Rgba{20, 14, 8, 110});
    s.canvas.line({foot.x + s.w * 0.05F, -10}, foot, s.w * 0.018F, Rgba{142, 104, 62, 255});
    s.canvas.line({foot.x + s.w * 0.046F, -10}, {foot.x - s.w * 0.004F, foot.y}, s.w * 0.006F, Rgba{184, 146, 98, 255});
    s.canvas.rect(foot.x - s.w * 0.055F, foot.y - s.h * 0.012F, s.w * 0.11F, s.h * 0.034F, Rgba{74, 78, 84, 255});
    s.canvas.rect(foot.x - s.w * 0.055F, foot.y - s.h * 0.012F, s.w * 0.11F, s.h * 0.01F, Rgba{116, 120, 126, 255});
    draw_board(s, 0.05F, 0.77F, 0.21F, "compaction");
}

}  // namespace linesman::image
