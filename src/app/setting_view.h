// One setting as the window shows it: what it is, and where its value comes from.
#pragma once

#include <string>

namespace linesman::app {

struct SettingView {
    std::string key, value;
    std::string origin;  // "default", a file, "LINESMAN_PROJECT_ID", "the command line"
    std::string help;    // one sentence
    std::string next;    // changed in this session: the value from the next start on; blank = unchanged
    bool changed = false;
};

}  // namespace linesman::app
