#include "image/demo_scene.h"

#include <algorithm>
#include <cmath>

namespace linesman::image {
namespace {

uint32_t mixed_bits(uint32_t v) {
    v = (v ^ (v >> 16)) * 0x7FEB352DU;
    v = (v ^ (v >> 15)) * 0x846CA68BU;
    return v ^ (v >> 16);
}

float unit(uint32_t bits) {
    return static_cast<float>(bits >> 8) / 8388608.0F - 1;
}

float eased(float t) {
    return t * t * (3 - 2 * t);
}

// Value noise with `cells` lattice points a side, wrapping around.
float lattice(float x, float y, uint32_t cells, uint32_t salt) {
    const auto ix = static_cast<uint32_t>(x);
    const auto iy = static_cast<uint32_t>(y);
    const float fx = eased(x - static_cast<float>(ix));
    const float fy = eased(y - static_cast<float>(iy));
    const auto at = [&](uint32_t cx, uint32_t cy) {
        return unit(mixed_bits((cx % cells) + (cy % cells) * 7919U + salt * 104729U));
    };
    const float top = at(ix, iy) * (1 - fx) + at(ix + 1, iy) * fx;
    const float low = at(ix, iy + 1) * (1 - fx) + at(ix + 1, iy + 1) * fx;
    return top * (1 - fy) + low * fy;
}

Palette make_palette(std::mt19937_64& random, Scene& scene) {
    Palette p;
    const float hour = scene.pick(random, 0, 1);  // early, noon, late
    p.cloudiness = scene.pick(random, 0, 1);
    p.warmth = (std::abs(hour - 0.5F) - 0.25F) * 2;
    p.brightness = 0.92F + 0.12F * (1 - std::abs(hour - 0.5F)) - 0.08F * p.cloudiness;
    p.sun_from = hour < 0.5F ? -1.0F : 1.0F;
    const float grey = 0.65F * p.cloudiness;
    p.sky_top = mix({72, 126, 196}, {150, 162, 176}, grey);
    p.sky_low = mix({186, 210, 232}, {206, 210, 214}, grey);
    p.cloud = mix({250, 250, 250}, {222, 224, 228}, grey);
    p.hill = mix({112, 132, 142}, {126, 128, 104}, scene.pick(random, 0, 1));
    p.soil = mix({150, 100, 66}, {164, 136, 100}, scene.pick(random, 0, 1));
    p.grass = mix({112, 124, 62}, {168, 152, 92}, scene.pick(random, 0, 1));
    p.road = mix({116, 114, 112}, {160, 128, 96}, scene.pick(random, 0, 1));
    p.wood = mix({124, 90, 58}, {132, 118, 92}, scene.pick(random, 0, 1));
    return p;
}

}  // namespace

const Noise& Noise::shared() {
    static const Noise instance;  // a constant table, made by whoever asks first
    return instance;
}

Noise::Noise() {
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            float sum = 0, strength = 0.52F;
            uint32_t salt = 1;
            for (uint32_t cells = 8; cells <= 128; cells *= 2, strength *= 0.55F, ++salt) {
                const float scale = static_cast<float>(cells) / kSide;
                sum += strength * lattice(static_cast<float>(x) * scale, static_cast<float>(y) * scale, cells, salt);
            }
            const auto at = static_cast<size_t>(y) * kSide + static_cast<size_t>(x);
            smooth_[at] = std::clamp(sum * 1.3F, -1.0F, 1.0F);
            grain_[at] = unit(mixed_bits(static_cast<uint32_t>(at) + 0x9E3779B9U));
        }
    }
}

Scene::Scene(Image& target, const DemoPhotoSpec& s) : image(target), canvas(target), spec(s), place(s.seed) {
    uint64_t slot = 0;
    for (const char c : s.slot) slot = slot * 31 + static_cast<uint8_t>(c);
    shot.seed(s.seed * 0x9E3779B97F4A7C15ULL + slot);
    w = static_cast<float>(target.width);
    h = static_cast<float>(target.height);
    palette = make_palette(place, *this);
    noise_x = pick(shot, 0, 200);
    noise_y = pick(shot, 0, 200);
    if (auto font = Font::load_system_sans(false)) regular = *font;
    if (auto font = Font::load_system_sans(true)) bold = *font;
}

// Written out because std::uniform_real_distribution differs between standard libraries.
float Scene::pick(std::mt19937_64& random, float low, float high) {
    return low + (high - low) * (static_cast<float>(random() >> 40) / 16777216.0F);
}

}  // namespace linesman::image
