// Brings what waits on a device into staging and reports what happened (the seed's OfflineSyncService).
//
// A run takes the pending items and those whose backoff has passed, a few at a time, ends when none is left, then
// writes a document of device-sync-sessions and the device's heartbeat (contract, "Collections"). A report that cannot
// be sent is part of the summary and never undoes what was staged.
//
// Thread: the queue of the clients. One run at a time per store.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "field/staging_sync.h"

namespace linesman::field {

enum class SyncScope {
    all,          // pending, and failed items that are due
    failed_only,  // every failed item, due or not
};

// What the device says about itself.
struct DeviceFacts {
    std::string owner_uid;
    std::string app_version = "linesman-field";
    std::string platform = "linux";
    std::string network = "unknown";  // wifi, 4g, 3g, none, unknown
    std::optional<double> battery;    // 0 to 1
    std::optional<int64_t> storage_left_bytes;
};

struct SyncOptions {
    SyncScope scope = SyncScope::all;
    int parallel = 3;    // items at a time
    bool report = true;  // heartbeat and session
    DeviceFacts facts;
};

struct SyncFailure {
    std::string offline_id;
    base::Error error;
};

struct SyncSummary {
    std::string session_id;
    int64_t staged = 0;         // in this run
    int64_t already_there = 0;  // of those: an earlier try had made the document
    int64_t waiting = 0;        // failed earlier and not due yet
    uint64_t bytes_sent = 0;
    std::vector<SyncFailure> failures;
    std::map<ItemStatus, int64_t> counts;     // of the store, after the run
    std::optional<base::Error> report_error;  // heartbeat or session could not be written
};

struct SyncProgress {
    int64_t done = 0, total = 0;  // items
    std::string offline_id;
    std::string stage;
    uint64_t bytes_sent = 0;
};

class OfflineSync {
  public:
    using Progress = std::function<void(const SyncProgress&)>;
    using Done = std::function<void(base::Result<SyncSummary>)>;

    OfflineSync(OfflinePoleStore& store, sync::Firestore& firestore, sync::Storage& storage, const base::Clock& clock,
                sync::CollectionNames names = {});
    // Dropping the call stops the run; items under way go back to pending. Errors: those of the store.
    [[nodiscard]] net::Call run(SyncOptions options, Progress progress, Done done);

  private:
    friend class SyncRun;
    OfflinePoleStore& store_;
    sync::Firestore& firestore_;
    const base::Clock& clock_;
    sync::CollectionNames names_;
    StagingSync staging_;
};

// The two reports as writes. Pure.
base::Json heartbeat_write(const sync::Endpoints& endpoints, const sync::CollectionNames& names,
                           const std::string& device_id, const DeviceFacts& facts,
                           const std::map<ItemStatus, int64_t>& counts, const std::string& last_error);
base::Json session_write(const sync::Endpoints& endpoints, const sync::CollectionNames& names,
                         const std::string& device_id, const std::string& session_id, const DeviceFacts& facts,
                         base::Timestamp started, base::Timestamp ended, const std::vector<Attempt>& attempts);

}  // namespace linesman::field
