// The parts demo photos are composed of: noise, light, street, soil, pole, plate. Internal to the image room.
// Lengths are fractions of the picture (x of the width, y of the height) unless a name ends in _px.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>

#include "image/canvas.h"
#include "image/demo_photo.h"

namespace linesman::image {

// Smooth noise in [-1, 1] on a repeating tile; made once, read-only afterwards.
class Noise {
  public:
    static const Noise& shared();
    // Bilinear; the tile repeats every 256 units. Positions from -8,000 to 8,000.
    float smooth(float x, float y) const;
    // One value per whole position, without interpolation: grain.
    float grain(int x, int y) const;

  private:
    Noise();
    static constexpr int kSide = 256;
    static constexpr size_t kPixels = size_t{kSide} * kSide;
    // Arrays, not vectors: pixel stores may alias a vector's pointer, which would then be read again for every pixel.
    std::array<float, kPixels> smooth_;
    std::array<float, kPixels> grain_;
};

// A colour with room above 255 while light is applied.
struct Light {
    float r = 0, g = 0, b = 0;
    Light operator*(float k) const { return {r * k, g * k, b * k}; }
    Light operator+(Light o) const { return {r + o.r, g + o.g, b + o.b}; }
    Rgba rgba(uint8_t a = 255) const;
};
inline Light mix(Light a, Light b, float t) {
    return a * (1 - t) + b * t;
}

// The weather and the place; the six photos of one pole share it.
struct Palette {
    Light sky_top, sky_low, cloud, hill, soil, grass, road, wood;
    float cloudiness = 0;  // 0 to 1
    float sun_from = 1;    // -1 light from the left, 1 from the right
    float brightness = 1;
    float warmth = 0;  // -1 to 1
};

struct Scene {
    Scene(Image& target, const DemoPhotoSpec& spec);

    Image& image;
    Canvas canvas;
    const DemoPhotoSpec& spec;
    std::mt19937_64 place;  // the same for all slots of a pole
    std::mt19937_64 shot;   // of this slot
    Palette palette;
    float w = 0, h = 0;  // px
    float noise_x = 0, noise_y = 0;
    std::shared_ptr<const Font> regular, bold;  // null when the machine has no fonts: pictures without text

    float pick(std::mt19937_64& random, float low, float high);
    float x(float fraction) const { return fraction * w; }
    float y(float fraction) const { return fraction * h; }
    void put(int px, int py, Light colour, float coverage = 1);
};

// The innermost steps of every pixel stand in the header so that they are inlined.
inline float Noise::smooth(float x, float y) const {
    // A whole number of tiles makes the position positive, so that the cast rounds down: std::floor is a call on plain
    // x86-64.
    constexpr float kShift = 32.0F * kSide;
    x += kShift;
    y += kShift;
    const int bx = static_cast<int>(x);
    const int by = static_cast<int>(y);
    const float fx = x - static_cast<float>(bx);
    const float fy = y - static_cast<float>(by);
    const size_t ix = static_cast<unsigned>(bx) % kSide;
    const size_t iy = static_cast<unsigned>(by) % kSide;
    const float* row = &smooth_[iy * kSide];
    const float* next = &smooth_[(iy + 1) % kSide * kSide];
    const size_t jx = (ix + 1) % kSide;
    const float top = row[ix] + (row[jx] - row[ix]) * fx;
    const float low = next[ix] + (next[jx] - next[ix]) * fx;
    return top + (low - top) * fy;
}

inline float Noise::grain(int x, int y) const {
    // Shifted per tile, so that the repetition cannot be seen.
    const auto ux = static_cast<unsigned>(x);
    const auto uy = static_cast<unsigned>(y);
    return grain_[(uy + (ux / kSide) * 97) % kSide * kSide + (ux + (uy / kSide) * 61) % kSide];
}

inline Rgba Light::rgba(uint8_t a) const {
    const auto channel = [](float v) { return static_cast<uint8_t>(std::clamp(v, 0.0F, 255.0F)); };
    return {channel(r), channel(g), channel(b), a};
}

inline void Scene::put(int px, int py, Light colour, float coverage) {
    uint8_t* p = image.at(px, py);
    const Rgba c = colour.rgba();
    if (coverage >= 0.999F) {
        p[0] = c.r;
        p[1] = c.g;
        p[2] = c.b;
        return;
    }
    canvas.blend(px, py, c, coverage);
}

// Background: sky, hills, houses and a verge with a road, in perspective.
void draw_street(Scene& scene, float horizon, float road_side);
// Background: bare soil from above, with grass at the edges.
void draw_soil(Scene& scene);
// Blades of grass on the ground below `horizon`; with `edges_only` none in the middle.
void draw_tufts(Scene& scene, float horizon, int count, bool edges_only);

struct PoleShape {
    float base_x, base_y, top_y;  // where it leaves the ground; where it ends
    float base_width, top_width;
    float lean = 0;  // shift of the top in x
};
void draw_pole(Scene& scene, const PoleShape& pole);
void draw_pole_shadow(Scene& scene, const PoleShape& pole, float length);
void draw_cables(Scene& scene, const PoleShape& pole);
// The number plate; `squeeze` 1 = seen from the front, 0.35 = from the side.
void draw_plate(Scene& scene, float centre_x, float centre_y, float width, float squeeze);
// A small board on the ground with the number and a remark.
void draw_board(Scene& scene, float left, float top, float width, std::string_view remark);

// A patch of ground with a ragged edge. shade(x_px, y_px, distance) with distance 0 in the middle, 1 at the edge.
template <typename Shade>
void draw_patch(Scene& scene, float cx, float cy, float rx, float ry, float raggedness, const Shade& shade) {
    const Noise& noise = Noise::shared();
    const float reach = 1 + raggedness;
    const int x0 = std::max(0, static_cast<int>((cx - rx * reach) * scene.w));
    const int x1 = std::min(scene.image.width, static_cast<int>((cx + rx * reach) * scene.w) + 1);
    const int y0 = std::max(0, static_cast<int>((cy - ry * reach) * scene.h));
    const int y1 = std::min(scene.image.height, static_cast<int>((cy + ry * reach) * scene.h) + 1);
    const float soft = std::max(0.006F, 2.0F / (rx * scene.w));
    for (int py = y0; py < y1; ++py) {
        const float v = (static_cast<float>(py) / scene.h - cy) / ry;
        for (int px = x0; px < x1; ++px) {
            const float u = (static_cast<float>(px) / scene.w - cx) / rx;
            float d = std::sqrt(u * u + v * v);
            if (d > reach) continue;
            d += raggedness * noise.smooth(scene.noise_x + u * 24, scene.noise_y + v * 24);
            const float coverage = std::clamp((1 - d) / soft, 0.0F, 1.0F);
            if (coverage > 0) scene.put(px, py, shade(px, py, std::max(d, 0.0F)), coverage);
        }
    }
}

// The subjects, one per slot.
void draw_before(Scene& scene);
void draw_front(Scene& scene);
void draw_side(Scene& scene);
void draw_depth(Scene& scene);
void draw_concrete(Scene& scene);
void draw_compaction(Scene& scene);

}  // namespace linesman::image
