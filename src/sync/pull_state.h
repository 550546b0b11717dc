// What the pull remembers in the cache between runs, and the local part of a change of scope. Internal to sync; sync
// queue only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sync/pull_environment.h"

namespace linesman::sync {

struct PullState {
    bool mirrored = false;  // a complete mirror of `active` is in the cache
    ActiveScope active;     // as of the last complete mirror
    std::optional<base::Timestamp> swept_at;
};

inline constexpr const char* kStateKey = "pull.state";

// Errors: those of the cache. A saved state that cannot be read counts as none.
base::Result<PullState> load_pull_state(PullEnvironment& environment);
std::string pull_state_text(const PullState& state);

// Ids of the documents of `projects` in the cache.
base::Result<std::set<std::string, std::less<>>> cached_projects(PullEnvironment& environment);
base::Result<std::optional<base::Timestamp>> saved_cursor(PullEnvironment& environment, const std::string& collection);

// Removes what no longer belongs to the scope, without tombstones; returns how many. Reads every cached document of the
// filtered collections: some microseconds each.
base::Result<size_t> drop_out_of_scope(PullEnvironment& environment, const ActiveScope& scope,
                                       const std::vector<PullTarget>& targets);

}  // namespace linesman::sync
