// Every tuning constant of the pull, with its reason. docs/decisions/2026-11-22-pull-windows.md explains how they work
// together.
#pragma once

#include "base/time.h"

namespace linesman::sync {

struct PullTuning {
    // W: a document may become visible this long after the server time written into it (request time precedes commit
    // time). Three minutes cover the 270 s limit of transactions for all but pathological ones, which the daily sweep
    // finds.
    base::Duration overlap = base::minutes(3);
    // Between polls of the staging windows. Three queries are at least three reads: 20 s costs about 13,000 reads a day
    // and project group.
    base::Duration poll_every = base::seconds(20);
    // Overlaps are read again only this often; in between a poll starts behind what it saw last, so that a change is
    // billed about three times, not once for every poll within W.
    base::Duration overlap_every = base::minutes(3);
    base::Duration reference_every = base::minutes(5);  // windows of projects, rule sets, people, planned poles
    base::Duration live_every = base::minutes(1);       // windows of keys, ignores, devices, commands
    base::Duration count_every = base::minutes(5);      // a count costs one read for each 1,000 documents
    base::Duration sweep_every = base::hours(24);
    base::Duration future_slack = base::minutes(10);  // stamps beyond read time + this stay out of the windows

    // Snapshot reads work for an hour; a read time older than this is given up and pages start again from the oldest.
    base::Duration read_time_limit = base::minutes(50);
    int64_t page_documents = 500;  // 1.1 MB: well inside the server's 60 s a query
    int pages_in_flight = 6;
    int lanes_per_query = 6;  // name ranges that a first sync is cut into
    // Per transaction while mirroring; 3,000 took 5 % longer and 15 MB less at 100,000 captures.
    size_t batch_documents = 10'000;
    int64_t bisect_leaf = 100;  // ranges this small are listed by name
    int bisect_ways = 8;
    size_t projects_per_query = 29;  // Firestore allows 30 values in IN; the blank project is one of them
    size_t names_per_batch_get = 100;
};

}  // namespace linesman::sync
