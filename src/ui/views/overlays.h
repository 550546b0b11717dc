// What lies over the desk for a moment: command palette, key help, messages, matters for a person, sign-in, toasts.
// None is modal: Escape or a click beside it closes it, and nothing is decided by closing.
#pragma once

#include <string>

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

class Overlays {
  public:
    void draw(const Frame& frame, Intents& intents);

  private:
    bool begin(const Frame& frame, const char* title, ImVec2 size, bool from_top);
    void end(const Frame& frame, Intents& intents);
    void draw_palette(const Frame& frame, Intents& intents);
    void draw_help(const Frame& frame, Intents& intents);
    void draw_notices(const Frame& frame, Intents& intents);
    void draw_matters(const Frame& frame, Intents& intents);
    void draw_sign_in(const Frame& frame, Intents& intents);
    void draw_sign_in_form(const Frame& frame, Intents& intents, bool busy);
    void draw_google_button(const Frame& frame, Intents& intents, bool busy);
    void draw_toasts(const Frame& frame) const;

    uint64_t opened_ = 0;
    bool fresh_ = false;  // first frame of an overlay: takes the keyboard
    std::string query_;
    int chosen_ = 0;

    struct SignInForm {
        std::string email, password;
        bool remember = true;
        uint64_t sent = 0;   // number of the attempt that this form made; 0 = none under way
        bool again = false;  // the keyboard goes back to the password
    } form_;
};

// One matter with its choices; also used by the sync view.
void draw_matter(const Frame& frame, Intents& intents, const app::OpenMatter& matter);
void draw_notice(const Frame& frame, Intents& intents, const app::Notice& notice);

}  // namespace linesman::ui
