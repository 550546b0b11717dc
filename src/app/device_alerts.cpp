#include "app/device_alerts.h"

#include <vector>

namespace linesman::app {
namespace {

constexpr size_t kNamed = 3;

}  // namespace

std::optional<DeviceAlert> DeviceAlerts::look(std::span<const model::DeviceSummary> devices, bool complete) {
    std::set<std::string> failing;
    std::vector<const model::DeviceSummary*> begins;
    for (const auto& device : devices) {
        if (!device.failing) continue;
        if (!failing_.contains(device.device_id)) begins.push_back(&device);
        failing.insert(device.device_id);
    }
    failing_ = std::move(failing);
    const bool quiet = !complete || !begun_;
    begun_ = begun_ || (complete && !devices.empty());
    if (quiet || begins.empty()) return std::nullopt;
    DeviceAlert alert;
    alert.text =
        begins.size() == 1 ? "A phone needs attention: " : std::to_string(begins.size()) + " phones need attention: ";
    for (size_t i = 0; i < begins.size() && i < kNamed; ++i)
        alert.text += (i == 0 ? "" : "; ") + begins[i]->device_id + " (" + begins[i]->health + ")";
    if (begins.size() > kNamed) alert.text += "; and " + std::to_string(begins.size() - kNamed) + " more";
    alert.text += ".";
    alert.cure = "F6 shows the devices, the worst first. What counts is set by device_... in the settings.";
    return alert;
}

}  // namespace linesman::app
