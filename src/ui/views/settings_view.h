// Every setting with its value and where it comes from; changes go into the user's file and count from the next start.
// Thread: main.
#pragma once

#include <string>
#include <vector>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class SettingsView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void draw_appearance(const Frame& frame, Intents& intents) const;
    void draw_settings(const Frame& frame, Intents& intents);
    void draw_value(const Frame& frame, Intents& intents, const app::SettingView& setting);

    std::string editing_, text_;  // key being changed, its new value
    bool focus_ = false;
    uint64_t opened_ = 0;
};

}  // namespace linesman::ui
