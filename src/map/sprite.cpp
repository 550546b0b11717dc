#include "map/sprite.h"

#include <algorithm>
#include <cmath>

namespace linesman::map {

namespace {

float box(float x, float y, float half_x, float half_y) {
    const float dx = std::abs(x) - half_x, dy = std::abs(y) - half_y;
    return std::hypot(std::max(dx, 0.0F), std::max(dy, 0.0F)) + std::min(std::max(dx, dy), 0.0F);
}

float triangle(float x, float y, float radius) {
    // Equilateral, point up, centre of mass at 0: the largest of the distances to its three sides.
    const float low = y - radius * 0.55F;
    const float left = -x * 0.8660254F - y * 0.5F - radius * 0.55F;
    const float right = x * 0.8660254F - y * 0.5F - radius * 0.55F;
    return std::max({low, left, right});
}

float cross(float x, float y, float radius) {
    const float u = (x + y) * 0.70710678F, v = (x - y) * 0.70710678F;
    const float arm = radius * 1.05F, half = std::max(1.1F, radius * 0.3F);
    return std::min(box(u, v, arm, half), box(u, v, half, arm));
}

float hourglass(float x, float y, float radius) {
    // Two triangles, tip to tip, with a waist that does not vanish at small sizes.
    const float sides = (std::abs(x) - std::abs(y)) * 0.70710678F - std::max(0.6F, radius * 0.14F);
    return std::max(sides, std::max(std::abs(y), std::abs(x)) - radius * 0.95F);
}

uint8_t coverage(float distance) {
    return static_cast<uint8_t>(std::lround(std::clamp(0.5F - distance, 0.0F, 1.0F) * 255.0F));
}

}  // namespace

float mark_distance(MarkState state, float x, float y, float radius) {
    switch (state) {
        case MarkState::superseded:
            return std::hypot(x, y) - radius * 0.5F;
        case MarkState::approved: {
            const float thickness = std::max(1.0F, radius * 0.34F);
            return std::abs(std::hypot(x, y) - (radius - thickness * 0.5F)) - thickness * 0.5F;
        }
        case MarkState::rejected:
            return cross(x, y, radius);
        case MarkState::open:
            return std::hypot(x, y) - radius * 0.92F;
        case MarkState::held:
            return (std::abs(x) + std::abs(y)) * 0.70710678F - radius * 0.82F;
        case MarkState::warning:
            return triangle(x, y, radius * 1.12F);
        case MarkState::error:
            return box(x, y, radius * 0.85F, radius * 0.85F);
        case MarkState::conflict:
            return hourglass(x, y, radius * 1.1F);
    }
    return 1;
}

SpriteSet make_sprites(float radius_px, float outline_px) {
    SpriteSet set;
    set.radius_px = radius_px;
    set.outline_px = outline_px;
    const int half = static_cast<int>(std::ceil(radius_px * 1.45F + outline_px + 1));
    const int size = 2 * half + 1;
    for (size_t s = 0; s < kMarkStateCount; ++s) {
        Sprite& sprite = set.of[s];
        sprite.size = size;
        sprite.fill.resize(static_cast<size_t>(size) * static_cast<size_t>(size));
        sprite.outline.resize(sprite.fill.size());
        for (int y = 0; y < size; ++y) {
            for (int x = 0; x < size; ++x) {
                const float d = mark_distance(static_cast<MarkState>(s), static_cast<float>(x - half),
                                              static_cast<float>(y - half), radius_px);
                const size_t at = static_cast<size_t>(y) * static_cast<size_t>(size) + static_cast<size_t>(x);
                sprite.fill[at] = coverage(d);
                sprite.outline[at] = outline_px > 0 ? coverage(d - outline_px) : uint8_t{0};
            }
        }
    }
    return set;
}

}  // namespace linesman::map
