#include "map/layers.h"

#include <algorithm>
#include <cmath>

namespace linesman::map {

namespace {

constexpr uint32_t kDenseCell = 6;  // captures in a cell from which its share is trusted fully

bool fails(MarkState state) {
    return state == MarkState::error || state == MarkState::conflict || state == MarkState::rejected;
}

// Cuts a line to the picture (Liang and Barsky, 1984). False when nothing is left.
bool cut(const Pixels& out, ScreenPoint& a, ScreenPoint& b) {
    const double dx = b.x - a.x, dy = b.y - a.y;
    double from = 0, to = 1;
    auto edge = [&](double p, double q) {
        if (p == 0) return q >= 0;
        const double t = q / p;
        if (p < 0) {
            if (t > to) return false;
            from = std::max(from, t);
        } else {
            if (t < from) return false;
            to = std::min(to, t);
        }
        return true;
    };
    constexpr double kMargin = 3;
    if (!edge(-dx, a.x + kMargin) || !edge(dx, out.width + kMargin - a.x) || !edge(-dy, a.y + kMargin) ||
        !edge(dy, out.height + kMargin - a.y))
        return false;
    const ScreenPoint start = a;
    a = {start.x + from * dx, start.y + from * dy};
    b = {start.x + to * dx, start.y + to * dy};
    return true;
}

void draw_line(Pixels& out, ScreenPoint a, ScreenPoint b, Colour colour, uint32_t coverage, float width_px) {
    if (!cut(out, a, b)) return;
    const bool steep = std::abs(b.y - a.y) > std::abs(b.x - a.x);
    if (steep) std::swap(a.x, a.y), std::swap(b.x, b.y);
    if (a.x > b.x) std::swap(a, b);
    const double slope = b.x - a.x < 1e-9 ? 0 : (b.y - a.y) / (b.x - a.x);
    const double half = std::max(0.5, static_cast<double>(width_px) / 2) * std::sqrt(1 + slope * slope);
    for (int x = static_cast<int>(std::floor(a.x)); x <= static_cast<int>(std::ceil(b.x)); ++x) {
        const double y = a.y + slope * (x - a.x);
        for (int at = static_cast<int>(std::floor(y - half)); at <= static_cast<int>(std::ceil(y + half)); ++at) {
            const double inside = std::clamp(half + 0.5 - std::abs(at - y), 0.0, 1.0);
            if (inside <= 0) continue;
            const auto share = static_cast<uint32_t>(inside * coverage);
            steep ? blend(out, at, x, colour, share) : blend(out, x, at, colour, share);
        }
    }
}

struct Heat {
    int columns = 0, rows = 0;
    std::vector<float> all, failing;
    size_t at(int column, int row) const {
        return static_cast<size_t>(row) * static_cast<size_t>(columns) + static_cast<size_t>(column);
    }
};

Heat count_heat(const Points& points, const VisiblePoints& visible, const Pixels& out, float cell_px) {
    // A ring of cells around the picture, so that its edges are smooth too.
    Heat heat;
    heat.columns = static_cast<int>(static_cast<float>(out.width) / cell_px) + 4;
    heat.rows = static_cast<int>(static_cast<float>(out.height) / cell_px) + 4;
    heat.all.assign(static_cast<size_t>(heat.columns) * static_cast<size_t>(heat.rows), 0);
    heat.failing = heat.all;
    for (size_t i = 0; i < visible.count; ++i) {
        const int column = static_cast<int>(std::floor(visible.x[i] / cell_px)) + 1;
        const int row = static_cast<int>(std::floor(visible.y[i] / cell_px)) + 1;
        if (column < 0 || row < 0 || column >= heat.columns || row >= heat.rows) continue;
        heat.all[heat.at(column, row)] += 1;
        if (fails(points.state[visible.index[i]])) heat.failing[heat.at(column, row)] += 1;
    }
    return heat;
}

// Each cell takes part in its neighbours', weights 1 2 1.
void soften(const Heat& heat, std::vector<float>& values) {
    std::vector<float> soft(values.size(), 0);
    for (int row = 1; row + 1 < heat.rows; ++row) {
        for (int column = 1; column + 1 < heat.columns; ++column) {
            float sum = 0;
            for (int dy = -1; dy <= 1; ++dy) {
                for (int dx = -1; dx <= 1; ++dx) {
                    const auto weight = static_cast<float>((2 - std::abs(dx)) * (2 - std::abs(dy)));
                    sum += weight * values[heat.at(column + dx, row + dy)];
                }
            }
            soft[heat.at(column, row)] = sum / 16;
        }
    }
    values = std::move(soft);
}

// Pale yellow over orange to deep red: read without telling red from green.
Colour heat_colour(float share) {
    const auto mixed = [&](float low, float middle, float high) {
        const float value =
            share < 0.5F ? low + (middle - low) * share * 2 : middle + (high - middle) * (share * 2 - 1);
        return static_cast<uint32_t>(value);
    };
    return colour(mixed(250, 235, 150), mixed(210, 120, 10), mixed(90, 30, 40));
}

}  // namespace

void draw_tile(Pixels& out, const Camera& camera, const TilePicture& tile, Colour ground, uint32_t strength) {
    if (tile.width < 1 || tile.height < 1 || tile.rgba == nullptr) return;
    const auto a = camera.screen_from_world({tile.bounds.min_x, tile.bounds.min_y});
    const auto b = camera.screen_from_world({tile.bounds.max_x, tile.bounds.max_y});
    if (b.x <= a.x || b.y <= a.y) return;
    const int left = std::max(0, static_cast<int>(std::lround(a.x)));
    const int right = std::min(out.width, static_cast<int>(std::lround(b.x)));
    const int top = std::max(0, static_cast<int>(std::lround(a.y)));
    const int bottom = std::min(out.height, static_cast<int>(std::lround(b.y)));
    const double sx = tile.width / (b.x - a.x), sy = tile.height / (b.y - a.y);
    std::vector<size_t> from(static_cast<size_t>(std::max(0, right - left)));
    for (int x = left; x < right; ++x) {
        from[static_cast<size_t>(x - left)] =
            static_cast<size_t>(std::clamp(static_cast<int>((x + 0.5 - a.x) * sx), 0, tile.width - 1)) * 4;
    }
    for (int y = top; y < bottom; ++y) {
        const int row = std::clamp(static_cast<int>((y + 0.5 - a.y) * sy), 0, tile.height - 1);
        const uint8_t* pixels = tile.rgba.get() + static_cast<size_t>(row) * static_cast<size_t>(tile.width) * 4;
        Colour* line = out.data.data() + static_cast<size_t>(y) * static_cast<size_t>(out.width);
        for (int x = left; x < right; ++x) {
            const uint8_t* p = pixels + from[static_cast<size_t>(x - left)];
            if (p[3] < 128) continue;
            line[x] = mix(ground, colour(p[0], p[1], p[2]), strength);
        }
    }
}

void draw_paths(Pixels& out, const Camera& camera, const PathLayer& layer, Colour colour, uint32_t coverage,
                float width_px) {
    const WorldBounds view = camera.visible();
    for (size_t path = 0; path < layer.starts.size(); ++path) {
        const size_t end = path + 1 < layer.starts.size() ? layer.starts[path + 1] : layer.points.size();
        for (size_t i = layer.starts[path]; i + 1 < end; ++i) {
            const auto &a = layer.points[i], &b = layer.points[i + 1];
            if (std::max(a.x, b.x) < view.min_x || std::min(a.x, b.x) > view.max_x || std::max(a.y, b.y) < view.min_y ||
                std::min(a.y, b.y) > view.max_y)
                continue;
            draw_line(out, camera.screen_from_world(a), camera.screen_from_world(b), colour, coverage, width_px);
        }
    }
}

void draw_circle(Pixels& out, double x, double y, double radius_px, Colour colour, uint32_t coverage) {
    if (radius_px < 3 || radius_px > 4.0 * (out.width + out.height)) return;
    if (x + radius_px < 0 || y + radius_px < 0 || x - radius_px > out.width || y - radius_px > out.height) return;
    // As many corners as keep the edge within a quarter of a pixel.
    const int corners = std::clamp(static_cast<int>(std::ceil(4.5 * std::sqrt(radius_px))), 12, 360);
    constexpr double kTurn = 6.283185307179586;
    ScreenPoint last{x + radius_px, y};
    for (int i = 1; i <= corners; ++i) {
        const double angle = kTurn * i / corners;
        const ScreenPoint next{x + radius_px * std::cos(angle), y + radius_px * std::sin(angle)};
        draw_line(out, last, next, colour, coverage, 1);
        last = next;
    }
}

void draw_heat(const Points& points, const VisiblePoints& visible, const Camera& camera, float cell_px, Pixels& out) {
    (void)camera;
    Heat heat = count_heat(points, visible, out, cell_px);
    soften(heat, heat.all);
    soften(heat, heat.failing);
    auto between = [](float a, float b, float share) { return a + (b - a) * share; };
    for (int y = 0; y < out.height; ++y) {
        // Cell middles carry the values; the ring shifts them by one.
        const float v = static_cast<float>(y) / cell_px + 0.5F;
        const int row = static_cast<int>(v);
        const float fy = v - static_cast<float>(row);
        Colour* line = out.data.data() + static_cast<size_t>(y) * static_cast<size_t>(out.width);
        for (int x = 0; x < out.width; ++x) {
            const float u = static_cast<float>(x) / cell_px + 0.5F;
            const int column = static_cast<int>(u);
            const float fx = u - static_cast<float>(column);
            auto value = [&](const std::vector<float>& of) {
                return between(between(of[heat.at(column, row)], of[heat.at(column + 1, row)], fx),
                               between(of[heat.at(column, row + 1)], of[heat.at(column + 1, row + 1)], fx), fy);
            };
            const float failing = value(heat.failing);
            if (failing < 0.01F) continue;
            const float all = value(heat.all), share = std::min(1.0F, failing / all);
            const float trust = std::min(1.0F, all / static_cast<float>(kDenseCell));
            // Fades where the nearest failure is far, so that no edge is seen where there is none.
            const float fade = std::min(1.0F, failing / 0.3F);
            const auto coverage =
                static_cast<uint32_t>(std::min(1.0F, share * 1.6F) * (0.35F + 0.65F * trust) * fade * 210);
            line[x] = mix(line[x], heat_colour(share), coverage);
        }
    }
}

}  // namespace linesman::map
