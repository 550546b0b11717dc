// What a desk mirrors (contract, "Pull, scope, deletes, cost"): which collections, which of their documents, and the
// label under which the cache counts a document so that it can be compared with the server's counts. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sync/collections.h"

namespace linesman::sync {

struct PullScope {
    std::vector<std::string> projects;  // empty = all
    int decided_days = 90;              // captures in production validated within so many days; 0 = none
    bool operator==(const PullScope&) const = default;
};

enum class Pace : uint8_t { staging, live, reference };

// One collection and how it is pulled.
struct PullTarget {
    std::string collection;
    std::string project_field;         // path of the project id; empty = not filtered by project
    std::vector<std::string> windows;  // time fields of the incremental pull
    Pace pace = Pace::reference;
    bool is_staging = false;
};

std::vector<PullTarget> pull_targets(const CollectionNames& names);

// Where a document belongs. `label` is empty for collections that are not filtered by project.
struct Placement {
    bool keep = true;
    std::string label;
};

// The scope as it stands: the cutoff is a fixed time so that server and cache count the same documents; it moves with
// the daily sweep.
struct ActiveScope {
    PullScope scope;
    base::Timestamp decided_cutoff;  // decided captures validated before it are not mirrored
    std::set<std::string, std::less<>>
        known_projects;  // documents of `projects`; others are unknown and belong to every scope

    bool has_project(std::string_view project) const;
    // Documents with fields that are no map are kept, under the blank project.
    Placement place(const PullTarget& target, std::string_view fields_json) const;
    // Project ids for IN filters in groups; one empty group when all projects are mirrored. The first group holds the
    // blank project.
    std::vector<std::vector<std::string>> project_groups(size_t at_most) const;
};

base::Timestamp decided_cutoff(const PullScope& scope, base::Timestamp now);

std::string open_label(std::string_view project);
std::string decided_label(std::string_view project);

base::Json to_json(const PullScope& scope);
PullScope pull_scope_from_json(const base::Json& json);

}  // namespace linesman::sync
