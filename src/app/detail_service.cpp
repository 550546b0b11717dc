#include "app/detail_service.h"

#include <algorithm>

namespace linesman::app {
namespace {

constexpr size_t kMaxDetails = 256;  // some 10 KB each: the selection, its neighbours, hovered and compared captures

}  // namespace

std::shared_ptr<const LoadedCapture> DetailService::get(std::string_view staging_id, uint64_t generation) {
    std::string ask;
    std::shared_ptr<const LoadedCapture> loaded;
    {
        const std::lock_guard lock(mutex_);
        Entry& entry = entries_[std::string(staging_id)];
        entry.last_used = ++uses_;
        loaded = entry.loaded;
        if (entry.generation < generation && entry.asked < generation) {
            entry.asked = generation;
            ask = staging_id;
        }
        make_room();
    }
    if (!ask.empty()) request_(std::move(ask));
    return loaded;
}

void DetailService::provide(const std::string& staging_id, uint64_t generation,
                            std::shared_ptr<const LoadedCapture> loaded) {
    const std::lock_guard lock(mutex_);
    const auto it = entries_.find(staging_id);
    if (it == entries_.end()) return;
    it->second.loaded = std::move(loaded);
    it->second.generation = std::max(it->second.generation, generation);
}

void DetailService::make_room() {
    if (entries_.size() <= kMaxDetails) return;
    const auto oldest = std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
        return a.second.last_used < b.second.last_used;
    });
    entries_.erase(oldest);
}

}  // namespace linesman::app
