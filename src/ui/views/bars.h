// The bars at the top and at the bottom of the window. Thread: main.
#pragma once

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

// Product, profile, layouts, palette, messages, session.
void draw_top_bar(const Frame& frame, Intents& intents);
// Connection with its reason, decisions not yet on the server, last pull, reads and writes used, progress.
void draw_status_bar(const Frame& frame, Intents& intents);

inline constexpr float kTopBarHeight = 44;
inline constexpr float kStatusBarHeight = 28;

}  // namespace linesman::ui
