#include "app/row_service.h"

#include <algorithm>

namespace linesman::app {
namespace {

constexpr size_t kMaxLists = 8;             // views on the screen at once, with room for going back
constexpr model::Row kInlineRows = 20'000;  // below this a list costs less than handing it over

std::shared_ptr<const RowList> make_list(const Snapshot& snapshot, const model::Filter& filter, model::SortOrder order,
                                         const model::SearchHits& hits) {
    auto list = std::make_shared<RowList>();
    list->generation = snapshot.rows_generation;
    list->filter = filter;
    list->order = order;
    list->rows = model::filter_rows(snapshot.columns, filter, hits);
    model::sort_rows(snapshot.columns, order, list->rows);
    return list;
}

}  // namespace

RowService::RowService(base::WorkerPool& pool, std::function<void()> wake, Lookup lookup)
    : pool_(pool), shared_(std::make_shared<Shared>()) {
    shared_->wake = std::move(wake);
    shared_->lookup = std::move(lookup);
}

RowService::~RowService() {
    const std::lock_guard lock(shared_->mutex);
    shared_->wake = nullptr;
    shared_->lookup = nullptr;
}

std::shared_ptr<const RowList> RowService::rows(const std::shared_ptr<const Snapshot>& snapshot,
                                                const model::Filter& filter, model::SortOrder order) {
    std::unique_lock lock(shared_->mutex);
    auto& entries = shared_->entries;
    auto entry = std::find_if(entries.begin(), entries.end(),
                              [&](const Entry& e) { return e.filter == filter && e.order == order; });
    if (entry == entries.end()) {
        if (entries.size() >= kMaxLists) {
            entries.erase(std::min_element(entries.begin(), entries.end(),
                                           [](const Entry& a, const Entry& b) { return a.last_used < b.last_used; }));
        }
        entries.push_back({filter, order, nullptr, 0, 0});
        entry = entries.end() - 1;
    }
    entry->last_used = ++uses_;
    if (entry->ready && entry->ready->generation == snapshot->rows_generation) return entry->ready;
    const bool looks_up = shared_->lookup && !filter.search.empty();
    if (snapshot->columns.row_count() <= kInlineRows && !looks_up) {
        entry->ready = make_list(*snapshot, filter, order, {});
        return entry->ready;
    }
    auto ready = entry->ready;
    if (entry->computing == 0) {
        entry->computing = snapshot->rows_generation;
        lock.unlock();
        compute(snapshot, filter, order);
    }
    return ready;
}

void RowService::compute(std::shared_ptr<const Snapshot> snapshot, model::Filter filter, model::SortOrder order) {
    pool_.submit(base::Priority::high,
                 [shared = shared_, snapshot = std::move(snapshot), filter = std::move(filter), order] {
                     Lookup lookup;
                     {
                         const std::lock_guard lock(shared->mutex);
                         lookup = shared->lookup;
                     }
                     const bool looks_up = lookup && !filter.search.empty();
                     const auto hits = looks_up ? lookup(*snapshot, filter.search) : model::SearchHits();
                     auto list = make_list(*snapshot, filter, order, hits);
                     std::function<void()> wake;
                     {
                         const std::lock_guard lock(shared->mutex);
                         for (auto& entry : shared->entries) {
                             if (!(entry.filter == filter) || !(entry.order == order)) continue;
                             entry.ready = list;
                             entry.computing = 0;
                         }
                         wake = shared->wake;
                     }
                     if (wake) wake();
                 });
}

}  // namespace linesman::app
