#include "app/decision_desk.h"

#include <algorithm>

#include "base/ids.h"
#include "model/keys.h"

namespace linesman::app {
namespace {

constexpr size_t kMaxRecent = 64;  // decisions that the next snapshots have not shown yet

bool is_decision(model::OperationKind kind) {
    return kind == model::OperationKind::approve || kind == model::OperationKind::reject ||
           kind == model::OperationKind::hold || kind == model::OperationKind::correct;
}

bool knows(const CaptureDetail& detail, const std::string& op_id) {
    const auto& operations = detail.operations;
    if (detail.capture.review && detail.capture.review->op_id == op_id) return true;
    return std::any_of(operations.begin(), operations.end(), [&](const auto& p) { return p.operation.op_id == op_id; });
}

}  // namespace

DecisionDesk::DecisionDesk(OutboxDesk& outbox, const base::Clock& clock, const Profile& profile, std::string via)
    : outbox_(outbox), clock_(clock), profile_(profile), via_(std::move(via)) {}

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

std::string DecisionDesk::target_of_undo(const LoadedCapture& loaded) const {
    const auto& detail = *loaded.detail;
    for (auto it = recent_.rbegin(); it != recent_.rend(); ++it) {
        if (it->operation.staging_id == detail.capture.staging_id && !it->undone && is_decision(it->operation.kind))
            return it->operation.op_id;
    }
    for (auto it = detail.operations.rbegin(); it != detail.operations.rend(); ++it) {
        if (it->state != model::OperationState::withdrawn && is_decision(it->operation.kind))
            return it->operation.op_id;
    }
    return detail.capture.review ? detail.capture.review->op_id : std::string();
}

model::Operation DecisionDesk::build(const LoadedCapture& loaded, const Snapshot& snapshot,
                                     const DecisionDraft& draft) const {
    const auto& capture = loaded.detail->capture;
    model::Operation operation;
    operation.op_id = base::uuid7(clock_);
    operation.kind = draft.kind;
    operation.staging_id = draft.staging_id;
    operation.uid = snapshot.session.uid;
    operation.by_name = snapshot.session.name.empty() ? snapshot.session.email : snapshot.session.name;
    operation.made_at = clock_.now();
    operation.send_after = operation.made_at + base::seconds(profile_.hold_back_s);
    operation.base_update_time = loaded.remote_update_time;
    operation.base_fields = loaded.remote_fields;
    operation.reason = draft.reason;
    operation.comment = draft.comment;
    operation.remind_at = draft.remind_at;
    operation.overrides = draft.overrides;
    operation.correction = draft.correction;
    operation.target = draft.target;
    operation.photos_seen = draft.photos_seen;
    operation.rules_hash = loaded.rules_hash;
    operation.resubmission = capture.resubmission;
    operation.via = via_;
    operation.desk_id = outbox_.desk_id();
    if (draft.kind == model::OperationKind::approve) {
        const bool blank = model::canonical_number(capture.pole_number).empty();
        operation.promote =
            profile_.promote_on_approve && (!blank || (loaded.project && loaded.project->allows_blank_number));
    }
    if (draft.kind == model::OperationKind::undo) {
        operation.undo_of = draft.undo_of.empty() ? target_of_undo(loaded) : draft.undo_of;
        operation.send_after = operation.made_at;
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
    Recent recent;
    recent.operation = build(*loaded, snapshot, draft);
    outcome.op_id = recent.operation.op_id;
    recent.ticket =
        draft.kind == model::OperationKind::undo ? outbox_.undo(recent.operation) : outbox_.enqueue(recent.operation);
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
