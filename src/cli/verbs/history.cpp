#include "cli/verbs/judge_verbs.h"

namespace linesman::cli {
namespace {

// Waits until the server has answered, or says why it does not.
std::shared_ptr<const app::CaptureHistory> read_history(Context& context, app::Engine& desk, const std::string& id) {
    std::shared_ptr<const app::CaptureHistory> history;
    desk.wait_for([&](const app::Snapshot&) { return (history = desk.history(id)) && !history->loading; },
                  base::seconds(std::min(context.options.timeout_s, 60)));
    return history;
}

base::Json differences(const Context& context, const std::vector<model::FieldPair>& pairs) {
    std::vector<std::vector<std::string>> rows = {{"FIELD", "BEFORE", "AFTER"}};
    base::Json json = base::Json::array();
    for (const auto& pair : pairs) {
        rows.push_back({std::string(model::title_of(pair.field)), pair.left, pair.right});
        json.push_back({{"field", model::wire_name_of(pair.field)}, {"before", pair.left}, {"after", pair.right}});
    }
    context.out.data(pairs.empty() ? "They do not differ." : Output::table(rows));
    return json;
}

base::Json list(const Context& context, const app::CaptureHistory& history) {
    std::vector<std::vector<std::string>> rows = {{"N", "VERSION", "AT", "WHO", "WHAT", "NOTE"}};
    base::Json json = base::Json::array();
    for (const auto& version : history.versions) {
        const std::string at = version.at ? base::format_rfc3339(*version.at) : "";
        rows.push_back({std::to_string(version.n), version.now ? "now" : version.id, at, version.by_name, version.what,
                        version.note});
        json.push_back({{"n", version.n},
                        {"id", version.now ? "now" : version.id},
                        {"at", at},
                        {"by", version.by_uid},
                        {"by_name", version.by_name},
                        {"what", version.what},
                        {"op_id", version.op_id},
                        {"note", version.note},
                        {"via", version.via},
                        {"sent", version.sent}});
    }
    context.out.data(Output::table(rows));
    return json;
}

base::Error no_version(const std::string& id) {
    return base::make_error(base::ErrorKind::not_found,
                            "There is no version \"" + id + "\" of this capture. linesmanctl history lists them.");
}

// "now" on the command line is the blank id of the present state.
std::string version_id(const std::string& given) {
    return given == "now" ? std::string() : given;
}

}  // namespace

int verb_history(Context& context, const HistoryOptions& options) {
    auto opened = context.open_desk(false, false);
    if (!opened) return context.fail(opened.error());
    app::Engine& desk = **opened;
    wait_for_session(context, desk);
    const auto id = find_capture(desk, options.item);
    if (!id) return context.fail(id.error());
    const auto history = read_history(context, desk, *id);
    if (!history) return context.fail(base::make_error(base::ErrorKind::timed_out, "The history could not be read."));
    if (!history->complete && !history->incomplete.empty()) context.out.message(history->incomplete);
    base::Json json = {{"id", *id}, {"complete", history->complete}};
    if (options.from.empty() && options.to.empty()) {
        json["versions"] = list(context, *history);
    } else {
        for (const auto& given : {options.from, options.to}) {
            if (!given.empty() && !history->find(version_id(given))) return context.fail(no_version(given));
        }
        json["differences"] =
            differences(context, app::compare_versions(*history, version_id(options.from), version_id(options.to)));
    }
    context.out.document(json);
    return history->complete ? kOk : kFindings;
}

int verb_restore(Context& context, const HistoryOptions& options) {
    auto opened = open_to_decide(context);
    if (opened.failed) return *opened.failed;
    app::Engine& desk = *opened.desk;
    const auto id = find_capture(desk, options.item);
    if (!id) return context.fail(id.error());
    const auto history = read_history(context, desk, *id);
    const auto* version = history ? history->find(options.version) : nullptr;
    if (!version || version->now) return context.fail(no_version(options.version));
    app::DecisionDraft draft;
    draft.kind = model::OperationKind::restore;
    draft.staging_id = *id;
    draft.target = options.version;
    draft.comment = options.comment;
    if (options.dry_run) {
        const auto permission = desk.may(draft);
        base::Json json = {{"id", *id}, {"allowed", permission.allowed}, {"why", permission.why_not}};
        json["differences"] = differences(context, app::compare_versions(*history, {}, options.version));
        if (!permission.allowed) context.out.data("Would be refused. " + permission.why_not);
        context.out.document(json);
        return permission.allowed ? kOk : kFindings;
    }
    return report_decision(context, desk, options.item, settled(desk, desk.decide(draft)));
}

}  // namespace linesman::cli
