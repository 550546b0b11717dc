// A grid of nearly square cells over the globe, for finding what is near. Rows are bands of latitude; the columns of
// each row are as wide as a cell on the ground at that row's middle. Nothing is found across the 180th meridian.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "model/capture.h"

namespace linesman::model {

class CellGrid {
  public:
    explicit CellGrid(double cell_m) : cell_deg_(std::max(cell_m, 1.0) / kMetresPerDegree) {}

    uint64_t key_of(GeoPoint point) const {
        const int64_t row = row_of(point.latitude);
        return key(row, column_of(point.longitude, scale_of(row)));
    }

    // Calls visit(key) for every cell that can hold a point within `radius_m` of `point`.
    template <typename Visit>
    void for_each_cell(GeoPoint point, double radius_m, const Visit& visit) const {
        const double reach = radius_m * 1.001 / kMetresPerDegree;
        const double narrowest = std::cos(std::min(std::abs(point.latitude) + reach, 90.0) * kRadians);
        const double width = reach / std::max(narrowest, 1e-6);
        const int64_t last = row_of(point.latitude + reach);
        for (int64_t row = row_of(point.latitude - reach); row <= last; ++row) {
            const double scale = scale_of(row);
            const int64_t last_column = column_of(point.longitude + width, scale);
            for (int64_t column = column_of(point.longitude - width, scale); column <= last_column; ++column)
                visit(key(row, column));
        }
    }

  private:
    static constexpr double kRadians = std::numbers::pi / 180.0;
    static constexpr double kMetresPerDegree = 6'371'008.8 * kRadians;

    int64_t row_of(double latitude) const { return static_cast<int64_t>(std::floor(latitude / cell_deg_)); }
    double scale_of(int64_t row) const {
        return std::max(std::cos((static_cast<double>(row) + 0.5) * cell_deg_ * kRadians), 0.0) / cell_deg_;
    }
    static int64_t column_of(double longitude, double scale) {
        return static_cast<int64_t>(std::floor(longitude * scale));
    }
    static uint64_t key(int64_t row, int64_t column) {
        return static_cast<uint64_t>(static_cast<uint32_t>(row)) << 32 | static_cast<uint32_t>(column);
    }

    double cell_deg_;
};

}  // namespace linesman::model
