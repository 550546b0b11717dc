#include "ui/decision_times.h"

#include <cstdio>

#include "base/file.h"

namespace linesman::ui {

void DecisionTimes::frame_made(const Seen& seen, double begun_s) {
    const bool advanced = seen.advances != advances_;
    if (!begun_s_ && (advanced || (seen.waiting && !waiting_))) {
        begun_s_ = begun_s;
        frames_ = 0;
        led_on_ = false;
    }
    advances_ = seen.advances;
    waiting_ = seen.waiting;
    if (!begun_s_) return;
    ++frames_;
    led_on_ |= advanced;
    if (!led_on_ && !seen.waiting) begun_s_.reset();  // refused: the desk stays where it is
    shown_ = led_on_ && seen.presented;
}

void DecisionTimes::frame_shown(double now_s) {
    if (!begun_s_ || !shown_) return;
    times_.push_back({frames_, (now_s - *begun_s_) * 1000});
    begun_s_.reset();
    shown_ = false;
}

base::Status DecisionTimes::write(const std::string& path) const {
    std::string text = "frames,ms\n";
    for (const auto& time : times_) {
        char line[64];
        std::snprintf(line, sizeof line, "%u,%.3f\n", time.frames, time.ms);
        text += line;
    }
    return base::write_file_atomically(path, text, false);
}

}  // namespace linesman::ui
