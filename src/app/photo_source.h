// Where the bytes of a photo come from: disk or Storage. The engine gives sync's fetcher; tests give a fake.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "model/capture.h"

namespace linesman::app {

enum class PhotoPriority : uint8_t { on_screen, prefetch };

class PhotoSource {
  public:
    virtual ~PhotoSource() = default;
    using Done = std::function<void(base::Result<std::string>)>;
    using Waits = std::function<void(std::string why)>;
    // The whole file. `done` runs exactly once on any thread, unless the handle is dropped first. Retries by itself
    // what can be retried. Errors: not_found (never uploaded, or gone), permission_denied, corrupt, unsupported (a
    // foreign host), offline. `waits` runs before it, at any number of times: what went wrong and is tried again.
    [[nodiscard]] virtual std::shared_ptr<void> fetch(const model::Photo& photo, PhotoPriority priority, Done done,
                                                      Waits waits) = 0;
};

}  // namespace linesman::app
