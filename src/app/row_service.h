// Row lists for the views: filtered and sorted on the pool, handed to the main thread when ready.
//
// Thread: rows() on main; the work runs on the pool. One computation per filter and order is under way at a time; when
// the snapshot changes meanwhile, another follows. The last list stays on the screen until the new one is there.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "app/desk.h"
#include "base/worker_pool.h"

namespace linesman::app {

class RowService {
  public:
    // What a search finds besides the columns. Called on the pool; may read files.
    using Lookup = std::function<model::SearchHits(const Snapshot&, const std::string& text)>;
    // `wake` is called from a pool thread when a list is ready. `pool` must outlive the service. Without a `lookup` a
    // search sees the columns only.
    RowService(base::WorkerPool& pool, std::function<void()> wake, Lookup lookup = {});
    ~RowService();

    std::shared_ptr<const RowList> rows(const std::shared_ptr<const Snapshot>& snapshot, const model::Filter& filter,
                                        model::SortOrder order);

  private:
    struct Entry {
        model::Filter filter;
        model::SortOrder order;
        std::shared_ptr<const RowList> ready;
        uint64_t computing = 0;  // generation under way, 0 = none
        uint64_t last_used = 0;
    };
    struct Shared {
        std::mutex mutex;
        std::vector<Entry> entries;
        std::function<void()> wake;
        Lookup lookup;
    };

    void compute(std::shared_ptr<const Snapshot> snapshot, model::Filter filter, model::SortOrder order);

    base::WorkerPool& pool_;
    std::shared_ptr<Shared> shared_;  // also held by running work
    uint64_t uses_ = 0;
};

}  // namespace linesman::app
