// The fake desk's decisions: what is allowed, made, on disk, taken back.
#include <algorithm>

#include "support/fake_desk.h"

namespace linesman::test {

model::Permission FakeDesk::may(const app::DecisionDraft& draft) {
    if (!snapshot_->session.signed_in) return model::Permission::no("Sign in to decide.");
    const auto found = index_.find(draft.staging_id);
    if (found == index_.end()) return model::Permission::no("This capture is not on this desk.");
    if (draft.kind == model::OperationKind::approve) return may_approve(draft);
    return may_target(draft);
}

model::Permission FakeDesk::may_approve(const app::DecisionDraft& draft) const {
    model::Permission permission = model::Permission::yes();
    for (const auto& finding : findings_of(captures_[index_.at(draft.staging_id)])) {
        if (finding.ignored) continue;
        if (finding.severity == model::Severity::blocking)
            return model::Permission::no("Cannot be approved: " + finding.message);
        if (finding.severity != model::Severity::error) continue;
        const bool covered = std::any_of(draft.overrides.begin(), draft.overrides.end(),
                                         [&](const auto& given) { return given.finding_id == finding.id; });
        if (!covered) permission.needs_override.push_back(finding.id);
    }
    permission.allowed = permission.needs_override.empty();
    if (!permission.allowed) permission.why_not = "Needs a reason for its errors.";
    return permission;
}

app::DecisionOutcome FakeDesk::decide(app::DecisionDraft draft) {
    app::DecisionOutcome outcome;
    const model::Permission permission = may(draft);
    if (!permission.allowed) {
        outcome.why = permission.why_not;
        outcome.needs_override = permission.needs_override;
        return outcome;
    }
    outcome.op_id = "op" + std::to_string(next_op_++);
    outcome.staging_id = draft.staging_id;
    op_to_staging_[outcome.op_id] = draft.staging_id;
    decided.push_back(draft);
    model::Capture& capture = captures_[index_.at(draft.staging_id)];
    keep_version(capture, outcome.op_id, draft);
    model::Operation operation;
    operation.op_id = outcome.op_id;
    operation.kind = draft.kind;
    operation.reason = draft.reason;
    operation.comment = draft.comment;
    operation.remind_at = draft.remind_at;
    operation.correction = draft.correction;
    operation.made_at = options_.now;
    operation.by_name = snapshot_->session.name;
    capture = model::apply(capture, operation);
    apply_target(capture, draft, outcome.op_id);
    history_.push_back(std::move(draft));
    put(index_.at(outcome.staging_id));
    publish();
    outcome.state = options_.slow_disk ? app::DecisionOutcome::State::waiting : app::DecisionOutcome::State::durable;
    if (options_.slow_disk) unwritten_.insert(outcome.op_id);
    return outcome;
}

app::DecisionOutcome FakeDesk::decision_state(const std::string& op_id) {
    app::DecisionOutcome outcome;
    outcome.op_id = op_id;
    outcome.staging_id = op_to_staging_[op_id];
    outcome.state =
        unwritten_.contains(op_id) ? app::DecisionOutcome::State::waiting : app::DecisionOutcome::State::durable;
    return outcome;
}

void FakeDesk::finish_writes() {
    unwritten_.clear();
    change([](app::Snapshot&) {});
}

app::DecisionOutcome FakeDesk::undo_last() {
    app::DecisionOutcome outcome;
    if (history_.empty()) {
        outcome.why = "Nothing was decided at this desk today.";
        return outcome;
    }
    outcome.staging_id = history_.back().staging_id;
    history_.pop_back();
    captures_[index_.at(outcome.staging_id)].review.reset();
    if (auto& kept = versions_[outcome.staging_id]; !kept.empty()) kept.pop_back();
    put(index_.at(outcome.staging_id));
    publish();
    outcome.state = app::DecisionOutcome::State::durable;
    outcome.op_id = "op" + std::to_string(next_op_++);
    return outcome;
}

void FakeDesk::resolve(const std::string& op_id, app::MatterChoice choice) {
    resolved.emplace_back(op_id, choice);
    change([&](app::Snapshot& snapshot) {
        std::erase_if(snapshot.matters, [&](const auto& matter) { return matter.pending.operation.op_id == op_id; });
    });
}

}  // namespace linesman::test
