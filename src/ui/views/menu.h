// The menu: every command of the table by category, with its key; one that cannot be used now says why. Thread: main.
#pragma once

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

// The button of the top bar and, while it is open, the menu below it.
void draw_menu(const Frame& frame, Intents& intents);

// The categories of the command table, in its order, each once.
std::vector<std::string_view> command_categories();

}  // namespace linesman::ui
