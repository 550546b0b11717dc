#include "app/rule_run.h"
#include "base/file.h"
#include "cli/verbs/office_verbs.h"

namespace linesman::cli {
namespace {

using model::Severity;

std::string count_text(uint64_t count) {
    return count ? std::to_string(count) : "";
}

base::Json as_json(const app::FindingCounts& counts) {
    base::Json by_rule = base::Json::object();
    for (const auto& [rule, count] : counts.by_rule) {
        base::Json entry = {{"ignored", count.ignored}};
        for (const auto severity : {Severity::blocking, Severity::error, Severity::warning})
            entry[std::string(model::name_of(severity))] = count.by_severity[static_cast<size_t>(severity)];
        by_rule[std::string(model::code_of(rule))] = std::move(entry);
    }
    return {{"captures", counts.captures},
            {"with_errors", counts.with_errors},
            {"with_warnings", counts.with_warnings},
            {"blocking", counts.by_severity[static_cast<size_t>(Severity::blocking)]},
            {"errors", counts.by_severity[static_cast<size_t>(Severity::error)]},
            {"warnings", counts.by_severity[static_cast<size_t>(Severity::warning)]},
            {"by_rule", std::move(by_rule)}};
}

void print_counts(const Output& out, const app::FindingCounts& counts) {
    out.data(std::to_string(counts.captures) + " captures: " + std::to_string(counts.with_errors) + " with errors, " +
             std::to_string(counts.with_warnings) + " with warnings only.");
    std::vector<std::vector<std::string>> rows = {{"rule", "blocking", "error", "warning", "ignored"}};
    for (const auto& [rule, count] : counts.by_rule) {
        rows.push_back(
            {std::string(model::code_of(rule)), count_text(count.by_severity[static_cast<size_t>(Severity::blocking)]),
             count_text(count.by_severity[static_cast<size_t>(Severity::error)]),
             count_text(count.by_severity[static_cast<size_t>(Severity::warning)]), count_text(count.ignored)});
    }
    if (rows.size() > 1) out.data(Output::table(rows));
}

base::Result<const app::RuleRun::Item*> find_item(const app::RuleRun& run, const std::string& item) {
    std::vector<const app::RuleRun::Item*> by_number;
    for (const auto& each : run.items) {
        if (each.staging_id == item) return &each;
        if (!item.empty() && each.pole_number == item) by_number.push_back(&each);
    }
    if (by_number.size() == 1) return by_number[0];
    if (by_number.empty())
        return base::make_error(base::ErrorKind::not_found,
                                "No capture here has the id or pole number \"" + item + "\".");
    return base::make_error(
        base::ErrorKind::invalid_argument,
        std::to_string(by_number.size()) + " captures have the number " + item + ". Name one by its id.");
}

int show_one(Context& context, const app::RuleRun& run, const std::string& item) {
    const auto found = find_item(run, item);
    if (!found) return context.fail(found.error());
    const auto& findings = run.validator.findings((*found)->staging_id);
    base::Json list = base::Json::array();
    for (const auto& f : findings) {
        list.push_back({{"id", f.id},
                        {"rule", model::code_of(f.rule)},
                        {"severity", model::name_of(f.severity)},
                        {"field", f.field},
                        {"message", f.message},
                        {"ignored", f.ignored}});
        context.out.data(std::string(model::name_of(f.severity)) + (f.ignored ? " (ignored)  " : "  ") +
                         std::string(model::code_of(f.rule)) + ": " + f.message);
    }
    if (findings.empty()) context.out.data("No findings.");
    context.out.document({{"id", (*found)->staging_id}, {"findings", std::move(list)}});
    return model::worst_of(findings) >= Severity::error ? kFindings : kOk;
}

void print_ids(const Output& out, const std::string& title, const std::vector<std::string>& ids) {
    constexpr size_t kShown = 20;
    out.data(title + ": " + std::to_string(ids.size()));
    for (size_t i = 0; i < std::min(kShown, ids.size()); ++i) out.data("  " + ids[i]);
    if (ids.size() > kShown) out.data("  and " + std::to_string(ids.size() - kShown) + " more; --json lists all");
}

int preview(Context& context, const ValidateOptions& options, const app::RuleRun& run, base::WorkerPool& pool) {
    const auto text = base::read_file(options.preview_file, 1 << 20);
    if (!text) return context.fail(text.error());
    const auto changes = base::parse_json(*text, options.preview_file);
    if (!changes) return context.fail(changes.error());
    const std::string project = options.projects.size() == 1 ? options.projects[0] : std::string();
    const auto result = app::preview_changes(run, project, *changes, base::SystemClock().now(), pool);
    if (!result) {
        context.out.problem(result.error());
        return kUsage;
    }
    const auto& ids = result->preview;
    context.out.document({{"project", result->candidate.project_id},
                          {"newly_failing", ids.newly_failing},
                          {"newly_passing", ids.newly_passing}});
    const auto& candidate = result->candidate.project_id;
    context.out.data(candidate.empty() ? "For projects without a rule set of their own"
                                       : "For the project " + candidate);
    print_ids(context.out, "newly failing", ids.newly_failing);
    print_ids(context.out, "newly passing", ids.newly_passing);
    return kOk;
}

// One round of the machine after the pull. Nothing is printed with --json but the document at the end.
base::Status write_back(Context& context, app::Engine& desk, base::Json& report) {
    desk.wait_for([](const app::Snapshot& s) { return s.machine.finished(); }, base::seconds(context.options.timeout_s),
                  [&](const app::Snapshot& s) {
                      context.out.progress("Writing back: " + std::to_string(s.machine.written) + " written, " +
                                           std::to_string(s.machine.due) + " to look at");
                  });
    context.out.end_progress();
    const auto s = desk.snapshot();
    const auto& machine = s->machine;
    base::Json elsewhere = base::Json::array();
    for (const auto& lease : machine.leases) {
        if (lease.held) continue;
        const std::string who = lease.other.empty() ? lease.problem : "held by " + lease.other;
        context.out.message("The lease of " + lease.project + " is not ours: " + who);
        elsewhere.push_back({{"project", lease.project}, {"holder", lease.other}, {"problem", lease.problem}});
    }
    report = {{"written", machine.written},    {"repaired", machine.repaired}, {"unchanged", machine.unchanged},
              {"waiting", machine.waiting},    {"retried", machine.retried},   {"not_held", elsewhere},
              {"finished", machine.finished()}};
    if (!machine.on)
        return base::make_error(base::ErrorKind::permission_denied,
                                machine.why_not.empty() ? "The write-back did not start." : machine.why_not);
    context.out.data("Written back: " + std::to_string(machine.written) + ", of these repaired " +
                     std::to_string(machine.repaired) + "; unchanged " + std::to_string(machine.unchanged) + ".");
    if (!machine.finished())
        return base::make_error(base::ErrorKind::timed_out, machine.last_error.empty()
                                                                ? "The write-back did not finish in time."
                                                                : machine.last_error);
    if (!elsewhere.empty() && elsewhere.size() == machine.leases.size())
        return base::make_error(base::ErrorKind::unavailable, "Another validator is at work; nothing was written.");
    return {};
}

}  // namespace

int verb_validate(Context& context, const ValidateOptions& options) {
    if (options.watch) return verb_validate_watch(context, options);
    const auto profile = context.profile();
    if (!profile) return context.fail(profile.error());
    base::Json written;
    if (!options.offline || options.write_back) {
        auto desk = context.open_desk(false, true);
        if (desk) {
            auto status = wait_until_pulled(context, **desk, (*desk)->now());
            if (status && options.write_back) status = write_back(context, **desk, written);
            if (!status) return context.fail(status.error());
        } else if (desk.error().kind == base::ErrorKind::already_exists && !options.write_back) {
            context.out.message("The console of this profile is running and pulls by itself.");
        } else {
            return context.fail(desk.error());
        }
    }
    base::WorkerPool pool;
    const auto run = app::run_rules(context.folders.data + "/cache.db", *profile, pool, base::SystemClock().now());
    if (!run) return context.fail(run.error());
    for (const auto& problem : (*run)->problems) context.out.message(problem);
    if (!options.preview_file.empty()) return preview(context, options, **run, pool);
    if (!options.capture.empty()) return show_one(context, **run, options.capture);
    const auto counts = app::count_findings(**run, options.projects, options.all);
    base::Json json = as_json(counts);
    if (!written.is_null()) json["write_back"] = std::move(written);
    context.out.document(json);
    print_counts(context.out, counts);
    return counts.with_errors ? kFindings : kOk;
}

}  // namespace linesman::cli
