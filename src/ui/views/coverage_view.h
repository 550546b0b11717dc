// Coverage of the plan as a table: by project, zone or PON; a click filters queue and map. Thread: main.
#pragma once

#include <memory>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class CoverageView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_table(const Frame& frame, Intents& intents);
    void draw_row(const Frame& frame, Intents& intents, const model::CoverageRow& row, int id);

    model::CoverageLevel level_ = model::CoverageLevel::zone;
    std::shared_ptr<const model::Coverage> coverage_;
    std::vector<model::CoverageRow> rows_;  // of coverage_ at level_
    uint64_t opened_ = 0;
};

}  // namespace linesman::ui
