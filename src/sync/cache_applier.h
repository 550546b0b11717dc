// The one way by which documents enter the cache: applies a batch in one transaction and tells what it changed.
// Documents that the cache already holds at the same or a newer version are left out of the report, so that overlaps
// and echoes cause no work.
//
// Thread: the sync queue, which owns the cache.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/worker_pool.h"
#include "store/cache.h"

namespace linesman::sync {

// What one transaction changed, with raw fields. Deletes with tombstone == false only left the scope.
struct AppliedChanges {
    std::vector<store::CachedDocument> documents;
    std::vector<store::CachedDelete> deletes;
    bool empty() const { return documents.empty() && deletes.empty(); }
};

class CacheApplier {
  public:
    using OnApplied = std::function<void(std::shared_ptr<const AppliedChanges>)>;

    // `cache` must outlive the applier; `on_applied` runs on the sync queue, right after the transaction.
    CacheApplier(store::Cache& cache, OnApplied on_applied) : cache_(cache), on_applied_(std::move(on_applied)) {}

    // `bulk`: a first load; everything is reported without looking up what was there. `freed_on`: where a batch that is
    // done with is given back, which takes a while for thousands of documents; nullptr: here. Errors: those of the
    // cache.
    base::Status apply(store::CacheBatch batch, bool bulk, base::WorkerPool* freed_on = nullptr);

    store::Cache& cache() { return cache_; }
    store::CacheReader& read() { return cache_.read(); }

    // Ids of documents whose version could not be read and that were therefore not stored, since the last call.
    std::vector<std::string> take_unreadable_versions() { return std::exchange(unreadable_, {}); }

  private:
    base::Status leave_out_known(store::CacheBatch& batch);

    store::Cache& cache_;
    OnApplied on_applied_;
    std::vector<std::string> unreadable_;
};

}  // namespace linesman::sync
