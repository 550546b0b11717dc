// The first start: connect a Firebase project, or try the demo. Fills the window; there is nothing behind it yet.
// Thread: main.
#pragma once

#include <string>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class WelcomeView {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    void take_up(const Frame& frame);
    void draw_form(const Frame& frame, Intents& intents, float width);
    void draw_demo(const Frame& frame, Intents& intents, float width) const;
    void draw_progress(const Frame& frame, Intents& intents, const std::string& doing, float width) const;
    // One labelled field; true on Enter.
    bool field(const Frame& frame, const char* id, const char* label, const char* hint, const char* help,
               std::string& text, float width) const;

    std::string project_id_, api_key_, bucket_, projects_;
    bool focus_ = true;
};

}  // namespace linesman::ui
