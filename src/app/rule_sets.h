// Rule sets of projects (`rule-sets/{projectId}`): what is in force and where each value comes from, and changing one:
// one commit with version + 1, the version read as precondition, and an audit entry.
//
// Thread: any; set_rules() waits for the server.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/administered.h"
#include "app/office_line.h"
#include "model/rules/rule_set.h"
#include "store/cache.h"

namespace linesman::app {

struct RuleValue {
    std::string key;  // "maxAccuracyM", "severities.gps_accuracy"
    base::Json value;
    std::string origin;  // "default", "version 3 of the server", "last good version 2"
};

struct RuleSetView {
    std::string project_id;
    int64_t version = 0;  // 0: the defaults
    std::string hash;     // review.rules of decisions made under it
    std::string problem;  // the server's rule set cannot be used: which member, and what is in force instead
    std::vector<RuleValue> values;
};

// From the cache. `project_id` need not have a rule set: then everything is a default.
base::Result<RuleSetView> rule_set_view(store::CacheReader& reader, const std::string& project_id);
// Ids of projects that have a rule set in the cache.
base::Result<std::vector<std::string>> projects_with_rules(store::CacheReader& reader);

// The same, of a cache file. Errors: not_found when nothing was ever pulled.
base::Result<RuleSetView> rule_set_view(const std::string& cache_path, const std::string& project_id);
base::Result<std::vector<std::string>> projects_with_rules(const std::string& cache_path);

// `rules` (plain JSON of a rule set) with `changes` on top; null takes a member away, `severities` is merged member by
// member. Errors: corrupt for a member that no rule set has, or a value that is none, naming it.
base::Result<base::Json> with_changes(base::Json rules, const base::Json& changes);

struct RuleSetChange {
    int64_t version = 0;
    bool unchanged = false;  // nothing would differ: nothing was written
    std::string op_id;
    std::vector<RuleValue> changed;  // the new values
};
// Admins only. `dry_run` checks and writes nothing. Errors: permission_denied, corrupt (naming the member), aborted
// when somebody else changed it meanwhile, those of the line.
base::Result<RuleSetChange> set_rules(OfficeLine& line, Administration& office, const std::string& project_id,
                                      const base::Json& changes, bool dry_run);

// The last good rule set of a project, kept in the cache's values for the time when the server holds a malformed one.
std::string last_good_key(const std::string& project_id);

}  // namespace linesman::app
