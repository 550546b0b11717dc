#include "model/lasso.h"

#include <algorithm>
#include <cmath>

#include "model/geo.h"

namespace linesman::model {
namespace {

constexpr double kUnits = 4294967296.0;  // fixed-point units around the globe, model/geo.h

}  // namespace

Lasso::Lasso(const std::vector<AreaPoint>& corners) : bands_(kCells), cells_(size_t{kCells} * kCells, Cell::outside) {
    double left = kUnits, right = 0, top = kUnits, bottom = 0;
    for (const AreaPoint& corner : corners) {
        left = std::min(left, corner.x * kUnits);
        right = std::max(right, corner.x * kUnits);
        top = std::min(top, corner.y * kUnits);
        bottom = std::max(bottom, corner.y * kUnits);
    }
    left_ = left;
    top_ = top;
    min_x_ = fixed_from_world(left / kUnits);
    max_x_ = fixed_from_world(right / kUnits);
    min_y_ = fixed_from_world(top / kUnits);
    max_y_ = fixed_from_world(bottom / kUnits);
    scale_x_ = right > left ? kCells / (right - left) : 0;
    scale_y_ = bottom > top ? kCells / (bottom - top) : 0;
    for (size_t i = 0; i < corners.size(); ++i) {
        const AreaPoint& a = corners[i];
        const AreaPoint& b = corners[(i + 1) % corners.size()];
        const Edge edge = {a.x * kUnits, a.y * kUnits, b.x * kUnits, b.y * kUnits};
        const auto [low, high] = std::minmax(edge.y1, edge.y2);
        const uint32_t last = cell_of(high - top_, scale_y_);
        for (uint32_t band = cell_of(low - top_, scale_y_); band <= last; ++band) bands_[band].push_back(edge);
    }
    classify_cells();
}

uint32_t Lasso::cell_of(double offset, double scale) const {
    return static_cast<uint32_t>(std::clamp(offset * scale, 0.0, double{kCells - 1}));
}

bool Lasso::crosses_odd(double x, double y, uint32_t band) const {
    bool inside = false;
    for (const Edge& e : bands_[band]) {
        const bool spans = (e.y1 > y) != (e.y2 > y);
        // No branch: an edge that does not span gives a value that is not used, be it infinite.
        const double at = e.x1 + (y - e.y1) / (e.y2 - e.y1) * (e.x2 - e.x1);
        inside ^= spans & (x < at);
    }
    return inside;
}

void Lasso::classify_cells() {
    if (scale_x_ <= 0 || scale_y_ <= 0) return;  // no area: everything is outside
    for (uint32_t band = 0; band < kCells; ++band) {
        Cell* row = &cells_[size_t{band} * kCells];
        const double low = top_ + band / scale_y_, high = top_ + (band + 1) / scale_y_;
        for (const Edge& e : bands_[band]) {
            // The part of the edge within the band, one cell wider on both sides against rounding.
            const double dy = e.y2 - e.y1;
            const double from = dy == 0 ? 0 : std::clamp((low - e.y1) / dy, 0.0, 1.0);
            const double to = dy == 0 ? 1 : std::clamp((high - e.y1) / dy, 0.0, 1.0);
            const auto [a, b] = std::minmax({e.x1 + from * (e.x2 - e.x1), e.x1 + to * (e.x2 - e.x1)});
            const uint32_t first = cell_of(a - left_ - 1 / scale_x_, scale_x_);
            const uint32_t last = cell_of(b - left_ + 1 / scale_x_, scale_x_);
            std::fill(row + first, row + last + 1, Cell::mixed);
        }
        const double middle = (low + high) / 2;
        for (uint32_t i = 0; i < kCells; ++i) {
            if (row[i] == Cell::mixed) continue;
            const double x = left_ + (i + 0.5) / scale_x_;
            row[i] = crosses_odd(x, middle, band) ? Cell::inside : Cell::outside;
        }
    }
}

bool Lasso::contains(uint32_t x, uint32_t y) const {
    const uint32_t band = cell_of(y - top_, scale_y_);
    const Cell cell = cells_[size_t{band} * kCells + cell_of(x - left_, scale_x_)];
    if (cell != Cell::mixed) return cell == Cell::inside;
    return crosses_odd(x, y, band);
}

}  // namespace linesman::model
