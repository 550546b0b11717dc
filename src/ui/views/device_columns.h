// What the table of devices shows and sorts by, from a device and the sync sessions that were read. Pure; thread: any.
#pragma once

#include <string>

#include "app/device_desk.h"
#include "ui/views/devices_view.h"

namespace linesman::ui {

// Last heartbeat, else the last submission, in microseconds; INT64_MIN: never.
int64_t contact_us(const model::DeviceSummary& device);
// Captures that wait on the phone, and those that failed there, reported; -1: it never reported.
int64_t queue_of(const model::DeviceSummary& device);
int64_t failed_of(const model::DeviceSummary& device);
// "2 pending, 1 error": what waits on the phone, by its own names for it.
std::string queue_words(const model::Heartbeat& beat);
// nullptr: no sync session of it was read.
const model::UploadFigures* uploads_of(const app::SessionsView& sessions, const std::string& device_id);

// The order of a column; what is not known comes first.
bool before(const app::SessionsView& sessions, const model::DeviceSummary& a, const model::DeviceSummary& b,
            DeviceColumn column);
// Failing first, of these the longest silence first.
bool is_worse(const model::DeviceSummary& a, const model::DeviceSummary& b);

}  // namespace linesman::ui
