// From the key that decides to the next capture's photo on the screen: frames drawn and milliseconds, for
// bench/decisions.py. A decision begins with the frame that takes its key; it ends with the frame, after the swap, that
// shows the photo of the capture the desk advanced to (or that it has none). 1 frame: the key's own. Thread: main.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace linesman::ui {

class DecisionTimes {
  public:
    // What the desk looks like after a frame was made, before it is on the screen.
    struct Seen {
        uint64_t advances = 0;   // decisions that led on, so far
        bool waiting = false;    // a decision is being written to disk
        bool presented = false;  // the photo of the selected capture is in this frame, or there is none
    };
    void frame_made(const Seen& seen, double begun_s);
    void frame_shown(double now_s);

    struct Time {
        uint32_t frames = 0;
        double ms = 0;
    };
    const std::vector<Time>& times() const { return times_; }
    // "frames,ms" and one line per decision. Errors: io.
    base::Status write(const std::string& path) const;

  private:
    std::optional<double> begun_s_;  // of the decision that is under way
    uint32_t frames_ = 0;
    uint64_t advances_ = 0;
    bool waiting_ = false, led_on_ = false, shown_ = false;
    std::vector<Time> times_;
};

}  // namespace linesman::ui
