// What each setting means, in one sentence. Pure.
#pragma once

#include <string_view>

namespace linesman::app {

// Blank for a key that is no setting.
std::string_view help_of_setting(std::string_view key);

}  // namespace linesman::app
