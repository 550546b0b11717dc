// Finds documents that were deleted on the server, or that no window showed, without listing collections: counts at one
// read time are compared with the cache's; where they differ, ranges of names are bisected by counts, small ranges are
// listed by name, and every loss is confirmed by batchGet before the cache forgets it (contract, "Deletes").
//
//   count(part) == cache ──► done
//        │ differ
//        ▼
//   count each of its name ranges ──► ... ──► names of a small range ──► batchGet of what only one side has ──► one
//   batch
//
// Cost: one read for each 1,000 counted entries, and one for each name listed. Decided captures cannot be cut by name
// (their filter is a range of time), so their difference is left to the daily sweep and reported in the result.
//
// Thread: the sync queue. Dropping it cancels; nothing is applied before the end.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/change_aggregator.h"
#include "sync/pull_environment.h"

namespace linesman::sync {

// Documents that server and cache count alike.
struct CountedPart {
    PullTarget target;
    std::vector<base::Json> filters;
    std::optional<std::string> label;  // in the cache; nullopt = the whole collection
    bool cut_by_name = true;
};

// The parts of the scope whose counts are compared. `labels` as in PullEnvironment.
std::vector<CountedPart> counted_parts(const ActiveScope& scope, const std::vector<PullTarget>& targets,
                                       const std::set<std::string>& labels);

struct DeleteCheckResult {
    size_t parts_differing = 0;
    size_t lost = 0;   // gone on the server, removed here
    size_t found = 0;  // on the server and not here, or moved
    bool needs_sweep = false;
};

class DeleteCheck {
  public:
    using Done = std::function<void(base::Result<DeleteCheckResult>)>;

    // `read_time`: the one of the pull just completed, so that the cache is what the server was then.
    DeleteCheck(PullEnvironment& environment, ActiveScope scope, std::vector<CountedPart> parts, std::string read_time,
                Done done);
    void start();
    // Only confirms these by batchGet: (index of the part, document id).
    void start_with(std::vector<std::pair<size_t, std::string>> suspects);

  private:
    struct Range {
        size_t part = 0;
        std::string from, to;            // ids, half open; empty = open
        bool list = false;               // small enough: names are compared
        std::string at;                  // full name behind which the listing goes on
        std::vector<std::string> names;  // ids listed so far
        // The cache's count, when it was taken before the question: changes that arrive meanwhile must not show as a
        // difference.
        std::optional<int64_t> local;
        int64_t asked = 0;  // names at most, of the listing under way
    };
    void pump();
    void request(Range range);
    void request_names(Range range);
    void on_count(Range range, base::Result<CountReply> reply);
    void on_names(Range range, base::Result<std::string> text);
    base::Status split(const Range& range, int64_t server, int64_t local);
    base::Status compare_names(const Range& range);
    base::Json part_query(const Range& range) const;
    store::NameRange local_range(const Range& range) const;
    void confirm();
    void on_confirmed(base::Result<std::string> text);
    void finish(base::Result<DeleteCheckResult> result);

    PullEnvironment& environment_;
    ActiveScope scope_;
    std::vector<CountedPart> parts_;
    std::string read_time_;
    Done done_;
    std::vector<Range> waiting_;
    std::map<uint64_t, net::Call> calls_;
    uint64_t next_call_ = 0;
    std::vector<std::pair<size_t, std::string>> suspects_;  // part, id
    size_t confirmed_ = 0;
    ReplyReader reader_;
    ChangeAggregator batch_;
    DeleteCheckResult result_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace linesman::sync
