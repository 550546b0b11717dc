#include "app/rule_sets.h"
#include "base/file.h"
#include "cli/verbs/office_verbs.h"

namespace linesman::cli {
namespace {

std::string shown(const base::Json& value) {
    return value.is_string() ? value.get<std::string>() : value.is_null() ? "(default)" : base::to_text(value);
}

int list_projects(Context& context, const std::string& cache) {
    const auto projects = app::projects_with_rules(cache);
    if (!projects) return context.fail(projects.error());
    base::Json list = base::Json::array();
    for (const auto& project : *projects) {
        const auto view = app::rule_set_view(cache, project);
        if (!view) return context.fail(view.error());
        list.push_back({{"project", project}, {"version", view->version}, {"problem", view->problem}});
        context.out.data(project + ", version " + std::to_string(view->version) +
                         (view->problem.empty() ? "" : "; " + view->problem));
    }
    context.out.document({{"rule_sets", std::move(list)}});
    if (projects->empty()) context.out.data("No project has a rule set of its own; the defaults are in force.");
    return kOk;
}

}  // namespace

int verb_rules_show(Context& context, const RulesOptions& options) {
    const std::string cache = context.folders.data + "/cache.db";
    if (options.project.empty()) return list_projects(context, cache);
    const auto view = app::rule_set_view(cache, options.project);
    if (!view) return context.fail(view.error());
    base::Json values = base::Json::object();
    std::vector<std::vector<std::string>> rows;
    for (const auto& value : view->values) {
        values[value.key] = {{"value", value.value}, {"origin", value.origin}};
        rows.push_back({value.key, shown(value.value), value.origin});
    }
    context.out.document({{"project", view->project_id},
                          {"version", view->version},
                          {"hash", view->hash},
                          {"problem", view->problem},
                          {"values", std::move(values)}});
    context.out.data("Project " + view->project_id + ", " +
                     (view->version ? "version " + std::to_string(view->version) : "no rule set of its own") +
                     ", hash " + view->hash.substr(0, 12));
    context.out.data(Output::table(rows));
    if (view->problem.empty()) return kOk;
    context.out.message(view->problem);
    return kFindings;
}

int verb_rules_set(Context& context, const RulesOptions& options) {
    const auto text = base::read_file(options.file, 1 << 20);
    if (!text) return context.fail(text.error());
    const auto changes = base::parse_json(*text, options.file);
    if (!changes) return context.fail(changes.error());
    auto line = open_line(context);
    if (!line) return context.fail(line.error());
    const base::SystemClock clock;
    auto office = app::Administration::open(context.folders.data + "/outbox.db", clock);
    if (!office) return context.fail(office.error());
    const auto change = app::set_rules(**line, *office, options.project, *changes, options.dry_run);
    if (!change) return context.fail(change.error());
    base::Json changed = base::Json::object();
    for (const auto& value : change->changed) {
        changed[value.key] = value.value;
        context.out.data("  " + value.key + " = " + shown(value.value));
    }
    context.out.document({{"project", options.project},
                          {"version", change->version},
                          {"dry_run", options.dry_run},
                          {"unchanged", change->unchanged},
                          {"op_id", change->op_id},
                          {"changed", std::move(changed)}});
    const std::string version = "version " + std::to_string(change->version) + " of " + options.project;
    context.out.data(change->unchanged ? "Nothing would change: " + version + " says so already."
                     : options.dry_run ? "Would become " + version + "."
                                       : "Written as " + version + ".");
    return kOk;
}

}  // namespace linesman::cli
