// How the batches of this desk stand. Counts of a batch that is over are read once.
//
// Thread: the outbox queue.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/bulk.h"
#include "store/outbox.h"

namespace linesman::app {

inline constexpr const char* kBulkRateKey = "bulk.rate";  // setting in outbox.db: items per second

class BatchTally {
  public:
    // Newest first. Errors of the file leave the list as it was.
    const std::vector<BatchSummary>& read(store::Outbox& outbox, const std::string& uid, double per_second);

  private:
    struct Plan {
        size_t left_out = 0;
    };
    std::vector<BatchSummary> summaries_;
    std::map<std::string, Plan> plans_;
    std::map<std::string, BatchSummary> over_;
};

// kDefaultBulkRate when nothing valid is set.
double bulk_rate(store::Outbox& outbox);

}  // namespace linesman::app
