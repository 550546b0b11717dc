// A polygon in world coordinates, prepared for asking about very many points. Even-odd; at least three corners.
//
// The bounding box is cut into kCells x kCells cells. A cell that no edge comes near is wholly inside or outside, so
// most points are one look-up; only points in cells with an edge run the crossing test, against the edges of their band
// alone. Thread: any, after construction. Positions on an edge belong to either side.
#pragma once

#include <cstdint>
#include <vector>

#include "model/filter.h"

namespace linesman::model {

class Lasso {
  public:
    explicit Lasso(const std::vector<AreaPoint>& corners);

    // The bounding box in fixed point, both ends included.
    uint32_t min_x() const { return min_x_; }
    uint32_t max_x() const { return max_x_; }
    uint32_t min_y() const { return min_y_; }
    uint32_t max_y() const { return max_y_; }

    // Only for points inside the bounding box.
    bool contains(uint32_t x, uint32_t y) const;

  private:
    struct Edge {
        double x1, y1, x2, y2;
    };
    static constexpr uint32_t kCells = 128;
    enum class Cell : uint8_t { outside, inside, mixed };

    uint32_t cell_of(double offset, double scale) const;
    bool crosses_odd(double x, double y, uint32_t band) const;
    void classify_cells();

    uint32_t min_x_ = 0, max_x_ = 0, min_y_ = 0, max_y_ = 0;
    double left_ = 0, top_ = 0, scale_x_ = 0, scale_y_ = 0;  // cells per unit
    std::vector<std::vector<Edge>> bands_;                   // edges by row of cells
    std::vector<Cell> cells_;                                // row by row
};

}  // namespace linesman::model
