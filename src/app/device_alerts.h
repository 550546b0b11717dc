// Phones that begin to need attention while the desk is open: told once, all of one change in one message, and again
// only after they were in order in between. Pure; thread: one.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>

#include "model/device.h"

namespace linesman::app {

struct DeviceAlert {
    std::string text, cure;
};

class DeviceAlerts {
  public:
    // Nothing is told while `complete` is false or before any phone was known: what the desk finds when it opens stands
    // in the devices view.
    std::optional<DeviceAlert> look(std::span<const model::DeviceSummary> devices, bool complete);

  private:
    std::set<std::string> failing_;
    bool begun_ = false;
};

}  // namespace linesman::app
