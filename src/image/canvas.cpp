#include "image/canvas.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace linesman::image {
namespace {

// Shapes are scanned at four lines per pixel row; along a line coverage is exact.
constexpr int kSubRows = 4;

uint8_t mixed(uint8_t under, uint8_t over, unsigned alpha_256) {
    return static_cast<uint8_t>((under * (256U - alpha_256) + over * alpha_256) >> 8);
}

void blend_pixel(uint8_t* p, Rgba colour, unsigned alpha_256) {
    p[0] = mixed(p[0], colour.r, alpha_256);
    p[1] = mixed(p[1], colour.g, alpha_256);
    p[2] = mixed(p[2], colour.b, alpha_256);
    p[3] = mixed(p[3], 255, alpha_256);
}

// Collects how much of each pixel of one row is covered, then blends the row once.
class RowCoverage {
  public:
    explicit RowCoverage(Image& image) : image_(image), cover_(static_cast<size_t>(std::max(image.width, 0)) + 1) {}

    void add(float from_x, float to_x) {
        constexpr float kWeight = 1.0F / kSubRows;
        from_x = std::max(from_x, 0.0F);
        to_x = std::min(to_x, static_cast<float>(image_.width));
        if (!(to_x > from_x)) return;
        const int first = static_cast<int>(from_x);
        const int last = std::min(static_cast<int>(to_x), image_.width - 1);
        low_ = std::min(low_, first);
        high_ = std::max(high_, last);
        if (first == last) {
            at(first) += kWeight * (to_x - from_x);
            return;
        }
        at(first) += kWeight * (static_cast<float>(first + 1) - from_x);
        for (int x = first + 1; x < last; ++x) at(x) += kWeight;
        at(last) += kWeight * (to_x - static_cast<float>(last));
    }

    void flush(int y, Rgba colour) {
        if (high_ < low_) return;
        const float scale = static_cast<float>(colour.a) * (256.0F / 255.0F);
        uint8_t* p = image_.at(low_, y);
        for (int x = low_; x <= high_; ++x, p += 4) {
            const auto alpha = static_cast<unsigned>(std::lround(std::min(at(x), 1.0F) * scale));
            at(x) = 0;
            if (alpha > 0) blend_pixel(p, colour, alpha);
        }
        low_ = image_.width;
        high_ = -1;
    }

  private:
    float& at(int x) { return cover_[static_cast<size_t>(x)]; }
    Image& image_;
    std::vector<float> cover_;
    int low_ = image_.width;
    int high_ = -1;
};

struct Rows {
    int first;
    int last;  // exclusive
};

Rows rows_between(float top, float bottom, int height) {
    const float limit = static_cast<float>(height);
    return {static_cast<int>(std::floor(std::clamp(top, 0.0F, limit))),
            static_cast<int>(std::ceil(std::clamp(bottom, 0.0F, limit)))};
}

float sub_row_y(int y, int sub) {
    return static_cast<float>(y) + (static_cast<float>(sub) + 0.5F) / kSubRows;
}

Rgba between(Rgba a, Rgba b, float t) {
    const auto channel = [t](uint8_t from, uint8_t to) {
        return static_cast<uint8_t>(
            std::lround(static_cast<float>(from) + (static_cast<float>(to) - static_cast<float>(from)) * t));
    };
    return {channel(a.r, b.r), channel(a.g, b.g), channel(a.b, b.b), channel(a.a, b.a)};
}

// Where the outline crosses the horizontal line at y, from left to right.
void crossings(std::span<const Point> points, float y, std::vector<float>& xs) {
    xs.clear();
    for (size_t i = 0; i < points.size(); ++i) {
        const Point a = points[i];
        const Point b = points[(i + 1) % points.size()];
        if ((a.y <= y) == (b.y <= y)) continue;
        xs.push_back(a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y));
    }
    std::sort(xs.begin(), xs.end());
}

bool is_finite(std::span<const Point> points) {
    return std::all_of(points.begin(), points.end(), [](Point p) { return std::isfinite(p.x) && std::isfinite(p.y); });
}

}  // namespace

void Canvas::fill(Rgba colour) {
    rect(0, 0, static_cast<float>(width()), static_cast<float>(height()), colour);
}

void Canvas::rect(float x, float y, float width, float height, Rgba colour) {
    const std::array<Point, 4> corners{Point{x, y}, Point{x + width, y}, Point{x + width, y + height},
                                       Point{x, y + height}};
    polygon(corners, colour);
}

void Canvas::vertical_gradient(float x, float y, float width, float height, Rgba top, Rgba bottom) {
    if (!(width > 0) || !(height > 0)) return;
    const Rows rows = rows_between(y, y + height, image_.height);
    RowCoverage coverage(image_);
    for (int row = rows.first; row < rows.last; ++row) {
        for (int sub = 0; sub < kSubRows; ++sub) {
            const float at = sub_row_y(row, sub);
            if (at >= y && at < y + height) coverage.add(x, x + width);
        }
        const float t = std::clamp((static_cast<float>(row) + 0.5F - y) / height, 0.0F, 1.0F);
        coverage.flush(row, between(top, bottom, t));
    }
}

void Canvas::horizontal_gradient(float x, float y, float width, float height, Rgba left, Rgba right) {
    if (!(width > 0) || !(height > 0)) return;
    const Rows rows = rows_between(y, y + height, image_.height);
    const int first = std::max(0, static_cast<int>(std::floor(x)));
    const int last = static_cast<int>(std::ceil(std::min(x + width, static_cast<float>(image_.width))));
    for (int column = first; column < last; ++column) {
        const float centre = static_cast<float>(column) + 0.5F;
        const float across = std::clamp(std::min(centre + 0.5F, x + width) - std::max(centre - 0.5F, x), 0.0F, 1.0F);
        const Rgba colour = between(left, right, std::clamp((centre - x) / width, 0.0F, 1.0F));
        for (int row = rows.first; row < rows.last; ++row) {
            const auto top = static_cast<float>(row);
            const float down = std::clamp(std::min(top + 1, y + height) - std::max(top, y), 0.0F, 1.0F);
            blend(column, row, colour, across * down);
        }
    }
}

void Canvas::circle(Point centre, float radius, Rgba colour) {
    ellipse(centre, radius, radius, colour);
}

void Canvas::ellipse(Point centre, float radius_x, float radius_y, Rgba colour) {
    if (!(radius_x > 0) || !(radius_y > 0) || !is_finite(std::span(&centre, 1))) return;
    const Rows rows = rows_between(centre.y - radius_y, centre.y + radius_y, image_.height);
    RowCoverage coverage(image_);
    for (int y = rows.first; y < rows.last; ++y) {
        for (int sub = 0; sub < kSubRows; ++sub) {
            const float v = (sub_row_y(y, sub) - centre.y) / radius_y;
            if (v * v >= 1) continue;
            const float half = radius_x * std::sqrt(1 - v * v);
            coverage.add(centre.x - half, centre.x + half);
        }
        coverage.flush(y, colour);
    }
}

void Canvas::ring(Point centre, float radius, float thickness, Rgba colour) {
    const float outer = radius + thickness / 2;
    const float inner = std::max(0.0F, radius - thickness / 2);
    if (!(outer > 0) || !is_finite(std::span(&centre, 1))) return;
    const Rows rows = rows_between(centre.y - outer, centre.y + outer, image_.height);
    RowCoverage coverage(image_);
    for (int y = rows.first; y < rows.last; ++y) {
        for (int sub = 0; sub < kSubRows; ++sub) {
            const float v = sub_row_y(y, sub) - centre.y;
            if (v * v >= outer * outer) continue;
            const float out = std::sqrt(outer * outer - v * v);
            const float in = v * v < inner * inner ? std::sqrt(inner * inner - v * v) : 0;
            coverage.add(centre.x - out, centre.x - in);
            coverage.add(centre.x + in, centre.x + out);
        }
        coverage.flush(y, colour);
    }
}

void Canvas::line(Point from, Point to, float thickness, Rgba colour) {
    const float dx = to.x - from.x;
    const float dy = to.y - from.y;
    const float length = std::sqrt(dx * dx + dy * dy);
    if (!(length > 0) || !(thickness > 0)) return;
    const float nx = -dy / length * thickness / 2;
    const float ny = dx / length * thickness / 2;
    const std::array<Point, 4> corners{Point{from.x + nx, from.y + ny}, Point{to.x + nx, to.y + ny},
                                       Point{to.x - nx, to.y - ny}, Point{from.x - nx, from.y - ny}};
    polygon(corners, colour);
}

void Canvas::polyline(std::span<const Point> points, float thickness, Rgba colour, bool closed) {
    for (size_t i = 0; i + 1 < points.size(); ++i) line(points[i], points[i + 1], thickness, colour);
    if (closed && points.size() > 2) line(points.back(), points.front(), thickness, colour);
    // Round joints hide the gaps between the segments; thin lines have none that can be seen.
    if (thickness < 3) return;
    for (size_t i = closed ? 0 : 1; i + (closed ? 0 : 1) < points.size(); ++i) circle(points[i], thickness / 2, colour);
}

void Canvas::polygon(std::span<const Point> points, Rgba colour) {
    if (points.size() < 3 || !is_finite(points)) return;
    const auto [low, high] =
        std::minmax_element(points.begin(), points.end(), [](Point a, Point b) { return a.y < b.y; });
    const Rows rows = rows_between(low->y, high->y, image_.height);
    RowCoverage coverage(image_);
    std::vector<float> xs;
    for (int y = rows.first; y < rows.last; ++y) {
        for (int sub = 0; sub < kSubRows; ++sub) {
            crossings(points, sub_row_y(y, sub), xs);
            for (size_t i = 0; i + 1 < xs.size(); i += 2) coverage.add(xs[i], xs[i + 1]);
        }
        coverage.flush(y, colour);
    }
}

void Canvas::blend(int x, int y, Rgba colour, float coverage) {
    if (x < 0 || y < 0 || x >= image_.width || y >= image_.height) return;
    const float alpha = std::clamp(coverage, 0.0F, 1.0F) * static_cast<float>(colour.a) * (256.0F / 255.0F);
    blend_pixel(image_.at(x, y), colour, static_cast<unsigned>(std::lround(alpha)));
}

}  // namespace linesman::image
