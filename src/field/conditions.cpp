#include "field/conditions.h"

#include <charconv>
#include <cmath>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"

namespace linesman::field {
namespace {

std::string line_of(const std::filesystem::path& file) {
    const auto text = base::read_file(file.string(), 4096);
    return text ? std::string(base::trimmed(*text)) : std::string();
}

}  // namespace

std::string pause_reason(const Conditions& conditions, const PausePolicy& policy) {
    if (policy.on_low_battery && conditions.battery && *conditions.battery < kLowBattery &&
        !conditions.charging.value_or(false)) {
        return "The battery is at " + std::to_string(static_cast<int>(std::lround(*conditions.battery * 100))) +
               " % and not charging. Connect the charger, or sync with --even-low-battery.";
    }
    if (policy.on_metered && conditions.metered)
        return "The connection is metered. Use Wi-Fi, or sync with --even-metered.";
    return {};
}

Conditions system_conditions(const std::string& power_folder) {
    Conditions out;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(power_folder, error)) {
        if (line_of(entry.path() / "type") != "Battery" || line_of(entry.path() / "scope") == "Device") continue;
        const std::string text = line_of(entry.path() / "capacity");
        int percent = 0;
        const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), percent);
        if (wrong != std::errc() || end != text.data() + text.size() || percent < 0 || percent > 100) continue;
        if (out.battery && *out.battery <= percent / 100.0) continue;
        out.battery = percent / 100.0;
        const std::string status = line_of(entry.path() / "status");
        out.charging = status == "Charging" || status == "Full" || status == "Not charging";
    }
    return out;
}

}  // namespace linesman::field
