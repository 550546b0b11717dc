#include "cli/verbs/verbs.h"

namespace linesman::cli {
namespace {

struct Receipt {
    std::string item, id, state, why;
};

app::DecisionDraft draft_for(const DecideOptions& options, const std::string& id, const app::CaptureDetail& detail,
                             base::Timestamp now) {
    app::DecisionDraft draft;
    draft.kind = options.kind;
    draft.staging_id = id;
    draft.reason = options.reason;
    draft.comment = options.comment;
    if (options.remind_h > 0) draft.remind_at = now + base::hours(options.remind_h);
    if (!options.override_reason.empty()) {
        for (const auto& finding : detail.findings) {
            if (finding.severity == model::Severity::error && !finding.ignored)
                draft.overrides.push_back({finding.id, options.override_reason});
        }
    }
    return draft;
}

Receipt decide_one(app::Engine& desk, const DecideOptions& options, const std::string& item) {
    const auto snapshot = desk.snapshot();
    const auto row = find_row(*snapshot, item);
    if (!row) return {item, "", "refused", row.error().what};
    const std::string id(snapshot->columns.staging_id(*row));
    std::shared_ptr<const app::CaptureDetail> detail;
    desk.wait_for([&](const app::Snapshot&) { return (detail = desk.detail(id)) != nullptr; }, base::seconds(30));
    if (!detail) return {item, id, "refused", "The capture could not be read in time."};
    auto draft = draft_for(options, id, *detail, desk.now());
    if (options.dry_run) {
        const auto permission = desk.may(draft);
        return {item, id, permission.allowed ? "would be done" : "would be refused", permission.why_not};
    }
    auto outcome = desk.decide(std::move(draft));
    if (outcome.state == app::DecisionOutcome::State::waiting) {
        desk.wait_for(
            [&](const app::Snapshot&) {
                outcome = desk.decision_state(outcome.op_id);
                return outcome.state != app::DecisionOutcome::State::waiting;
            },
            base::seconds(30));
    }
    if (outcome.state == app::DecisionOutcome::State::durable) return {item, id, "recorded", outcome.op_id};
    return {item, id, "refused", outcome.why};
}

}  // namespace

int verb_decide(Context& context, const DecideOptions& options) {
    auto desk = context.open_desk(false, false);
    if (!desk) return context.fail(desk.error());
    // Whose decisions these are: signing in may take longer than reading the cache.
    (*desk)->wait_for(
        [](const app::Snapshot& s) {
            return s.session.signed_in || s.sync.connection == app::Connection::signed_out ||
                   !s.sync.last_error.empty();
        },
        base::seconds(std::min(context.options.timeout_s, 30)));
    base::Json receipts = base::Json::array();
    bool refused = false;
    for (const auto& item : options.items) {
        const Receipt r = decide_one(**desk, options, item);
        refused = refused || r.state.find("refused") != std::string::npos;
        receipts.push_back(
            {{"item", r.item}, {"id", r.id}, {"state", r.state}, {r.state == "recorded" ? "op_id" : "why", r.why}});
        context.out.data(r.item + ": " + r.state + (r.why.empty() || r.state == "recorded" ? "" : ". " + r.why));
    }
    if (!options.dry_run) {
        // Sent now if a connection and the hold-back allow it; else by the console or the next sync.
        (*desk)->catch_up();
        (*desk)->wait_for(
            [](const app::Snapshot& s) {
                return s.outbox.unsent() == 0 || s.sync.connection == app::Connection::offline ||
                       s.sync.connection == app::Connection::signed_out;
            },
            base::seconds(std::min(context.options.timeout_s, 30)));
        const auto s = (*desk)->snapshot();
        if (s->outbox.unsent())
            context.out.message(std::to_string(s->outbox.unsent()) +
                                " decisions are on this disk and not yet at the server.");
    }
    context.out.document({{"dry_run", options.dry_run}, {"receipts", std::move(receipts)}});
    return refused ? kFindings : kOk;
}

}  // namespace linesman::cli
