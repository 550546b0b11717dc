// Brings what waits on a device into staging and reports what happened (the seed's OfflineSyncService).
//
// A run takes the pending items and those whose backoff has passed, as many at a time as the line bears
// (upload_lanes.h), ends when none is left, then writes a document of device-sync-sessions and the device's heartbeat
// (contract, "Collections"). A report that cannot be sent is part of the summary and never undoes what was staged.
//
// It ends early, leaving the rest pending, when there is a reason to pause (conditions.h), when nobody is signed in any
// more, or when several items in a row found no line: what waits is not worn out by trying.
//
// Thread: the queue of the clients. One run at a time per store.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "field/device_reports.h"
#include "field/staging_sync.h"
#include "field/upload_lanes.h"

namespace linesman::field {

enum class SyncScope {
    all,          // pending, and failed items that are due
    failed_only,  // every failed item, due or not
};

struct SyncOptions {
    SyncScope scope = SyncScope::all;
    std::vector<std::string> only = {};  // these offline ids, due or not; empty: as the scope says
    int parallel = 8;                    // items at a time, at most
    bool report = true;                  // heartbeat and session
    DeviceFacts facts = {};
    int give_up_after = 3;  // items in a row that find no line end the run; 0: never
    // Asked before each item; words end the run. Null: never.
    std::function<std::string()> pause_reason = {};
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
    int64_t left = 0;    // not tried, since the run ended early
    std::string paused;  // why it ended early; empty when it did not
    int most_lanes = 0;  // items that were under way at the same time, at most
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
    // Dropping the call stops the run; items under way go back to pending. Errors: those of the store; not_found and
    // precondition_failed for an item of `only`.
    [[nodiscard]] net::Call run(SyncOptions options, Progress progress, Done done);

  private:
    friend class SyncRun;
    OfflinePoleStore& store_;
    sync::Firestore& firestore_;
    sync::Storage& storage_;
    const base::Clock& clock_;
    sync::CollectionNames names_;
};

}  // namespace linesman::field
