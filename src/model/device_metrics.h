// How field devices are doing: what they report (heartbeats) beside what their captures tell (inferred). The two are
// never mixed. Thread: any; pure. A million rows take well under 0.1 s.
#pragma once

#include <span>
#include <vector>

#include "base/time.h"
#include "model/capture.h"
#include "model/columns.h"
#include "model/device.h"

namespace linesman::model {

// Beyond these a device is shown as failing. Chosen for crews of 50 to 500 poles a day that sync every 15 minutes.
struct DeviceLimits {
    base::Duration no_contact = base::hours(24);   // with captures waiting on the device
    base::Duration clock_skew = base::minutes(5);  // as rule time_after_submission
    int64_t storage_left_bytes = 200'000'000;      // some 100 photos
    double missing_photo_share = 0.2;              // of six per capture, from ten captures on
    double duplicate_share = 0.1;                  // of the captures, from ten captures on
    int utc_offset_minutes = 120;                  // what "today" means
};

// One summary per device that has a capture or a heartbeat, sorted by device id. Captures without a device id belong to
// none. Gone and superseded captures do not count. Missing photos are slots without a photo; duplicate uploads are
// captures with that finding.
std::vector<DeviceSummary> summarize_devices(const Columns& columns, std::span<const Heartbeat> heartbeats,
                                             base::Timestamp now, const DeviceLimits& limits = {});

// The same from decoded captures. Duplicate uploads are captures beyond the first with one upload key.
std::vector<DeviceSummary> summarize_devices(std::span<const Capture> captures, std::span<const Heartbeat> heartbeats,
                                             base::Timestamp now, const DeviceLimits& limits = {});

// Other devices of the person who captured most with this one (inferred): phones change their id when browser data is
// cleared.
std::vector<std::string> devices_of_same_person(std::span<const DeviceSummary> devices, const DeviceSummary& device);

}  // namespace linesman::model
