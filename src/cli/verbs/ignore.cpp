#include "cli/verbs/judge_verbs.h"

namespace linesman::cli {
namespace {

int list_ignores(Context& context) {
    auto desk = context.open_desk(true, false);
    if (!desk) return context.fail(desk.error());
    std::shared_ptr<const app::IgnoreList> list;
    (*desk)->wait_for([&](const app::Snapshot&) { return (list = (*desk)->ignores()) != nullptr; }, base::seconds(30));
    if (!list) return context.fail(base::make_error(base::ErrorKind::timed_out, "The list could not be read."));
    std::vector<std::vector<std::string>> rows = {{"FINDING", "CAPTURE", "WHAT", "BY", "WHY"}};
    base::Json json = base::Json::array();
    for (const auto& item : list->items) {
        rows.push_back({item.finding_id, item.staging_id, item.title, item.by_name, item.reason});
        json.push_back({{"finding", item.finding_id},
                        {"id", item.staging_id},
                        {"title", item.title},
                        {"by", item.by_uid},
                        {"by_name", item.by_name},
                        {"reason", item.reason},
                        {"stands", item.stands},
                        {"pending", item.pending}});
    }
    context.out.data(list->items.empty() ? "Nothing is ignored." : Output::table(rows));
    context.out.document({{"ignores", std::move(json)}});
    return kOk;
}

// The findings that were meant: by id, or all of a rule. An ignore can be taken back when the rules no longer find it.
std::vector<std::string> chosen(const IgnoreOptions& options, const model::Findings& findings) {
    std::vector<std::string> ids;
    if (!options.finding.empty()) ids.push_back(options.finding);
    for (const auto& finding : findings) {
        if (!options.rule.empty() && model::code_of(finding.rule) == options.rule &&
            finding.ignored == options.take_back)
            ids.push_back(finding.id);
    }
    return ids;
}

}  // namespace

int verb_ignore(Context& context, const IgnoreOptions& options) {
    if (options.item.empty()) return list_ignores(context);
    const auto wrong = [&](const std::string& what) {
        return context.fail(base::make_error(base::ErrorKind::invalid_argument, what));
    };
    if (options.finding.empty() && options.rule.empty()) return wrong("Which finding? Give --finding or --rule.");
    if (!options.rule.empty() && !model::rule_from_code(options.rule))
        return wrong("There is no rule \"" + options.rule + "\".");
    auto opened = open_to_decide(context);
    if (opened.failed) return *opened.failed;
    app::Engine& desk = *opened.desk;
    const auto id = find_capture(desk, options.item);
    if (!id) return context.fail(id.error());
    const auto ids = chosen(options, desk.detail(*id)->findings);
    if (ids.empty())
        return context.fail(base::make_error(base::ErrorKind::not_found, "The capture has no such finding."));
    base::Json receipts = base::Json::array();
    bool refused = false;
    for (const auto& finding : ids) {
        app::DecisionDraft draft;
        draft.kind = options.take_back ? model::OperationKind::unignore_finding : model::OperationKind::ignore_finding;
        draft.staging_id = *id;
        draft.target = finding;
        draft.reason = options.reason;
        const auto outcome = settled(desk, desk.decide(draft));
        const bool recorded = outcome.state == app::DecisionOutcome::State::durable;
        refused = refused || !recorded;
        context.out.data(finding + ": " + (recorded ? "recorded" : "refused. " + outcome.why));
        receipts.push_back({{"finding", finding},
                            {"state", recorded ? "recorded" : "refused"},
                            {recorded ? "op_id" : "why", recorded ? outcome.op_id : outcome.why}});
    }
    let_it_be_sent(context, desk);
    context.out.document({{"id", *id}, {"receipts", std::move(receipts)}});
    return refused ? kFindings : kOk;
}

}  // namespace linesman::cli
