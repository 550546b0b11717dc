// What the views of devices keep between frames in the desk's state, and what they ask for. Thread: main.
#pragma once

#include <optional>
#include <string>

#include "app/fleet_orders.h"

namespace linesman::ui {

// Of a bundle there are captures instead of photos.
enum class DevicePage : uint8_t { figures, attempts, photos, commands, captures };

// What the overlays are about. Changed by the shell only.
struct DevicesState {
    std::string device;   // shown by "one device"
    std::string capture;  // its photos are shown alone; empty: the device's newest captures
    DevicePage page = DevicePage::figures;
    bool bundle = false;    // shown is what another desk handed on: DeviceDesk::bundle()
    app::FleetOrder order;  // being prepared
    uint64_t run = 0;       // sent since the overlay was opened; 0 = not yet
};

struct DeviceIntents {
    struct Show {
        std::string device, capture;
        DevicePage page = DevicePage::figures;
    };
    std::optional<Show> show;
    std::optional<app::FleetOrder> prepare;  // opens the dry run
    std::optional<app::FleetOrder> send;
    std::optional<std::string> bundle;       // of this device, for another desk
    std::optional<std::string> open_bundle;  // path
    bool read_sessions = false, look_again = false;
};

}  // namespace linesman::ui
