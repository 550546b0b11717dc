// This desk's queue of decisions without a window: what waits, what needs a person and why, and sending parked ones
// again. Works beside a running console, which then does the sending. Also what this desk keeps on the disk.
//
// Thread: any; opens outbox.db with a connection of its own. Errors: those of store::Outbox.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/time.h"
#include "model/operation.h"

namespace linesman::app {

struct QueueView {
    std::string desk_id;
    std::string refused_because;                 // why nothing can be decided; empty when it can
    std::map<std::string, int64_t> counts;       // by state: waiting, ready, sending, parked, conflict
    std::vector<model::PendingOperation> items;  // unfinished, in the order made, without documents
    std::optional<base::Timestamp> oldest;
    bool needs_person() const;
};
// Nothing was ever decided here: an empty view.
base::Result<QueueView> read_queue(const std::string& outbox_path, const base::Clock& clock);

struct RetryReceipt {
    std::string op_id, staging_id;
    bool released = false;
    std::string why;  // not released: why
};
// Sends parked operations again: the one with this op_id, those on this capture, or (blank) all of them. A conflict
// needs a person who chooses and is not released.
base::Result<std::vector<RetryReceipt>> retry_parked(const std::string& outbox_path, const base::Clock& clock,
                                                     const std::string& item);

struct DiskUse {
    std::string what, path, advice;
    uint64_t bytes = 0, files = 0;
    bool can_go = false;  // may be deleted: it can be fetched again, or was set aside
};
std::vector<DiskUse> disk_use(const base::Folders& folders);
// Deletes what can go. Returns the bytes freed. Never outbox.db, its damaged copies, or cache.db.
base::Result<uint64_t> clean_up(const base::Folders& folders);

}  // namespace linesman::app
