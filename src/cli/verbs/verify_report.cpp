#include <filesystem>

#include "app/report_gatherer.h"
#include "cli/interrupt.h"
#include "cli/verbs/operations_verbs.h"
#include "report/verify.h"

namespace linesman::cli {
namespace {

constexpr size_t kShownChanges = 20;

std::string_view word_of(report::DataChange::What what) {
    switch (what) {
        case report::DataChange::What::added:
            return "added";
        case report::DataChange::What::removed:
            return "removed";
        case report::DataChange::What::changed:
            return "changed";
    }
    return "changed";
}

// What the same request would find now. An error is words for the person: the report itself was checked without it.
base::Result<std::vector<report::DataChange>> changes_since(Context& context, const report::Verification& checked) {
    const auto request = app::report_request_from_json(checked.request);
    if (!request) return request.error();
    auto desk = context.open_desk(true, false);
    if (!desk) return desk.error();
    const auto now = (*desk)->gather_report(*request);
    if (!now) return now.error();
    if (now->inputs.meta.project_id != checked.meta.project_id)
        return base::make_error(base::ErrorKind::invalid_argument, "The report is of the Firebase project " +
                                                                       checked.meta.project_id + ", this profile of " +
                                                                       now->inputs.meta.project_id + ".");
    return report::compare_inputs(checked.inputs, now->inputs);
}

base::Json list_changes(const Context& context, const std::vector<report::DataChange>& changes) {
    base::Json json = base::Json::array();
    std::vector<std::vector<std::string>> table = {{"TABLE", "ROW", "SINCE", "WHAT"}};
    for (const auto& change : changes) {
        std::string columns;
        for (const auto& column : change.columns) columns += (columns.empty() ? "" : ", ") + column;
        json.push_back({{"table", change.table},
                        {"row", change.key},
                        {"since", word_of(change.what)},
                        {"columns", change.columns}});
        if (table.size() <= kShownChanges)
            table.push_back({change.table, change.key, std::string(word_of(change.what)), columns});
    }
    if (changes.empty()) {
        context.out.data("Nothing changed in the cache since.");
    } else {
        context.out.data("\nChanged in the cache since (" + std::to_string(changes.size()) +
                         "); no fault of the report:");
        context.out.data(Output::table(table));
        if (changes.size() > kShownChanges)
            context.out.data("... and " + std::to_string(changes.size() - kShownChanges) + " more; --json lists all.");
    }
    return json;
}

}  // namespace

int verb_verify_report(Context& context, const VerifyOptions& options) {
    const InterruptWatch watch;
    report::Making making;
    making.step = [&](size_t done, size_t total) {
        if (total > 0) context.out.progress("Rendering again: " + std::to_string(done * 100 / total) + " %");
        return !InterruptWatch::interrupted();
    };
    std::error_code none;
    const std::string scratch = std::filesystem::temp_directory_path(none).string();
    const auto checked =
        report::verify_report(options.manifest, context.options.version, scratch.empty() ? "/tmp" : scratch, making);
    context.out.end_progress();
    if (!checked) {
        const int code = context.fail(checked.error());
        return InterruptWatch::interrupted() ? kInterrupted : code;
    }
    base::Json files = base::Json::array();
    std::vector<std::vector<std::string>> table = {{"FILE", "STATE", ""}};
    for (const auto& file : checked->files) {
        files.push_back({{"name", file.name}, {"state", report::name_of(file.state)}, {"what", file.what}});
        table.push_back({file.name, std::string(report::name_of(file.state)), file.what});
    }
    context.out.data(Output::table(table));
    context.out.data(checked->holds() ? "The report holds: rendered again from its inputs it has the same bytes."
                                      : "The report does not hold.");
    base::Json json = {{"holds", checked->holds()},
                       {"written_by", checked->made_by},
                       {"checked_by", checked->checked_by},
                       {"files", std::move(files)},
                       {"changed_since", nullptr}};
    if (!options.offline_only) {
        const auto changes = changes_since(context, *checked);
        if (changes) {
            json["changed_since"] = list_changes(context, *changes);
        } else {
            json["changed_since_unknown"] = changes.error().what;
            context.out.message("What changed since is not known: " + changes.error().what);
        }
    }
    context.out.document(json);
    return checked->holds() ? kOk : kFindings;
}

}  // namespace linesman::cli
