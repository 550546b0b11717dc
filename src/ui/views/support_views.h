// The Support layout: how the exchange with the server stands, and how the phones do. Thread: main.
#pragma once

#include "ui/frame.h"
#include "ui/intents.h"

namespace linesman::ui {

// This desk's queue by state, what it is doing, errors with their cure, and the switches.
void draw_sync_view(const Frame& frame, Intents& intents);
// Every phone: last contact, captures, missing photos, duplicates, lag, clock; each figure reported or inferred.
void draw_devices_view(const Frame& frame, Intents& intents);

}  // namespace linesman::ui
