// Charts of the fleet: what its captures tell (inferred) beside what its sync sessions tell (reported). Sessions are
// read when a person asks, since each of them is billed. Thread: main.
#pragma once

#include <span>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class FleetView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_inferred(const Frame& frame, Intents& intents) const;
    void draw_groups(const Frame& frame, const char* id, std::span<const model::GroupFigures> groups) const;
    void draw_reported(const Frame& frame, Intents& intents) const;
    void draw_sessions(const Frame& frame, const app::SessionsView& sessions) const;

    uint64_t opened_ = 0;
};

}  // namespace linesman::ui
