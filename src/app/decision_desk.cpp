#include "app/decision_desk.h"

#include <algorithm>

#include "model/overlay.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

constexpr size_t kMaxRecent = 64;  // decisions that the next snapshots have not shown yet

bool is_decision(model::OperationKind kind) {
    using enum model::OperationKind;
    return kind == approve || kind == reject || kind == hold || kind == correct || kind == requeue || kind == merge ||
           kind == restore;
}

bool sets_review(model::OperationKind kind) {
    return kind == model::OperationKind::approve || kind == model::OperationKind::reject ||
           kind == model::OperationKind::hold;
}

bool is_undone(const std::vector<model::PendingOperation>& operations, const std::string& op_id) {
    return std::any_of(operations.begin(), operations.end(), [&](const auto& p) {
        return p.operation.kind == model::OperationKind::undo && p.operation.undo_of == op_id &&
               p.state != model::OperationState::withdrawn;
    });
}

bool knows(const CaptureDetail& detail, const std::string& op_id) {
    const auto& operations = detail.operations;
    if (detail.capture.review && detail.capture.review->op_id == op_id) return true;
    return std::any_of(operations.begin(), operations.end(), [&](const auto& p) { return p.operation.op_id == op_id; });
}

// The detail with what this person made today in earlier sessions: it carries only what is unfinished and what this
// session has seen.
CaptureDetail with_my_day(const CaptureDetail& detail, const Snapshot& snapshot) {
    CaptureDetail out = detail;
    std::vector<model::PendingOperation> earlier;
    for (auto it = snapshot.my_day.latest.rbegin(); it != snapshot.my_day.latest.rend(); ++it) {
        const auto ids = model::captures_of(it->operation);
        const bool concerns = std::find(ids.begin(), ids.end(), detail.capture.staging_id) != ids.end();
        const bool carried = std::any_of(detail.operations.begin(), detail.operations.end(),
                                         [&](const auto& p) { return p.operation.op_id == it->operation.op_id; });
        if (concerns && !carried) earlier.push_back(*it);
    }
    out.operations.insert(out.operations.begin(), earlier.begin(), earlier.end());
    std::stable_sort(out.operations.begin(), out.operations.end(),
                     [](const auto& a, const auto& b) { return a.operation.made_at < b.operation.made_at; });
    return out;
}

}  // namespace

std::string undo_target(const CaptureDetail& detail) {
    const auto& operations = detail.operations;
    std::string standing = detail.capture.review ? detail.capture.review->op_id : std::string();
    const bool decided_elsewhere =
        !standing.empty() && std::none_of(operations.begin(), operations.end(),
                                          [&](const auto& p) { return p.operation.op_id == standing; });
    for (auto it = operations.rbegin(); it != operations.rend(); ++it) {
        const auto& operation = it->operation;
        if (it->state == model::OperationState::withdrawn || !is_decision(operation.kind)) continue;
        if (is_undone(operations, operation.op_id)) continue;
        if (it->state == model::OperationState::done && sets_review(operation.kind) && decided_elsewhere) break;
        return operation.op_id;
    }
    return standing;
}

std::string changed_elsewhere(const CaptureDetail& detail, const std::string& remote_fields) {
    const auto fields = sync::value::parse_fields(remote_fields);
    std::string op_id = fields ? sync::value::text_at(*fields, "revision_op") : std::string();
    return knows(detail, op_id) ? std::string() : op_id;
}

DecisionDesk::DecisionDesk(OutboxDesk& outbox, const base::Clock& clock, const Profile& profile, std::string via)
    : outbox_(outbox), maker_(clock, profile, outbox.desk_id(), std::move(via)) {}

// The capture with decisions on top that were made a moment ago and that `loaded` does not know of yet.
model::Capture DecisionDesk::shown(const LoadedCapture& loaded) const {
    model::Capture capture = loaded.detail->capture;
    for (const auto& recent : recent_) {
        if (recent.operation.staging_id != capture.staging_id || recent.undone) continue;
        if (!knows(*loaded.detail, recent.operation.op_id))
            capture = model::apply(std::move(capture), recent.operation);
    }
    return capture;
}

std::string DecisionDesk::target_of_undo(const LoadedCapture& loaded, const Snapshot& snapshot) const {
    const auto detail = with_my_day(*loaded.detail, snapshot);
    for (auto it = recent_.rbegin(); it != recent_.rend(); ++it) {
        if (it->operation.staging_id == detail.capture.staging_id && !it->undone && is_decision(it->operation.kind))
            return it->operation.op_id;
    }
    const std::string target = undo_target(detail);
    return target.empty() ? changed_elsewhere(detail, loaded.remote_fields) : target;
}

model::Operation DecisionDesk::build(const LoadedCapture& loaded, const Snapshot& snapshot,
                                     const DecisionDraft& draft) const {
    DecisionDraft wish = draft;
    if (draft.kind == model::OperationKind::undo && draft.undo_of.empty())
        wish.undo_of = target_of_undo(loaded, snapshot);
    auto operation = maker_.make(loaded, snapshot.session, wish);
    if (draft.kind == model::OperationKind::restore && extra_) operation.extra = extra_(draft);
    if (draft.kind == model::OperationKind::undo && operation.extra.is_null()) {
        const auto look_at = [&](const model::Operation& made) {
            if (made.op_id == wish.undo_of) operation.extra = {{"undone_by", made.uid}};
        };
        for (const auto& recent : recent_) look_at(recent.operation);
        for (const auto& pending : snapshot.my_day.latest) look_at(pending.operation);
    }
    return operation;
}

model::Permission DecisionDesk::may(const LoadedCapture* loaded, const Snapshot& snapshot,
                                    const DecisionDraft& draft) const {
    if (!snapshot.outbox.refused_because.empty()) return model::Permission::no(snapshot.outbox.refused_because);
    if (!loaded) return model::Permission::no("The capture is still being read.");
    const model::Capture capture = shown(*loaded);
    const model::PolicyInput input{snapshot.session, capture, loaded->detail->findings,
                                   loaded->project ? &*loaded->project : nullptr};
    return model::may(input, build(*loaded, snapshot, draft));
}

DecisionOutcome DecisionDesk::decide(const LoadedCapture* loaded, const Snapshot& snapshot,
                                     const DecisionDraft& draft) {
    forget_old(snapshot);
    DecisionOutcome outcome;
    outcome.staging_id = draft.staging_id;
    const auto permission = may(loaded, snapshot, draft);
    if (!permission.allowed) {
        outcome.why = permission.why_not;
        outcome.needs_override = permission.needs_override;
        if (loaded && snapshot.session.signed_in)
            outbox_.record_refusal(build(*loaded, snapshot, draft), permission.why_not);
        return outcome;
    }
    return submit(build(*loaded, snapshot, draft));
}

DecisionOutcome DecisionDesk::submit(model::Operation operation) {
    Recent recent;
    recent.operation = std::move(operation);
    recent.ticket = recent.operation.kind == model::OperationKind::undo ? outbox_.undo(recent.operation)
                                                                        : outbox_.enqueue(recent.operation);
    return follow(std::move(recent));
}

DecisionOutcome DecisionDesk::replace(const std::string& op_id, std::vector<model::Operation> with) {
    Recent recent;
    recent.operation = with.back();
    recent.ticket = outbox_.replace(op_id, std::move(with));
    return follow(std::move(recent));
}

DecisionOutcome DecisionDesk::follow(Recent recent) {
    DecisionOutcome outcome;
    outcome.op_id = recent.operation.op_id;
    outcome.staging_id = recent.operation.staging_id;
    recent_.push_back(std::move(recent));
    if (const auto result = recent_.back().ticket->wait(kDecisionWaitMs)) return finish(recent_.back(), *result);
    outcome.state = DecisionOutcome::State::waiting;
    return outcome;
}

DecisionOutcome DecisionDesk::finish(Recent& recent, const OutboxTicket::Result& result) {
    DecisionOutcome outcome;
    outcome.op_id = recent.operation.op_id;
    outcome.staging_id = recent.operation.staging_id;
    recent.ticket = nullptr;
    if (!result.status) {
        outcome.why = result.status.error().what;
        failed_ = outcome;
        std::erase_if(recent_, [&](const Recent& r) { return r.operation.op_id == outcome.op_id; });
        return outcome;
    }
    outcome.state = DecisionOutcome::State::durable;
    if (!result.withdrawn) recent.operation = result.operation;  // with what an undo restores
    if (recent.operation.kind == model::OperationKind::undo) {
        const std::string undone = recent.operation.undo_of;
        for (auto& other : recent_) {
            if (other.operation.op_id == undone) other.undone = true;
        }
        // Withdrawn before it was sent: there is no operation of its own to wait for.
        if (result.withdrawn)
            std::erase_if(recent_, [&](const Recent& r) { return r.operation.op_id == outcome.op_id; });
    }
    return outcome;
}

DecisionOutcome DecisionDesk::state(const std::string& op_id) {
    for (auto& recent : recent_) {
        if (recent.operation.op_id != op_id) continue;
        if (recent.ticket) {
            if (const auto result = recent.ticket->wait(0)) return finish(recent, *result);
            return {DecisionOutcome::State::waiting, op_id, {}, {}, recent.operation.staging_id};
        }
        return {DecisionOutcome::State::durable, op_id, {}, {}, recent.operation.staging_id};
    }
    if (failed_.op_id == op_id) return failed_;
    return {DecisionOutcome::State::durable, op_id, {}, {}, {}};
}

DecisionDesk::Last DecisionDesk::last_decision(const Snapshot& snapshot) const {
    std::vector<std::string> undone;
    for (const auto& recent : recent_) {
        if (recent.operation.kind == model::OperationKind::undo) undone.push_back(recent.operation.undo_of);
        if (recent.undone) undone.push_back(recent.operation.op_id);
    }
    const auto& latest = snapshot.my_day.latest;
    for (const auto& pending : latest) {
        if (pending.operation.kind == model::OperationKind::undo) undone.push_back(pending.operation.undo_of);
    }
    const auto is_undone = [&](const std::string& op_id) {
        return std::find(undone.begin(), undone.end(), op_id) != undone.end();
    };
    for (auto it = recent_.rbegin(); it != recent_.rend(); ++it) {
        if (is_decision(it->operation.kind) && !is_undone(it->operation.op_id))
            return {it->operation.staging_id, it->operation.op_id};
    }
    for (const auto& pending : latest) {
        if (is_decision(pending.operation.kind) && !is_undone(pending.operation.op_id))
            return {pending.operation.staging_id, pending.operation.op_id};
    }
    return {};
}

void DecisionDesk::forget_old(const Snapshot&) {
    // The overlay skips what a loaded capture knows already, so only the length has to be bounded.
    while (recent_.size() > kMaxRecent && !recent_.front().ticket) recent_.erase(recent_.begin());
}

}  // namespace linesman::app
