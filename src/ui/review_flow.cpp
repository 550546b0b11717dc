#include "ui/review_flow.h"

#include "model/reasons.h"

namespace linesman::ui {

namespace {
Step refusal(std::string why) {
    return {false, {}, app::NoticeLevel::warning, std::move(why)};
}
}  // namespace

void ReviewFlow::selected(app::Desk& desk, const std::string& staging_id) {
    if (staging_id == staging_id_) return;
    staging_id_ = staging_id;
    comment_ = staging_id.empty() ? std::string() : desk.draft(staging_id);
    mode_ = Mode::idle;
    needs_override_.clear();
}

void ReviewFlow::set_comment(app::Desk& desk, std::string comment) {
    if (staging_id_.empty() || comment == comment_) return;
    comment_ = std::move(comment);
    desk.save_draft(staging_id_, comment_);
}

void ReviewFlow::begin(Mode mode) {
    if (waiting_ || staging_id_.empty()) return;
    mode_ = mode;
    ++openings_;
}

void ReviewFlow::cancel() {
    mode_ = Mode::idle;
    needs_override_.clear();
}

Step ReviewFlow::approve(app::Desk& desk, const PhotosSeen& seen) {
    app::DecisionDraft draft;
    draft.kind = model::OperationKind::approve;
    draft.photos_seen = seen;
    return decide(desk, std::move(draft), "Approved", true);
}

Step ReviewFlow::reject(app::Desk& desk, size_t reason, const PhotosSeen& seen) {
    if (reason >= model::kRejectReasons.size()) return {};
    app::DecisionDraft draft;
    draft.kind = model::OperationKind::reject;
    draft.reason = model::kRejectReasons[reason].code;
    draft.photos_seen = seen;
    last_reason_ = reason;
    return decide(desk, std::move(draft), "Rejected: " + std::string(model::kRejectReasons[reason].title), true);
}

Step ReviewFlow::hold(app::Desk& desk, const std::string& note, const PhotosSeen& seen,
                      std::optional<base::Timestamp> remind_at) {
    app::DecisionDraft draft;
    draft.kind = model::OperationKind::hold;
    draft.comment = note;
    draft.remind_at = remind_at;
    draft.photos_seen = seen;
    return decide(desk, std::move(draft), "Held", true);
}

Step ReviewFlow::override_and_approve(app::Desk& desk, const std::string& reason, const PhotosSeen& seen) {
    if (mode_ != Mode::overriding) return {};
    if (reason.empty()) return refusal("Write why this capture is good in spite of its findings, then press Enter.");
    app::DecisionDraft draft;
    draft.kind = model::OperationKind::approve;
    draft.photos_seen = seen;
    for (const auto& finding : needs_override_) draft.overrides.push_back({finding, reason});
    return decide(desk, std::move(draft), "Approved with a reason", true);
}

Step ReviewFlow::correct(app::Desk& desk, const model::Correction& correction) {
    if (correction.empty()) return refusal("Nothing was changed.");
    app::DecisionDraft draft;
    draft.kind = model::OperationKind::correct;
    draft.correction = correction;
    return decide(desk, std::move(draft), "Corrected", false);
}

Step ReviewFlow::undo(app::Desk& desk) {
    if (waiting_) return refusal("The last decision is still being written to disk.");
    const app::DecisionOutcome outcome = desk.undo_last();
    return take(desk, outcome, outcome.staging_id, "Taken back", false, outcome.staging_id);
}

Step ReviewFlow::decide(app::Desk& desk, app::DecisionDraft draft, std::string said, bool advances) {
    if (staging_id_.empty()) return refusal("No capture is selected.");
    if (waiting_) return refusal("The last decision is still being written to disk.");
    draft.staging_id = staging_id_;
    if (draft.comment.empty()) draft.comment = comment_;
    const std::string staging_id = staging_id_;
    const app::DecisionOutcome outcome = desk.decide(std::move(draft));
    return take(desk, outcome, staging_id, std::move(said), advances, {});
}

Step ReviewFlow::take(app::Desk& desk, const app::DecisionOutcome& outcome, const std::string& staging_id,
                      std::string said, bool advances, std::string go_to) {
    switch (outcome.state) {
        case app::DecisionOutcome::State::refused:
            if (outcome.needs_override.empty()) return refusal(outcome.why);
            needs_override_ = outcome.needs_override;
            begin(Mode::overriding);
            return {};
        case app::DecisionOutcome::State::durable:
            return finish(desk, {outcome.op_id, staging_id, std::move(said), advances, std::move(go_to)});
        case app::DecisionOutcome::State::waiting:
            waiting_ = Waiting{outcome.op_id, staging_id, std::move(said), advances, std::move(go_to)};
            mode_ = Mode::idle;
            return {};
    }
    return {};
}

Step ReviewFlow::finish(app::Desk& desk, const Waiting& done) {
    cancel();
    if (done.go_to.empty()) {
        ++decided_;
        // The comment went with the decision.
        if (!comment_.empty() && done.staging_id == staging_id_) set_comment(desk, {});
    } else if (decided_ > 0) {
        --decided_;
    }
    return {done.advances, done.go_to, app::NoticeLevel::good, done.said};
}

Step ReviewFlow::poll(app::Desk& desk) {
    if (!waiting_) return {};
    const app::DecisionOutcome outcome = desk.decision_state(waiting_->op_id);
    if (outcome.state == app::DecisionOutcome::State::waiting) return {};
    const Waiting done = *std::exchange(waiting_, std::nullopt);
    if (outcome.state == app::DecisionOutcome::State::refused) return refusal(outcome.why);
    return finish(desk, done);
}

}  // namespace linesman::ui
