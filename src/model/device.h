// Field devices as they report themselves (field-devices, device-commands, device-sync-sessions) and as they can be
// inferred from their captures. Every figure is reported or inferred; the two are never mixed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace linesman::model {

struct Heartbeat {
    std::string device_id, owner_uid, app_version, platform, network, last_error;
    std::optional<base::Timestamp> last_seen;
    std::optional<double> battery;  // 0 to 1
    std::optional<int64_t> storage_left_bytes;
    std::map<std::string, int64_t> queue;  // per seed status: draft, pending, syncing, staged, synced, error
};

struct DeviceCommand {
    std::string id, device_id, kind;  // retry_failed | resend_photos | resend_capture | upload_log
    std::string state;                // queued | delivered | done | failed | expired
    std::string staging_id, result, created_by;
    std::optional<base::Timestamp> created_at, expires_at, finished_at;
};

struct DeviceSummary {
    std::string device_id;
    std::optional<Heartbeat> reported;
    // Inferred from captures.
    uint32_t captures = 0, captures_today = 0, missing_photos = 0, duplicate_uploads = 0, open = 0, rejected = 0;
    std::optional<base::Timestamp> last_submitted;
    std::optional<base::Duration> median_lag;  // captured -> submitted
    std::optional<base::Duration> clock_skew;  // captured after submitted: at least this much ahead
    std::string person;                        // who captured most with it
    // "no contact for 2 days with 14 waiting"; empty when nothing is wrong.
    std::string health;
    bool failing = false;
};

}  // namespace linesman::model
