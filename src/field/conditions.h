// Whether this is a moment to send: not on a metered connection, not on a low battery (the seed's app skips the sync
// with saveData, slow-2g, or below 20 % and not charging). What is known comes from flags or from the system.
#pragma once

#include <optional>
#include <string>

namespace linesman::field {

inline constexpr double kLowBattery = 0.20;

struct Conditions {
    std::optional<double> battery;  // 0 to 1
    std::optional<bool> charging;
    bool metered = false;
    std::string network = "unknown";
};

struct PausePolicy {
    bool on_metered = true;
    bool on_low_battery = true;
};

// Why nothing is sent now, in words; empty when it may. Pure.
std::string pause_reason(const Conditions& conditions, const PausePolicy& policy);

// Battery and charger as Linux shows them below `power_folder` (/sys/class/power_supply; kernel,
// Documentation/ABI/testing/sysfs-class-power). Nothing there: nothing known. The weakest battery counts.
Conditions system_conditions(const std::string& power_folder = "/sys/class/power_supply");

}  // namespace linesman::field
