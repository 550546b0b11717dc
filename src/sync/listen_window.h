// What is listened to: the time windows of the pull as targets of a Listen stream, and what is kept of them between
// runs. A window begins at an anchor and is opened anew (re-anchored) every hour: after half an hour away a whole
// result is billed again, so it has to stay small (contract, "Pull, scope, deletes, cost").
//
// Thread: the sync queue.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sync/listen_members.h"
#include "sync/pull_environment.h"

namespace linesman::sync {

// One time field of one collection, for one group of projects.
struct ListenWindow {
    std::string collection;
    std::string field;
    std::string project_field;
    std::vector<std::string> projects;  // empty = all

    std::string key() const;
    bool operator==(const ListenWindow&) const = default;
};

// The windows of a scope: those that the pull polls.
std::vector<ListenWindow> listen_windows(const ActiveScope& scope, const std::vector<PullTarget>& targets,
                                         size_t projects_per_query);

struct ListenTarget {
    int64_t id = 0;
    ListenWindow window;
    base::Timestamp from, until;  // stamps that it shows
    std::string token;            // resumes it; empty: it was never shown in full
    std::string read_time;        // of the token, verbatim
    MemberSet members;
};

// The ListenRequest that adds it; resumed when it has a token.
std::string add_target_message(const Endpoints& endpoints, const ListenTarget& target);
std::string remove_target_message(const Endpoints& endpoints, int64_t id);

// What is kept in the cache: below "listen.".
struct ListenState {
    std::map<int64_t, ListenTarget> targets;
    int64_t next_id = 2;  // even numbers, as clients of Firestore have them
};

// Errors: those of the cache. What cannot be read counts as absent.
base::Result<ListenState> load_listen_state(PullEnvironment& environment);
void save_target(ListenTarget& target, CacheValues& values);
void forget_target(const ListenTarget& target, CacheValues& values);
// The list of targets itself; to be saved whenever one comes or goes.
void save_target_list(const ListenState& state, CacheValues& values);

}  // namespace linesman::sync
