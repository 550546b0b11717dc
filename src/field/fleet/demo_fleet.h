// The demo's data, made through the real ways: office documents, then six devices that capture into offline stores over
// several days and sync, with the faults of the field (docs/demo-data.md). Only against a local backend, whose clock is
// moved along so that submissions carry believable times and set right again at the end.
//
// Thread: any; blocks. Errors: configuration (not a local backend, too few captures), those of stores and server.
#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "field/fleet/fleet_plan.h"
#include "field/fleet/photo_studio.h"

namespace linesman::field {

struct DemoFleetOptions {
    std::string backend_url;
    std::string folder;  // one folder per device, and manifest.json
    int captures = 320;  // at least 60
    int devices = 6;     // at least 3
    int days = 4;
    uint64_t seed = 7;
    StudioOptions studio;
    std::optional<base::Timestamp> until;                   // the end of the story; now when absent
    std::function<void(const std::string& line)> progress;  // may be empty
};

struct DemoFleetResult {
    int64_t captures = 0;   // made on devices and staged
    int64_t documents = 0;  // in staging: second uploads included
    int64_t photos = 0;     // uploaded
    int64_t waiting = 0;    // still on a device
    uint64_t photo_bytes = 0;
    // {"faults": {name: [staging ids]}, "devices": [...], "waiting": [offline ids], "seed", "captures"}
    base::Json manifest;
};

base::Result<DemoFleetResult> run_demo_fleet(DemoFleetOptions options);

}  // namespace linesman::field
