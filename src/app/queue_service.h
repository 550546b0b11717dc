// This desk's queue of decisions without a window: what waits, what needs a person and why, and sending parked ones
// again. Works beside a running console, which then does the sending.
//
// Thread: any; opens outbox.db with a connection of its own. Errors: those of store::Outbox.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
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

}  // namespace linesman::app
