// The window: GLFW, OpenGL 3.2 core, Dear ImGui; draws on events only. Thread: main; one window per process.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/desk.h"
#include "ui/frame_stats.h"
#include "ui/script.h"

namespace linesman::ui {

struct WindowOptions {
    std::string title = "Linesman";
    std::string layout_path;    // state folder; empty = nothing is kept
    std::string keymap_text;    // lines of ui/keymap.h; empty = defaults
    std::string keymap_path;    // where keys changed in the window are kept; empty = nowhere
    std::string filters_path;   // saved filters; empty = nothing is kept
    int width = 0, height = 0;  // 0 = as last time
    float zoom = 0;             // 0 = as last time
    std::string theme;          // "dark", "light", "high_contrast"; empty = as last time
    std::vector<ScriptStep> script;
    std::string screenshot_path;  // not empty: waits until idle, writes this PNG, closes
    bool print_frame_stats = false;
    std::string decision_times_path;  // where ui/decision_times.h is written at the end; empty = nowhere
    // Asked before each wait; true closes the window (SIGTERM). May be empty.
    std::function<bool()> should_close;
    // For tests and measuring: called after each drawn frame. `idle`: nothing is loading and no picture is on its way.
    std::function<void(uint64_t frames, bool idle)> on_frame;
};

struct WindowResult {
    FrameSection frames;                 // of the whole run
    std::vector<FrameSection> measured;  // in the order in which a script began them
    double idle_wakeups = 0;             // waits that ended without a frame
    std::vector<std::string> screenshots;
    int layout_errors = 0;  // unbalanced Begin/End and the like; 0 in a correct program
};

// Runs until the window is closed. Errors: configuration (no display, no OpenGL 3.2: says what to do), io (a screenshot
// could not be written), timed_out (a script waited in vain), invalid_argument (key map).
base::Result<WindowResult> run(app::Desk& desk, WindowOptions options);

}  // namespace linesman::ui
