// Charts of the fleet: what its captures tell (inferred) beside what its sync sessions tell (reported). Sessions are
// read when a person asks, since each of them is billed. Thread: main.
#pragma once

#include <span>
#include <string>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class FleetView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_inferred(const Frame& frame, Intents& intents) const;
    void draw_groups(const Frame& frame, const char* id, std::span<const model::GroupFigures> groups) const;
    void draw_reported(const Frame& frame, Intents& intents);
    void draw_choice(const Frame& frame, const app::SessionsView& sessions);
    const model::SessionFigures& chosen(const app::SessionsView& sessions) const;
    void draw_sessions(const Frame& frame, const app::SessionsView& sessions);

    uint64_t opened_ = 0;
    // Whose sync sessions the charts are about.
    enum class Part : uint8_t { all, project, crew } part_ = Part::all;
    std::string group_;  // of that project or crew; empty: those of none that is known
};

}  // namespace linesman::ui
