#include "sync/cache_applier.h"

namespace linesman::sync {

base::Status CacheApplier::leave_out_known(store::CacheBatch& batch) {
    std::vector<store::CachedDocument> fresh;
    for (auto& document : batch.documents) {
        auto known = read().document(document.collection, document.id);
        if (!known) return known.error();
        if (*known && (*known)->scope == document.scope) {
            const auto old_version = base::parse_rfc3339((*known)->update_time);
            const auto new_version = base::parse_rfc3339(document.update_time);
            if (old_version && new_version && *new_version <= *old_version) continue;
        }
        fresh.push_back(std::move(document));
    }
    batch.documents = std::move(fresh);
    std::vector<store::CachedDelete> real;
    for (auto& gone : batch.deletes) {
        auto known = read().document(gone.collection, gone.id);
        if (!known) return known.error();
        if (*known || gone.tombstone) real.push_back(std::move(gone));
    }
    batch.deletes = std::move(real);
    return {};
}

base::Status CacheApplier::apply(store::CacheBatch batch, bool bulk, base::WorkerPool* freed_on) {
    if (!bulk) LINESMAN_TRY(leave_out_known(batch));
    if (batch.empty()) return {};
    auto counts = cache_.apply(batch);
    if (!counts) return counts.error();
    unreadable_.insert(unreadable_.end(), counts->unreadable_versions.begin(), counts->unreadable_versions.end());
    if (!counts->any_change() || !on_applied_) return {};
    auto changes = std::make_shared<AppliedChanges>();
    changes->documents = std::move(batch.documents);
    changes->deletes = std::move(batch.deletes);
    if (!freed_on) {
        on_applied_(std::move(changes));
        return {};
    }
    on_applied_(changes);
    // High: waiting behind other work, batches would pile up.
    freed_on->submit(base::Priority::high, [changes = std::move(changes)]() mutable { changes.reset(); });
    return {};
}

}  // namespace linesman::sync
