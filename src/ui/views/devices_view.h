// Every phone: last contact, captures, missing photos, duplicates, lag, clock, each figure reported or inferred; and
// for the chosen one what to do about it, in words. Thread: main.
#pragma once

#include <string>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class DevicesView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_row(const Frame& frame, const model::DeviceSummary& device);
    void draw_details(const Frame& frame, Intents& intents, const model::DeviceSummary& device) const;

    std::string chosen_;  // device id
    bool only_failing_ = false;
};

}  // namespace linesman::ui
