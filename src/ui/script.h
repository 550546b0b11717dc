// A small script that drives the window as a person would: for window tests, screenshots and the demo's tour. Real
// input: keys and text enter through the same queue as those of the keyboard.
//
//   wait-idle            until nothing is loading and no frame is wanted (at most 20 s)
//   wait 250             milliseconds
//   key Ctrl+K           presses and releases a chord
//   text LAW.P.A         types
//   mouse 640 360        moves the cursor (window pixels); `click` presses there, `wheel 3` turns
//   drag 100 40          presses, moves by that much, releases
//   down                 presses and keeps the button down; `mouse` then drags, `up` lets go
//   hold Shift           holds Ctrl, Shift or Alt down for what follows; `release Shift` lets it go
//   prefetch off         photos are not asked for ahead any more; `prefetch on`: they are again
//   run view.support     a command by its name, as if clicked
//   measure pan          frames from here on are counted under this name (--frame-stats); `measure` alone: no more
//   screenshot file.png
//   quit
// '#' starts a comment. Parsing is pure; errors: invalid_argument, naming the line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ui/keymap.h"

namespace linesman::ui {

struct ScriptStep {
    enum class Kind : uint8_t {
        wait_idle,
        wait,
        key,
        text,
        mouse,
        click,
        wheel,
        drag,
        down,
        up,
        hold,
        release,
        prefetch,
        run,
        measure,
        screenshot,
        quit
    } kind = Kind::quit;
    Chord chord;
    std::string text;  // text, file, name
    float x = 0, y = 0;
    CommandId command = CommandId::quit;
};

base::Result<std::vector<ScriptStep>> parse_script(std::string_view text);

}  // namespace linesman::ui
