// My day: what I decided and how fast, what remains, and each decision to be looked at again or taken back.
// Thread: main.
#pragma once

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class MyDayView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_figures(const Frame& frame) const;
    void draw_reminders(const Frame& frame, Intents& intents) const;
    void draw_decisions(const Frame& frame, Intents& intents) const;
    void draw_decision(const Frame& frame, Intents& intents, size_t i) const;

    uint64_t opened_ = 0;
};

}  // namespace linesman::ui
