#include "app/import_service.h"
#include "base/file.h"
#include "cli/verbs/office_verbs.h"

namespace linesman::cli {
namespace {

constexpr size_t kShownProblems = 50;

app::ImportKind kind_of(const std::string& name) {
    return name == "planned"    ? app::ImportKind::planned
           : name == "projects" ? app::ImportKind::projects
                                : app::ImportKind::boundaries;
}

void print_file(const Output& out, const app::ImportFile& file) {
    const char* unit = file.by_feature ? "feature " : "line ";
    for (size_t i = 0; i < std::min(kShownProblems, file.problems.size()); ++i)
        out.data(unit + std::to_string(file.problems[i].line) + ": " + file.problems[i].reason);
    if (file.bad_rows > kShownProblems)
        out.data("and " + std::to_string(file.bad_rows - kShownProblems) + " more; --json lists them");
    out.data(std::to_string(file.rows) + " rows: " + std::to_string(file.documents.size()) + " good, " +
             std::to_string(file.bad_rows) + " bad.");
}

base::Json as_json(const app::ImportFile& file) {
    base::Json problems = base::Json::array();
    for (const auto& problem : file.problems)
        problems.push_back({{file.by_feature ? "feature" : "line", problem.line}, {"reason", problem.reason}});
    return {{"rows", file.rows},
            {"good", file.documents.size()},
            {"bad", file.bad_rows},
            {"projects", file.projects},
            {"problems", std::move(problems)}};
}

}  // namespace

int verb_import(Context& context, const ImportOptions& options) {
    const auto text = base::read_file(options.file);
    if (!text) return context.fail(text.error());
    const auto kind = kind_of(options.kind);
    const auto file = app::read_import(kind, *text, options.project);
    if (!file) return context.fail(file.error());
    base::Json json = as_json(*file);
    print_file(context.out, *file);
    const int code = file->bad_rows ? kFindings : kOk;
    if (options.offline) {
        context.out.document(json);
        return code;
    }
    auto line = open_line(context);
    if (!line) return context.fail(line.error());
    const base::SystemClock clock;
    std::optional<app::Administration> office;
    if (options.apply) {
        auto opened = app::Administration::open(context.folders.data + "/outbox.db", clock);
        if (!opened) return context.fail(opened.error());
        office.emplace(std::move(*opened));
    }
    const auto report = app::run_import(
        **line, office ? &*office : nullptr, kind, *file, options.apply, [&](const app::ImportReport& so_far) {
            context.out.progress(std::to_string(so_far.written) + " of " +
                                 std::to_string(so_far.created + so_far.changed) + " written");
        });
    context.out.end_progress();
    if (!report) return context.fail(report.error());
    json["applied"] = report->applied;
    json["created"] = report->created;
    json["changed"] = report->changed;
    json["unchanged"] = report->unchanged;
    json["others_on_server"] = report->others;
    json["written"] = report->written;
    json["op_id"] = report->op_id;
    context.out.document(json);
    const std::string verb = report->applied ? "" : "would be ";
    context.out.data(std::to_string(report->created) + " " + verb + "new, " + std::to_string(report->changed) + " " +
                     verb + "changed, " + std::to_string(report->unchanged) + " as they are; " +
                     std::to_string(report->others) + " others on the server are left alone.");
    if (!report->applied) context.out.message("Nothing was written; --apply writes.");
    return code;
}

}  // namespace linesman::cli
