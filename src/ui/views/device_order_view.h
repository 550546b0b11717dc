// A command to devices: what it would do (dry run), then how it goes: queued, delivered, done, failed or expired, with
// a receipt for each phone; and the steps for phones that cannot be reached. Thread: main.
#pragma once

#include <string>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class DeviceOrderView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_choices(const Frame& frame);
    void draw_plan(const Frame& frame);
    void draw_targets(const Frame& frame, float steps);
    void draw_target(const Frame& frame, const app::FleetTarget& target, int id);
    void draw_steps(const Frame& frame) const;
    void draw_foot(const Frame& frame, Intents& intents) const;
    void draw_run(const Frame& frame, Intents& intents, const app::OrderRun& run) const;
    void draw_receipts(const Frame& frame, Intents& intents, const app::OrderRun& run) const;

    uint64_t opened_ = 0;
    app::FleetOrder order_;
    app::FleetPlan plan_;
    uint64_t planned_for_ = UINT64_MAX;  // Snapshot::generation
    std::string planned_kind_;
    std::string chosen_;  // device whose rescue steps are shown
};

// "queued" and the like in words, and their colour.
std::string_view word_of_command_state(std::string_view state);
ImU32 colour_of_command_state(const Theme& theme, std::string_view state);
// "Send again what failed"
std::string_view title_of_command(std::string_view kind);
// The command as the desk knows it by now: the mirror may be ahead of a receipt, and the other way round.
const model::DeviceCommand& newer_of(const model::DeviceCommand& mine,
                                     const std::vector<model::DeviceCommand>& mirrored);

}  // namespace linesman::ui
