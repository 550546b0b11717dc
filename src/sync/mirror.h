// Copies whole parts of collections at one read time, several pages in flight, resumable after a kill: the first sync,
// a widened scope, and the daily sweep.
//
//   lanes ──► pages at read time T (pages_in_flight at once) ──► batches of documents + positions of all lanes in ONE
//   transaction T older than read_time_limit ──► a new T; `oldest` stays: the windows are then pulled from there, so
//   nothing between is missed
//
// Thread: the sync queue. Dropping it cancels; what was applied stays and is not read again by a mirror made from its
// saved state.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "sync/change_aggregator.h"
#include "sync/pull_environment.h"

namespace linesman::sync {

// One ordered stream of pages.
struct Lane {
    std::string id;  // stable, names its saved position
    size_t target = 0;
    std::vector<base::Json> filters;
    std::string order_field;         // empty: ordered by name alone
    std::string from_name, to_name;  // full names, half open; by name only
    base::Json at_value;             // position of the last document read
    std::string at_name;
    int64_t asked = 0;  // documents at most, of the page under way
    bool done = false;
};

struct MirrorPlan {
    std::vector<PullTarget> targets;
    std::vector<Lane> lanes;
    ActiveScope scope;
    std::string save_key;     // where positions are kept; empty = not resumable
    bool note_names = false;  // keep a fingerprint of every document seen, for the sweep
    bool bulk = true;
};

// What a page is read by, on whatever thread; immutable.
struct PageFacts {
    std::vector<PullTarget> targets;
    ActiveScope scope;
};

// A page as it is taken over.
struct ReadPage {
    Reply reply;  // without its documents
    std::vector<PlacedDocument> documents;
    std::string last_name;  // full name of the last one
};

struct MirrorResult {
    base::Timestamp oldest;  // nothing read is older than this
    std::string read_time;   // verbatim, the last one used
};

class Mirror {
  public:
    using Done = std::function<void(base::Result<MirrorResult>)>;

    Mirror(PullEnvironment& environment, MirrorPlan plan, Done done);

    // Takes up a saved state that fits the plan. Errors of the cache go to `done`.
    void start();

    // With note_names: whether the document was seen.
    bool saw(std::string_view collection, std::string_view id) const;

  private:
    base::Status load();
    std::string saved_state() const;
    void pump();
    void request(size_t index);
    void on_page(size_t index, base::Result<std::string> text);
    void on_read(size_t index, base::Result<ReadPage> page);
    void take_page(Lane& lane, ReadPage page);
    base::Status flush();
    void choose_read_time();
    void finish(base::Result<MirrorResult> result);

    PullEnvironment& environment_;
    MirrorPlan plan_;
    Done done_;
    std::shared_ptr<const PageFacts> facts_;
    ChangeAggregator batch_;
    std::map<size_t, net::Call> calls_;  // by lane; empty while its page is being read
    uint64_t asked_ = 0;                 // goes up when pages under way no longer count
    std::string read_time_;              // empty until the first page named it
    std::optional<base::Timestamp> oldest_;
    std::unordered_set<uint64_t> seen_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// Lanes that together hold everything of the targets that belongs to the scope; the staging collection as open and as
// decided captures.
std::vector<Lane> lanes_for(const PullEnvironment& environment, const ActiveScope& scope,
                            const std::vector<PullTarget>& targets, bool with_decided = true);

// Decided captures of the scope validated in [from, until); without `until` the end is open.
std::vector<Lane> decided_lanes(const PullEnvironment& environment, const ActiveScope& scope,
                                const std::vector<PullTarget>& targets, base::Timestamp from,
                                std::optional<base::Timestamp> until);

// Lanes for captures whose project id is none of the known ones: the gaps between them.
std::vector<Lane> unknown_project_lanes(const ActiveScope& scope, const std::vector<PullTarget>& targets);

}  // namespace linesman::sync
