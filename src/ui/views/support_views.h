// The Support layout's lower half: how the exchange with the server stands. Thread: main.
#pragma once

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

// This desk's queue by state, what it is doing, errors with their cure, and the switches.
void draw_sync_view(const Frame& frame, Intents& intents);

}  // namespace linesman::ui
