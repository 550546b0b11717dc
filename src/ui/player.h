// Plays a script (ui/script.h) into the window: one step per frame, input through ImGui's event queue. Thread: main.
#pragma once

#include <string>
#include <vector>

#include "ui/script.h"
#include "ui/shell.h"

namespace linesman::ui {

class Player {
  public:
    explicit Player(std::vector<ScriptStep> steps) : steps_(std::move(steps)) {}

    // Between the backends' NewFrame and ImGui::NewFrame(): feeds what is due. Errors: timed_out.
    base::Status step(Shell& shell, double now_s);
    // A frame is needed to go on.
    bool busy(double now_s) const;
    // Seconds until the next step; < 0 when there is none or it does not wait for time.
    double next_in_s(double now_s) const;
    bool quit() const { return quit_; }
    // What the frame belongs to (script's `measure`); empty when to nothing.
    const std::string& measured() const { return measured_; }
    // The file to be written from the frame just drawn; empty when none.
    std::string take_screenshot() { return std::exchange(screenshot_, {}); }

  private:
    base::Status perform(const ScriptStep& step, Shell& shell, double now_s);
    void press(const Chord& chord, bool down) const;

    std::vector<ScriptStep> steps_;
    size_t next_ = 0;
    int phase_ = 0;        // within a step that takes several frames
    int settled_ = 0;      // frames in a row without anything to wait for
    double since_s_ = -1;  // begin of the step; < 0 = not begun
    float mouse_x_ = -1, mouse_y_ = -1;
    std::string screenshot_;
    std::string measured_;
    bool quit_ = false;
};

}  // namespace linesman::ui
