// One sync run of a field device, as it reported it (`device-sync-sessions`): every attempt with how far it came, what
// it sent and what went wrong. Values; thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace linesman::model {

struct DeviceAttempt {
    std::string offline_id;
    std::string stage;    // "photos", "document": how far it came
    std::string outcome;  // "staged", "already_there", or the name of an error's kind
    std::string error;    // in the device's words
    int64_t bytes = 0;    // of photos sent
    int64_t elapsed_ms = 0;
    bool operator==(const DeviceAttempt&) const = default;
    bool failed() const { return outcome != "staged" && outcome != "already_there"; }
};

struct DeviceSession {
    std::string id, device_id, owner_uid, network;
    std::optional<base::Timestamp> started_at, ended_at;
    std::vector<DeviceAttempt> attempts;
    int64_t attempts_left_out = 0;  // the device listed only its latest
    std::string log;                // the answer to `upload_log`; empty otherwise
    bool operator==(const DeviceSession&) const = default;
};

// Why an attempt with this outcome failed, and what to do about it, for support staff. Both empty for a success.
struct AttemptAdvice {
    std::string_view cause, cure;
};
AttemptAdvice advice_for(std::string_view outcome);

// Milliseconds at half and at 95 % of the attempts that succeeded; nullopt without any.
struct UploadFigures {
    std::optional<int64_t> median_ms, p95_ms;
    double bytes_per_s = 0;  // over all that was sent; 0 when nothing was
    int64_t attempts = 0, failed = 0, bytes = 0;
};
UploadFigures upload_figures(const std::vector<DeviceSession>& sessions);

}  // namespace linesman::model
