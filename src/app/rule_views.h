// The rule set that judges a project's captures, what was ignored, and what a changed rule set would do.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/finding.h"
#include "model/rules/rule_set.h"

namespace linesman::app {

struct RulesInForce {
    model::RuleSet rules;
    bool defaults = true;  // the project has no rule set of its own
    std::string origin;    // "Built-in defaults" | "rule-sets/Law-001, version 3"
    std::string hash;      // as it stands in `review.rules`
};

// A desk may try other values; only an administrator changes rule-sets/{projectId}. Immutable.
struct RulePreviewView {
    model::RuleSet candidate;
    bool ready = false;
    std::vector<std::string> newly_failing, newly_passing;  // staging ids, sorted
    double milliseconds = 0;                                // what it took
    uint64_t generation = 0;                                // Snapshot::rows_generation
};

// A finding that a person waved through; it survives every re-validation.
struct IgnoredFinding {
    std::string finding_id, staging_id;
    std::string reason, by_uid, by_name, op_id;
    std::optional<base::Timestamp> at;
    std::string title, message;  // of the finding, when it is still found
    bool stands = false;         // the rules still find it
    bool pending = false;        // the server does not have it yet
};

// Immutable. Newest first.
struct IgnoreList {
    uint64_t generation = 0;
    std::vector<IgnoredFinding> items;
};

}  // namespace linesman::app
