// Every state of a capture, newest first; any two compared field by field; an old one brought back as a new revision.
// Thread: main.
#pragma once

#include <string>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class HistoryView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_versions(const Frame& frame, const app::CaptureHistory& history);
    void draw_comparison(const Frame& frame, const app::CaptureHistory& history);
    // Bringing an old version back, and taking back the change that led to the one on the right.
    void draw_acts(const Frame& frame, Intents& intents, const app::CaptureHistory& history);
    void draw_restore(const Frame& frame, Intents& intents, const app::CaptureHistory& history) const;
    void draw_undo(const Frame& frame, Intents& intents, const app::CaptureHistory& history) const;

    std::string capture_, left_, right_;  // version ids; blank = the present state
    bool chosen_ = false;                 // left_ and right_ were set for this capture
    std::string comment_;
    uint64_t opened_ = 0;
};

}  // namespace linesman::ui
