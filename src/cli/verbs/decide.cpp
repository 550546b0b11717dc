#include "cli/verbs/judge_verbs.h"

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
    draft.undo_of = options.change;
    draft.correction = options.correction;
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
    const auto found = find_capture(desk, item);
    if (!found) return {item, "", "refused", found.error().what};
    const std::string& id = *found;
    const auto detail = desk.detail(id);
    auto draft = draft_for(options, id, *detail, desk.now());
    if (options.dry_run) {
        const auto permission = desk.may(draft);
        return {item, id, permission.allowed ? "would be done" : "would be refused", permission.why_not};
    }
    const auto outcome = settled(desk, desk.decide(std::move(draft)));
    if (outcome.state == app::DecisionOutcome::State::durable) return {item, id, "recorded", outcome.op_id};
    return {item, id, "refused", outcome.why};
}

}  // namespace

int verb_decide(Context& context, const DecideOptions& options) {
    auto opened = open_to_decide(context);
    if (opened.failed) return *opened.failed;
    base::Json receipts = base::Json::array();
    bool refused = false;
    for (const auto& item : options.items) {
        const Receipt r = decide_one(*opened.desk, options, item);
        refused = refused || r.state.find("refused") != std::string::npos;
        receipts.push_back(
            {{"item", r.item}, {"id", r.id}, {"state", r.state}, {r.state == "recorded" ? "op_id" : "why", r.why}});
        context.out.data(r.item + ": " + r.state + (r.why.empty() || r.state == "recorded" ? "" : ". " + r.why));
    }
    if (!options.dry_run) let_it_be_sent(context, *opened.desk);
    context.out.document({{"dry_run", options.dry_run}, {"receipts", std::move(receipts)}});
    return refused ? kFindings : kOk;
}

}  // namespace linesman::cli
