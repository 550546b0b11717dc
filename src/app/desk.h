// The desk as the UI and the command line see it: what to show, and what can be asked for. Implemented by app::Engine,
// and by fakes in the tests of the UI.
//
// Thread: main. Nothing here blocks, reads a file or touches the network; the one exception is decide(), which may wait
// up to kDecisionWaitMs for the outbox to have the decision on disk (architecture, "Threads").
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/snapshot.h"
#include "base/result.h"
#include "model/slot.h"

namespace linesman::app {

inline constexpr int kDecisionWaitMs = 4;

// The rows that a filter lets through, in order. Immutable; the same pointer until something changes.
struct RowList {
    uint64_t generation = 0;  // rows_generation of the snapshot it was computed from
    model::Filter filter;
    model::SortOrder order;
    std::vector<model::Row> rows;
};

// A decision as the person made it; the desk adds who, when, the version seen and the chain.
struct DecisionDraft {
    model::OperationKind kind{};
    std::string staging_id;
    std::string reason, comment;
    std::optional<base::Timestamp> remind_at;
    std::vector<model::Override> overrides;
    model::Correction correction;
    std::string undo_of;  // kind undo: empty = the last decision on the capture
    std::string target;
    std::map<model::Slot, model::PhotoSeen> photos_seen;
};

struct DecisionOutcome {
    enum class State : uint8_t {
        refused,  // nothing was done; `why` says what to do
        durable,  // on disk: the desk may advance
        waiting,  // not on disk yet: ask decision_state(op_id) each frame, advance when durable
    } state = State::refused;
    std::string op_id;
    std::string why;
    std::vector<std::string> needs_override;  // refused only because of these findings (ids)
    std::string staging_id;                   // undo: the capture to go back to
};

enum class PhotoSize : uint8_t {
    slot,  // fits the slot box (kSlotPixels on its longer side)
    full,  // original size, for zooming
};
inline constexpr int kSlotPixels = 512;

enum class MatterChoice : uint8_t { keep_mine, take_theirs, retry };

class Desk {
  public:
    virtual ~Desk() = default;

    virtual std::shared_ptr<const Snapshot> snapshot() = 0;
    // Called from any thread when a new snapshot, row list, detail or photo is there. Set once, before the first frame.
    virtual void on_change(std::function<void()> wake) = 0;

    // The list for a filter and order: computed on the pool; until it is ready the last one for this filter, or
    // nullptr.
    virtual std::shared_ptr<const RowList> rows(const model::Filter& filter, model::SortOrder order) = 0;
    // nullptr while it is being read, or when there is no such capture.
    virtual std::shared_ptr<const CaptureDetail> detail(std::string_view staging_id) = 0;
    // Starts loading when needed. On-screen requests come before prefetch.
    virtual PhotoView photo(const std::string& staging_id, model::Slot slot, PhotoSize size) = 0;
    // What will be looked at next, nearest first; replaces the last wish. Loaded as slot-sized images within the memory
    // budget.
    virtual void prefetch(std::vector<std::string> staging_ids) = 0;

    // Whether a decision of this kind would be allowed now, for enabling buttons and saying why not.
    virtual model::Permission may(const DecisionDraft& draft) = 0;
    virtual DecisionOutcome decide(DecisionDraft draft) = 0;
    virtual DecisionOutcome decision_state(const std::string& op_id) = 0;
    // Takes back the last decision made at this desk in this session, or the newest of today.
    virtual DecisionOutcome undo_last() = 0;

    virtual void resolve(const std::string& op_id, MatterChoice choice) = 0;
    virtual void sync_now() = 0;
    virtual void set_paused(bool paused) = 0;
    virtual void set_work_offline(bool offline) = 0;
    virtual void sign_in(std::string email, std::string password, bool remember) = 0;
    virtual void sign_out() = 0;
    // An unsent comment survives a crash.
    virtual void save_draft(const std::string& staging_id, const std::string& comment) = 0;
    virtual std::string draft(const std::string& staging_id) = 0;
    virtual void dismiss_notice(uint64_t id) = 0;
    virtual base::Timestamp now() const = 0;
};

}  // namespace linesman::app
