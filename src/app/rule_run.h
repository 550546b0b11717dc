// One run of all rules over what the cache holds, for programs without a window: what `linesmanctl validate` prints.
// Remote documents only; decisions that are not sent yet do not count.
//
// Thread: any, for as long as it takes (a second for 100,000 captures); `pool` is used meanwhile.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "base/result.h"
#include "base/worker_pool.h"
#include "model/validator.h"

namespace linesman::app {

struct RuleRun {
    struct Item {
        std::string staging_id, pole_number, project_id;
        bool waits = false;  // for a supervisor
    };
    model::Validator validator;
    std::shared_ptr<const model::ReferenceData> reference;
    std::vector<Item> items;            // by staging id
    std::vector<std::string> problems;  // reference documents that were left out, rule sets above all
};

// Errors: not_found when nothing was ever pulled, those of the cache.
base::Result<std::unique_ptr<RuleRun>> run_rules(const std::string& cache_path, const Profile& profile,
                                                 base::WorkerPool& pool, base::Timestamp now);

struct RuleCount {
    std::array<uint64_t, 4> by_severity{};  // by model::Severity; ignored ones not among them
    uint64_t ignored = 0;
};
struct FindingCounts {
    uint64_t captures = 0, with_errors = 0, with_warnings = 0;  // with_warnings: and no error
    std::array<uint64_t, 4> by_severity{};
    std::map<model::Rule, RuleCount> by_rule;
};
// Of captures of these projects (empty = all), waiting ones only unless `all`.
FindingCounts count_findings(const RuleRun& run, const std::vector<std::string>& projects, bool all);

// What `changes` (members of a rule set; null = back to the default) would do. The project is that of `changes`, or
// `project_id`. Errors: corrupt, naming the member.
struct PreviewResult {
    model::RuleSet candidate;
    model::RulePreview preview;
};
base::Result<PreviewResult> preview_changes(const RuleRun& run, const std::string& project_id,
                                            const base::Json& changes, base::Timestamp now, base::WorkerPool& pool);

}  // namespace linesman::app
