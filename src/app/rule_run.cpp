#include "app/rule_run.h"

#include "app/reference_loader.h"
#include "app/rule_sets.h"
#include "sync/capture_codec.h"

namespace linesman::app {

base::Result<std::unique_ptr<RuleRun>> run_rules(const std::string& cache_path, const Profile& profile,
                                                 base::WorkerPool& pool, base::Timestamp now) {
    auto reader = store::CacheReader::open(cache_path);
    if (!reader) {
        if (reader.error().kind == base::ErrorKind::not_found)
            return base::make_error(base::ErrorKind::not_found,
                                    "Nothing has been pulled to this desk yet. Run linesmanctl sync first.");
        return reader.error();
    }
    auto reference = load_reference(*reader, profile);
    if (!reference) return reference.error();
    auto run = std::make_unique<RuleRun>();
    run->validator = model::Validator(&pool);
    run->reference = reference->data;
    run->problems = std::move(reference->problems);
    run->validator.set_reference(reference->data);
    sync::CaptureDecoder decoder;
    LINESMAN_TRY(reader->for_each(profile.staging, [&](const store::DocumentView& document) {
        auto decoded = decoder.decode(document.id, document.fields, document.update_time);
        const model::Capture capture =
            decoded ? std::move(*decoded) : sync::unreadable_capture(document.id, document.update_time);
        run->validator.put(capture);
        run->items.push_back({capture.staging_id, capture.pole_number, capture.project_id, capture.in_queue()});
        return true;
    }));
    std::sort(run->items.begin(), run->items.end(),
              [](const auto& a, const auto& b) { return a.staging_id < b.staging_id; });
    run->validator.validate(now);
    return run;
}

FindingCounts count_findings(const RuleRun& run, const std::vector<std::string>& projects, bool all) {
    FindingCounts counts;
    for (const auto& item : run.items) {
        const bool in_project =
            projects.empty() || std::find(projects.begin(), projects.end(), item.project_id) != projects.end();
        if (!in_project || !(all || item.waits)) continue;
        ++counts.captures;
        const auto& findings = run.validator.findings(item.staging_id);
        const auto worst = model::worst_of(findings);
        if (worst >= model::Severity::error) ++counts.with_errors;
        if (worst == model::Severity::warning) ++counts.with_warnings;
        for (const auto& finding : findings) {
            auto& of_rule = counts.by_rule[finding.rule];
            if (finding.ignored) {
                ++of_rule.ignored;
                continue;
            }
            ++of_rule.by_severity[static_cast<size_t>(finding.severity)];
            ++counts.by_severity[static_cast<size_t>(finding.severity)];
        }
    }
    return counts;
}

base::Result<PreviewResult> preview_changes(const RuleRun& run, const std::string& project_id,
                                            const base::Json& changes, base::Timestamp now, base::WorkerPool& pool) {
    const std::string project = base::string_at(changes, "projectId").value_or(project_id);
    model::RuleSet now_in_force;
    for (const auto& set : run.reference->rule_sets) {
        if (set.project_id == project) now_in_force = set;
    }
    auto candidate = with_changes(model::to_json(now_in_force), changes);
    if (!candidate) return candidate.error();
    PreviewResult out;
    auto rules = model::rule_set_from_json(*candidate);
    if (!rules) return rules.error();
    out.candidate = std::move(*rules);
    out.candidate.project_id = project;
    out.preview = model::preview_rules(run.validator, out.candidate, now, &pool);
    return out;
}

}  // namespace linesman::app
