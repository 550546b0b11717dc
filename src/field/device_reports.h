// What a device tells of itself: the heartbeat (`field-devices`), sync sessions (`device-sync-sessions`), its log. The
// writes only; pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "field/offline_pole_store.h"
#include "sync/collections.h"
#include "sync/firestore.h"

namespace linesman::field {

// What the device says about itself.
struct DeviceFacts {
    std::string owner_uid;
    std::string app_version = "linesman-field";
    std::string platform = "linux";
    std::string network = "unknown";  // wifi, 4g, 3g, none, unknown
    std::optional<double> battery;    // 0 to 1
    std::optional<int64_t> storage_left_bytes;
};

inline constexpr size_t kMaxSessionAttempts = 500;  // listed in one session; the rest is counted

base::Json heartbeat_write(const sync::Endpoints& endpoints, const sync::CollectionNames& names,
                           const std::string& device_id, const DeviceFacts& facts,
                           const std::map<ItemStatus, int64_t>& counts, const std::string& last_error);
base::Json session_write(const sync::Endpoints& endpoints, const sync::CollectionNames& names,
                         const std::string& device_id, const std::string& session_id, const DeviceFacts& facts,
                         base::Timestamp started, base::Timestamp ended, const std::vector<Attempt>& attempts);
// A session that holds a log instead of attempts: the answer to `upload_log`. `text` is cut to its last 200 kB.
base::Json log_write(const sync::Endpoints& endpoints, const sync::CollectionNames& names, const std::string& device_id,
                     const std::string& session_id, const DeviceFacts& facts, base::Timestamp at,
                     const std::string& text);

}  // namespace linesman::field
