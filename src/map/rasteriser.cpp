#include "map/rasteriser.h"

#include <algorithm>
#include <cmath>

#include "map/tuning.h"

namespace linesman::map {

Colour mix(Colour under, Colour over, uint32_t coverage) {
    const uint32_t keep = 255 - coverage;
    // Two channels at a time; (v * 257 + 128 * 257) >> 16 is close enough to v / 255 for a display.
    const uint32_t rb = ((under & 0xFF00FF) * keep + (over & 0xFF00FF) * coverage + 0x800080) >> 8;
    const uint32_t g = ((under >> 8 & 0xFF) * keep + (over >> 8 & 0xFF) * coverage + 0x80) >> 8;
    return (rb & 0xFF00FF) | (g & 0xFF) << 8 | 0xFF000000U;
}

namespace {

void stamp(Pixels& out, int centre_x, int centre_y, const Sprite& sprite, Colour fill, Colour outline) {
    const int half = sprite.size / 2;
    const int left = std::max(0, half - centre_x), right = std::min(sprite.size, out.width - centre_x + half);
    const int top = std::max(0, half - centre_y), bottom = std::min(sprite.size, out.height - centre_y + half);
    for (int y = top; y < bottom; ++y) {
        const size_t row = static_cast<size_t>(y) * static_cast<size_t>(sprite.size);
        Colour* target = out.data.data() + static_cast<size_t>(centre_y + y - half) * static_cast<size_t>(out.width);
        for (int x = left; x < right; ++x) {
            const size_t at = row + static_cast<size_t>(x);
            const uint32_t inside = sprite.fill[at], around = sprite.outline[at];
            if ((inside | around) == 0) continue;
            Colour& pixel = target[centre_x + x - half];
            if (around != 0) pixel = mix(pixel, outline, around);
            if (inside != 0) pixel = mix(pixel, fill, inside);
        }
    }
}

// How crowded the screen is, from the fine bins: `step` of them on each side make a crowd cell.
Detail detail_for(const Bins& fine, int step) {
    if (fine.total == 0) return Detail::shapes;
    if (fine.total > kMostShapes) return Detail::dots;
    const int columns = fine.columns / step + 1;
    std::vector<uint8_t> occupied(static_cast<size_t>(columns) * static_cast<size_t>(fine.rows / step + 1), 0);
    for (int row = 0; row < fine.rows; ++row) {
        for (int column = 0; column < fine.columns; ++column) {
            if (fine.count[fine.at(column, row)] == 0) continue;
            occupied[static_cast<size_t>(row / step) * static_cast<size_t>(columns) +
                     static_cast<size_t>(column / step)] = 1;
        }
    }
    const auto cells = std::count(occupied.begin(), occupied.end(), uint8_t{1});
    const double per_cell = static_cast<double>(fine.total) / static_cast<double>(cells);
    if (per_cell <= kMostPerCellFull) return Detail::shapes;
    return per_cell <= kMostPerCellSmall ? Detail::small_shapes : Detail::dots;
}

constexpr double kPlannedMarksBelow = 1.5;  // metres a pixel: above, planned poles are dots
constexpr float kPlannedRadiusPx = 4;       // in the coverage layer

// Planned poles inside the view, by place in the list.
std::vector<size_t> visible_places(const Scene& scene) {
    const auto visible = scene.camera.visible();
    std::vector<size_t> places;
    for (size_t i = 0; i < scene.planned->world.size(); ++i) {
        const auto& world = scene.planned->world[i];
        if (world.x >= visible.min_x && world.x <= visible.max_x && world.y >= visible.min_y &&
            world.y <= visible.max_y)
            places.push_back(i);
    }
    return places;
}

// A smooth line where distance(dx, dy) is `radius`.
template <typename Distance>
void draw_edge(Pixels& out, int x, int y, int radius, Colour colour, Distance&& distance) {
    for (int dy = -radius - 1; dy <= radius + 1; ++dy) {
        for (int dx = -radius - 1; dx <= radius + 1; ++dx) {
            const float off =
                std::abs(distance(static_cast<float>(dx), static_cast<float>(dy)) - static_cast<float>(radius));
            if (off < 1) blend(out, x + dx, y + dy, colour, static_cast<uint32_t>((1 - off) * 190));
        }
    }
}

MarkState mark_of(model::CoverageState state) {
    switch (state) {
        case model::CoverageState::approved:
            return MarkState::approved;
        case model::CoverageState::rejected:
            return MarkState::rejected;
        case model::CoverageState::waiting:
        case model::CoverageState::missing:
            return MarkState::open;
    }
    return MarkState::open;
}

}  // namespace

RasterResult Rasteriser::draw(const Scene& scene, const MapColours& colours, Pixels& out) {
    out.width = static_cast<int>(scene.camera.width_px());
    out.height = static_cast<int>(scene.camera.height_px());
    draw_ground(scene, colours, out);
    draw_under(scene, colours, out);
    if (scene.planned != nullptr) draw_planned(scene, colours, out);

    RasterResult result;
    if (scene.points == nullptr) {
        bins_ = {};
        return result;
    }
    const float scale = std::max(0.5F, scene.scale);
    const double cluster_px = kClusterCellPx * static_cast<double>(scale);
    find_visible(*scene.points, scene.camera, cluster_px, visible_);
    const int dot =
        static_cast<int>(std::lround(static_cast<float>(visible_.count > kFineDots ? kDotPx : kSparseDotPx) * scale));
    bin_to_screen(*scene.points, visible_, scene.camera, dot, bins_);
    result.visible = bins_.total;
    result.detail =
        detail_for(bins_, std::max(1, static_cast<int>(static_cast<float>(kCrowdCellPx) * scale) / bins_.cell_px));
    if (scene.heat) draw_heat(*scene.points, visible_, scene.camera, kHeatCellPx * scale, out);
    if (scene.accuracy && visible_.count <= kMostCircles) {
        for (uint32_t i = 0; i < visible_.count; ++i) {
            const uint16_t accuracy = scene.points->accuracy_dm[visible_.index[i]];
            if (accuracy == model::kNoAccuracy) continue;
            const double radius = accuracy / 10.0 / scene.camera.metres_per_pixel();
            draw_circle(out, static_cast<double>(visible_.x[i]), static_cast<double>(visible_.y[i]), radius,
                        colours.line, 110);
        }
    }
    if (result.detail == Detail::dots) {
        if (!scene.heat) draw_dots(colours, out);
        result.clusters = cluster_points(*scene.points, visible_, scene.camera, cluster_px);
    } else {
        const bool full = result.detail == Detail::shapes;
        draw_shapes(*scene.points, colours, (full ? kFullRadiusPx : kSmallRadiusPx) * scale,
                    (full ? 1.5F : 1.0F) * scale, out);
    }
    return result;
}

void Rasteriser::draw_ground(const Scene& scene, const MapColours& colours, Pixels& out) const {
    const auto width = static_cast<size_t>(out.width);
    out.data.assign(width * static_cast<size_t>(out.height), colours.ground);
    if (scene.graticule == nullptr) return;
    for (const auto& line : scene.graticule->parallels) {
        const int y = static_cast<int>(std::floor(line.at_px));
        if (y < 0 || y >= out.height) continue;
        std::fill_n(out.data.begin() + static_cast<ptrdiff_t>(width) * y, width, colours.grid);
    }
    for (const auto& line : scene.graticule->meridians) {
        const int x = static_cast<int>(std::floor(line.at_px));
        if (x < 0 || x >= out.width) continue;
        for (int y = 0; y < out.height; ++y)
            out.data[static_cast<size_t>(y) * width + static_cast<size_t>(x)] = colours.grid;
    }
}

// What lies under the marks: base map, layers, lines to planned poles.
void Rasteriser::draw_under(const Scene& scene, const MapColours& colours, Pixels& out) const {
    for (const auto& tile : scene.tiles) draw_tile(out, scene.camera, tile, colours.ground, colours.tile_strength);
    for (const auto* layer : scene.layers)
        draw_paths(out, scene.camera, *layer, colours.layer, 200, 1.25F * scene.scale);
    if (scene.lines != nullptr)
        draw_paths(out, scene.camera, *scene.lines, colours.line, 170, std::max(1.0F, scene.scale));
}

void Rasteriser::draw_planned(const Scene& scene, const MapColours& colours, Pixels& out) const {
    if (scene.planned->states.size() == scene.planned->world.size() && !scene.planned->world.empty())
        return draw_coverage(scene, colours, out);
    const auto visible = visible_places(scene);
    const bool marks = visible.size() <= kMostPlannedMarks && scene.camera.metres_per_pixel() < kPlannedMarksBelow;
    const int radius = std::max(2, static_cast<int>(std::lround(3.0F * scene.scale)));
    for (const size_t i : visible) {
        const ScreenPoint at = scene.camera.screen_from_world(scene.planned->world[i]);
        const int x = static_cast<int>(at.x), y = static_cast<int>(at.y);
        if (!marks) {
            blend(out, x, y, colours.planned, 150);
            continue;
        }
        draw_edge(out, x, y, radius, colours.planned, [](float dx, float dy) { return std::hypot(dx, dy); });
    }
}

void Rasteriser::draw_coverage(const Scene& scene, const MapColours& colours, Pixels& out) const {
    const auto visible = visible_places(scene);
    const bool marks = visible.size() <= kMostPlannedMarks && scene.camera.metres_per_pixel() < kPlannedMarksBelow;
    const float radius = std::max(3.0F, kPlannedRadiusPx * scene.scale);
    const SpriteSet sprites = marks ? make_sprites(radius, 0) : SpriteSet();
    const int dot = std::max(1, static_cast<int>(std::lround(2.0F * scene.scale)));
    for (const size_t i : visible) {
        const ScreenPoint at = scene.camera.screen_from_world(scene.planned->world[i]);
        const int x = static_cast<int>(at.x), y = static_cast<int>(at.y);
        const model::CoverageState state = scene.planned->states[i];
        const bool missing = state == model::CoverageState::missing;
        const MarkState mark = mark_of(state);
        if (!marks) {
            for (int dy = 0; dy < dot; ++dy) {
                for (int dx = 0; dx < dot; ++dx)
                    blend(out, x + dx, y + dy, missing ? colours.planned : colours.state[index_of(mark)], 200);
            }
        } else if (missing) {
            draw_edge(out, x, y, static_cast<int>(radius), colours.planned,
                      [](float dx, float dy) { return std::max(std::abs(dx), std::abs(dy)); });
        } else {
            stamp(out, x, y, sprites.of[index_of(mark)], colours.state[index_of(mark)], colours.outline);
        }
    }
}

void Rasteriser::draw_dots(const MapColours& colours, Pixels& out) const {
    // Brightness grows with the logarithm of the count: 1 is plainly seen, 64 is full.
    std::array<uint32_t, 65> strength{};
    for (size_t n = 1; n < strength.size(); ++n) {
        strength[n] = static_cast<uint32_t>(std::lround(150 + 105 * std::log2(static_cast<double>(n)) / 6));
    }
    for (int row = 0; row < bins_.rows; ++row) {
        for (int column = 0; column < bins_.columns; ++column) {
            const size_t cell = bins_.at(column, row);
            const uint32_t count = bins_.count[cell];
            if (count == 0) continue;
            const uint32_t coverage = strength[std::min<uint32_t>(count, 64)];
            const Colour colour = colours.state[index_of(bins_.worst[cell])];
            const int left = column * bins_.cell_px, top = row * bins_.cell_px;
            const int right = std::min(out.width, left + bins_.cell_px),
                      bottom = std::min(out.height, top + bins_.cell_px);
            for (int y = top; y < bottom; ++y) {
                Colour* line = out.data.data() + static_cast<size_t>(y) * static_cast<size_t>(out.width);
                for (int x = left; x < right; ++x) line[x] = mix(line[x], colour, coverage);
            }
        }
    }
}

void Rasteriser::draw_shapes(const Points& points, const MapColours& colours, float radius_px, float outline_px,
                             Pixels& out) {
    if (sprites_.radius_px != radius_px || sprites_.outline_px != outline_px) {
        sprites_ = make_sprites(radius_px, outline_px);
    }
    // The margin for clusters is wider than any mark.
    const float reach = radius_px * 2;
    const auto right = static_cast<float>(out.width) + reach, bottom = static_cast<float>(out.height) + reach;
    in_order_.clear();
    for (uint32_t i = 0; i < visible_.count; ++i) {
        if (visible_.x[i] > -reach && visible_.y[i] > -reach && visible_.x[i] < right && visible_.y[i] < bottom)
            in_order_.push_back(i);
    }
    std::stable_sort(in_order_.begin(), in_order_.end(), [&](uint32_t a, uint32_t b) {
        return points.state[visible_.index[a]] < points.state[visible_.index[b]];
    });
    for (const uint32_t i : in_order_) {
        const size_t state = index_of(points.state[visible_.index[i]]);
        stamp(out, static_cast<int>(std::floor(visible_.x[i])), static_cast<int>(std::floor(visible_.y[i])),
              sprites_.of[state], colours.state[state], colours.outline);
    }
}

}  // namespace linesman::map
