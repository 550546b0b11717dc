// Captures that may be one pole, side by side: each field chosen from one of them, photos united, then merged into one.
// Opens with the selection when there is one, else with the group of the capture on the desk. Thread: main.
#pragma once

#include <string>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class DuplicatesView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void open(const Frame& frame);
    void take(std::vector<std::string> ids);
    void draw_groups(const Frame& frame, Intents& intents);
    void draw_members(const Frame& frame, Intents& intents);
    void draw_table(const Frame& frame, const app::DuplicateMembers& members);
    void draw_heads(const Frame& frame, const app::DuplicateMembers& members);
    void draw_field(const Frame& frame, const app::DuplicateMembers& members, model::CaptureField field);
    void draw_cell(const Frame& frame, const app::DuplicateMembers& members, model::CaptureField field, size_t index,
                   bool choosable);
    void draw_foot(const Frame& frame, Intents& intents);

    app::MergeDraft draft_;
    bool suggested_ = false;  // the written policy's choices are in draft_
    bool show_equal_ = false;
    uint64_t opened_ = 0;
};

}  // namespace linesman::ui
