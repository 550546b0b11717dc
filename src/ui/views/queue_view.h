// The queue: scopes with counts, search, filter by finding, and a virtual table of the captures. Only visible rows are
// drawn.
#pragma once

#include <string>

#include "ui/frame.h"
#include "ui/intents.h"
#include "ui/views/filter_popup.h"

namespace linesman::ui {

class QueueView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_scopes(const Frame& frame, Intents& intents);
    void draw_scope_choice(const Frame& frame, Intents& intents);
    void draw_search(const Frame& frame, Intents& intents);
    void draw_filter(const Frame& frame, Intents& intents);
    void draw_table(const Frame& frame, Intents& intents);
    void draw_row(const Frame& frame, Intents& intents, size_t place, float width);
    // Every column after the number.
    void draw_cells(const Frame& frame, const model::Chunk& chunk, uint32_t i, float width) const;
    // Place in the list, or what can be done with the selection.
    static float foot_height(const Frame& frame);
    void draw_foot(const Frame& frame, Intents& intents) const;
    void draw_nothing(const Frame& frame, Intents& intents);
    void take_sort(const Frame& frame, Intents& intents);

    FilterPopup filters_;
    std::string search_;
    uint64_t focused_ = 0, revealed_ = 0;
};

}  // namespace linesman::ui
