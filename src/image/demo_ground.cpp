// Backgrounds of the demo photos: the street and the bare soil.
#include <algorithm>
#include <array>
#include <cmath>

#include "image/demo_scene.h"

namespace linesman::image {
namespace {

constexpr int kPatchStep =
    4;  // px between samples of what changes slowly; nobody sees the steps, and it is twice as fast

void draw_sky(Scene& s, float horizon) {
    const Noise& noise = Noise::shared();
    const Light white = s.palette.cloud;
    const float w = s.w, noise_x = s.noise_x, noise_y = s.noise_y, cloudiness = s.palette.cloudiness;
    const int rows = std::min(s.image.height, static_cast<int>(horizon * s.h) + 2);
    const float thickness = 0.35F + 0.75F * cloudiness;
    for (int py = 0; py < rows; ++py) {
        const float t = static_cast<float>(py) / static_cast<float>(rows);
        const Light clear = mix(s.palette.sky_top, s.palette.sky_low, t);
        const float depth = 14 / (0.25F + (1 - t));  // clouds crowd towards the horizon
        float cloud = 0;
        for (int px = 0; px < s.image.width; ++px) {
            const float u = (static_cast<float>(px) / w - 0.5F) * depth * 1.4F;
            if (px % 2 == 0) cloud = noise.smooth(noise_x + u + 60, noise_y + depth * 2.2F) - 0.25F + 0.3F * cloudiness;
            s.put(px, py, mix(clear, white, std::clamp(cloud * 2.2F, 0.0F, 1.0F) * std::min(thickness, 0.9F)));
        }
    }
}

void draw_hills(Scene& s, float horizon) {
    const Noise& noise = Noise::shared();
    for (int layer = 0; layer < 2; ++layer) {
        const auto k = static_cast<float>(layer);
        std::vector<Point> outline{{0, s.y(horizon) + 2}};
        const float start = s.pick(s.place, 0, 200);
        for (int i = 0; i <= 64; ++i) {
            const float u = static_cast<float>(i) / 64;
            const float rise =
                0.055F - 0.03F * k + (0.05F - 0.025F * k) * noise.smooth(start + u * (14 + 40 * k), 9 + 31 * k);
            outline.push_back({u * s.w, s.y(horizon - std::max(rise, 0.004F))});
        }
        outline.push_back({s.w, s.y(horizon) + 2});
        const Light far = mix(s.palette.hill, s.palette.sky_low, 0.45F);
        const Light near = mix(s.palette.hill, s.palette.grass * 0.7F, 0.55F);
        s.canvas.polygon(outline, (layer == 0 ? far : near).rgba());
    }
}

void draw_tree(Scene& s, float x, float base_y, float size) {
    const Light leaf = mix({64, 84, 44}, {92, 104, 56}, s.pick(s.place, 0, 1)) * s.palette.brightness;
    s.canvas.rect(s.x(x) - size * s.h * 0.04F, s.y(base_y - size * 0.5F), size * s.h * 0.08F, s.y(size * 0.5F),
                  Rgba{74, 58, 44, 255});
    for (int i = 0; i < 16; ++i) {
        const float dx = s.pick(s.place, -0.42F, 0.42F) * size * s.h;
        const float dy = s.pick(s.place, 0.42F, 1.0F) * size;
        const float shade = 0.8F + 0.4F * (dy / size - 0.4F) + 0.12F * (dx * s.palette.sun_from > 0 ? 1.0F : -1.0F);
        const float radius = size * s.h * s.pick(s.place, 0.1F, 0.2F);
        s.canvas.ellipse({s.x(x) + dx, s.y(base_y - dy)}, radius * 1.2F, radius, (leaf * shade).rgba());
    }
}

void draw_house(Scene& s, float x, float base_y, float size) {
    static constexpr std::array<Light, 6> kWalls{Light{214, 200, 172}, Light{190, 150, 116}, Light{222, 214, 204},
                                                 Light{176, 182, 170}, Light{204, 176, 142}, Light{168, 120, 96}};
    static constexpr std::array<Light, 4> kRoofs{Light{140, 70, 54}, Light{122, 126, 130}, Light{96, 100, 108},
                                                 Light{150, 110, 84}};
    const Light wall = kWalls[static_cast<size_t>(s.pick(s.place, 0, 5.99F))] * (s.palette.brightness * 0.95F);
    const Light roof = kRoofs[static_cast<size_t>(s.pick(s.place, 0, 3.99F))] * s.palette.brightness;
    const float width = size * s.w * 1.5F;
    const float height = size * s.w * 0.5F;
    const float left = s.x(x);
    const float top = s.y(base_y) - height;
    s.canvas.rect(left, top, width, height, wall.rgba());
    s.canvas.rect(s.palette.sun_from > 0 ? left : left + width * 0.72F, top, width * 0.28F, height, Rgba{0, 0, 0, 34});
    const float over = width * 0.06F;
    const std::array<Point, 4> slope{Point{left - over, top + 2}, Point{left + width * 0.14F, top - height * 0.55F},
                                     Point{left + width * 0.86F, top - height * 0.55F},
                                     Point{left + width + over, top + 2}};
    s.canvas.polygon(slope, roof.rgba());
    for (int i = 1; i < 14; ++i) {  // corrugation
        const float t = static_cast<float>(i) / 14;
        s.canvas.line({left - over + (width + 2 * over) * t, top},
                      {left + width * (0.14F + 0.72F * t), top - height * 0.55F}, 1, Rgba{0, 0, 0, 26});
    }
    s.canvas.rect(left - over, top, width + 2 * over, height * 0.06F, Rgba{0, 0, 0, 70});
    for (const float at : {0.14F, 0.66F}) {
        s.canvas.rect(left + width * at, top + height * 0.28F, width * 0.18F, height * 0.34F, Rgba{228, 226, 220, 255});
        s.canvas.rect(left + width * (at + 0.012F), top + height * 0.31F, width * 0.156F, height * 0.28F,
                      Rgba{70, 86, 100, 255});
    }
    s.canvas.rect(left + width * 0.44F, top + height * 0.3F, width * 0.12F, height * 0.7F, (roof * 0.75F).rgba());
}

void draw_fence(Scene& s, float base_y, float height) {
    const float step = s.pick(s.place, 0.05F, 0.075F);
    float x = s.pick(s.place, 0, 0.04F);
    while (x < 1) {
        s.canvas.rect(s.x(x), s.y(base_y - height), s.w * 0.0035F, s.y(height), Rgba{92, 84, 74, 255});
        x += step;
    }
    for (int i = 1; i <= 4; ++i) {
        const float y = s.y(base_y - height * static_cast<float>(i) / 4.4F);
        s.canvas.line({0, y}, {s.w, y + 1}, std::max(1.0F, s.h * 0.0012F), Rgba{70, 70, 70, 150});
    }
}

struct Verge {
    float road_from, road_to;  // in units of the ground plane, 0 = below the camera
};

Light ground_colour(const Palette& palette, const Verge& verge, float u, float depth, float patch, float fine) {
    const float edge = u + 0.05F * patch;
    const float road =
        std::clamp((edge - verge.road_from) * 12, 0.0F, 1.0F) * std::clamp((verge.road_to - edge) * 12, 0.0F, 1.0F);
    const Light verge_colour =
        mix(palette.grass, palette.soil, std::clamp(0.45F + 0.9F * patch, 0.0F, 1.0F)) * (1 + 0.2F * fine);
    const Light road_colour = palette.road * (1 + 0.06F * fine + 0.06F * patch);
    return mix(mix(verge_colour, road_colour, road), palette.sky_low, std::clamp(depth * 0.016F, 0.0F, 0.35F));
}

void draw_verge(Scene& s, float horizon, float road_side) {
    const Noise& noise = Noise::shared();
    const Palette palette = s.palette;  // copies: the stores of pixels cannot alias them
    const float w = s.w, noise_x = s.noise_x, noise_y = s.noise_y;
    const Verge verge = road_side > 0 ? Verge{0.55F, 1.9F} : Verge{-1.9F, -0.55F};
    const int first = std::max(0, static_cast<int>(horizon * s.h));
    for (int py = first; py < s.image.height; ++py) {
        const float v = (static_cast<float>(py) + 0.5F - horizon * s.h) / (s.h * (1 - horizon));
        const float depth = 1 / std::max(v, 0.01F);
        const float far = std::clamp(1.6F - depth * 0.12F, 0.1F, 1.0F);  // detail fades with distance
        float patch = 0;
        for (int px = 0; px < s.image.width; ++px) {
            const float u = (static_cast<float>(px) / w - 0.5F) * depth * 0.9F;
            if (px % kPatchStep == 0) patch = noise.smooth(noise_x + u * 7, noise_y + depth * 6);
            const float fine =
                far * (0.75F * noise.smooth(u * 52 + 11, depth * 60 + noise_y) + 0.25F * noise.grain(px, py));
            s.put(px, py,
                  ground_colour(palette, verge, u, depth, patch, fine) * (palette.brightness * (0.9F + 0.16F * v)));
        }
    }
}

}  // namespace

// Near blades are longer.
void draw_tufts(Scene& s, float horizon, int count, bool edges_only) {
    for (int i = 0; i < count; ++i) {
        const float v = 0.08F + 0.92F * s.pick(s.shot, 0, 1);
        float across = s.pick(s.shot, 0, 1);
        if (edges_only)
            across = across < 0.5F ? across * 0.5F * (1.1F - v * 0.6F) : 1 - (1 - across) * 0.5F * (1.1F - v * 0.6F);
        const Point foot{s.x(across), s.y(horizon + v * (1 - horizon))};
        const float size = s.h * 0.03F * (edges_only ? 0.7F + v : v);
        const Light blade = s.palette.grass * (s.palette.brightness * s.pick(s.shot, 0.62F, 1.12F));
        for (int k = 0; k < 6; ++k) {
            const Point tip{foot.x + size * s.pick(s.shot, -0.8F, 0.8F), foot.y - size * s.pick(s.shot, 0.5F, 1.2F)};
            s.canvas.line({foot.x + size * s.pick(s.shot, -0.2F, 0.2F), foot.y}, tip, std::max(1.0F, size * 0.07F),
                          blade.rgba(200));
        }
    }
}

void draw_street(Scene& s, float horizon, float road_side) {
    draw_sky(s, horizon);
    draw_hills(s, horizon);
    const Light far_grass = mix(s.palette.grass, s.palette.sky_low, 0.3F) * (s.palette.brightness * 0.85F);
    s.canvas.rect(0, s.y(horizon), s.w, s.h * 0.02F, far_grass.rgba());
    const int houses = 2 + static_cast<int>(s.pick(s.place, 0, 2.99F));
    for (int i = 0; i < houses; ++i) {
        const float at = (static_cast<float>(i) + s.pick(s.place, 0.05F, 0.5F)) / static_cast<float>(houses);
        draw_tree(s, at + s.pick(s.place, -0.1F, 0.0F), horizon + 0.01F, s.pick(s.place, 0.07F, 0.13F));
        draw_house(s, at, horizon + s.pick(s.place, 0.008F, 0.02F), s.pick(s.place, 0.09F, 0.14F));
    }
    draw_verge(s, horizon + 0.012F, road_side);
    draw_fence(s, horizon + 0.055F, 0.075F);
    draw_tufts(s, horizon + 0.02F, 130, false);
}

void draw_soil(Scene& s) {
    const Noise& noise = Noise::shared();
    const Palette palette = s.palette;
    const float w = s.w, noise_x = s.noise_x, noise_y = s.noise_y;
    for (int py = 0; py < s.image.height; ++py) {
        const float v = static_cast<float>(py) / s.h;
        const float near = 0.55F + 0.55F * v;  // the camera looks down at a slant: the upper part is farther away
        float patch = 0;
        for (int px = 0; px < s.image.width; ++px) {
            const float u = (static_cast<float>(px) / w - 0.5F) / near;
            if (px % kPatchStep == 0) patch = noise.smooth(noise_x + u * 22, noise_y + v * 30 / near);
            const float fine = 0.7F * noise.smooth(u * 130 + 7, v * 150 / near) + 0.3F * noise.grain(px, py);
            const float grassy = std::clamp((std::abs(u) + (0.5F - v) * 0.5F - 0.42F + 0.35F * patch) * 4, 0.0F, 0.8F);
            const Light soil = mix(palette.soil * 1.08F, palette.soil * 0.72F, 0.5F + 0.5F * patch);
            s.put(px, py,
                  mix(soil, palette.grass * 0.9F, grassy) *
                      (palette.brightness * (0.84F + 0.2F * v) * (1 + 0.2F * fine)));
        }
    }
    draw_tufts(s, 0, 170, true);
    for (int i = 0; i < 150; ++i) {  // stones
        const Point at{s.x(s.pick(s.shot, 0, 1)), s.y(s.pick(s.shot, 0, 1))};
        const float size = s.w * 0.0055F * s.pick(s.shot, 0.2F, 1) * (0.5F + at.y / s.h);
        const Light stone = mix(s.palette.soil, {168, 160, 150}, s.pick(s.shot, 0.2F, 0.9F)) * s.palette.brightness;
        s.canvas.ellipse({at.x - s.palette.sun_from * size * 0.4F, at.y + size * 0.4F}, size, size * 0.6F,
                         Rgba{30, 20, 12, 110});
        s.canvas.ellipse(at, size, size * 0.7F, stone.rgba());
    }
}

}  // namespace linesman::image
