// Bulk: one decision on many captures. First a dry run (BulkPlan) that says for each what would happen; then a batch in
// the durable queue, worked off at a limited rate as single commits; one receipt for each item.
//
//   plan ──► ready ──start──► running ⇄ paused ──► finished
//                                │
//                                └─cancel──► cancelled   (what was sent stays; the rest is withdrawn)
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/decision_draft.h"
#include "base/time.h"
#include "model/filter.h"
#include "model/operation.h"

namespace linesman::app {

inline constexpr size_t kMaxBulk = 20'000;     // captures of one batch: a day's disk space, not a week's
inline constexpr double kDefaultBulkRate = 5;  // items per second
inline constexpr double kLeastBulkRate = 0.1, kMostBulkRate = 50;

// Which captures, and what is decided about each.
struct BulkRequest {
    DecisionDraft draft;  // kind, reason, comment, remind_at; staging_id, overrides and undo_of are set per item
    // When empty, what `filter` lets through; of a promotion only what is approved and not in production yet.
    std::vector<std::string> staging_ids;
    std::optional<model::Filter> filter;
    // Non-empty: errors are overridden with this reason where the project allows that in bulk.
    std::string override_reason;
};

struct BulkPlanItem {
    enum class Verdict : uint8_t {
        will_change,
        needs_override,  // would be possible with BulkRequest::override_reason
        refused,
    } verdict{};
    std::string staging_id, pole_number;
    std::string text;                     // what would change, or why not and what to do
    std::vector<std::string> overridden;  // titles of findings that are overridden
};

// The dry run. Immutable; while it is being made, `ready` is false and `done` counts.
struct BulkPlan {
    uint64_t id = 0;
    bool ready = false;
    size_t done = 0, total = 0;
    std::string refused_because;  // the whole: nobody signed in, too many, nothing selected
    std::string title;            // "Approve 214 captures"
    BulkRequest request;
    base::Timestamp made_at;
    std::vector<BulkPlanItem> items;
    size_t will_change = 0, need_override = 0, refused = 0;
};

// How the start of a batch went. Ask bulk_start_state() each frame while `waiting`.
struct BulkStart {
    enum class State : uint8_t { refused, waiting, durable } state = State::refused;
    std::string batch_id;
    std::string why;   // refused
    size_t items = 0;  // written; captures that changed since the dry run are left out, with a receipt each
};

enum class BatchState : uint8_t { running, paused, cancelled, finished };

// One batch as it stands now. `total` = done + waiting + sending + need_person + withdrawn + left_out.
struct BatchSummary {
    std::string batch_id, title, uid;
    base::Timestamp made_at;
    BatchState state = BatchState::running;
    bool started_here = true;  // false: another person's at this desk; it can only be looked at
    size_t total = 0, done = 0, waiting = 0, sending = 0, need_person = 0, withdrawn = 0, left_out = 0;
    double per_second = 0;     // the rate limit
    double seconds_left = -1;  // < 0 = unknown
};

struct BatchReceipt {
    std::string op_id;  // blank: left out before it was written
    std::string staging_id, pole_number;
    model::OperationState state{};
    bool left_out = false;
    std::string text;  // "Approved; the server has it" | "Waits" | what went wrong
    std::string cure;
    std::string update_time;  // version the commit produced, once done
    std::string hash;         // of the journal entry
};

// Immutable.
struct BatchReceipts {
    std::string batch_id;
    uint64_t generation = 0;          // Snapshot::generation that it was read for
    std::vector<BatchReceipt> items;  // in the order of the batch
};

}  // namespace linesman::app
