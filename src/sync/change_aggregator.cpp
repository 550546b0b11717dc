#include "sync/change_aggregator.h"

namespace linesman::sync {

std::string ChangeAggregator::key_of(std::string_view collection, std::string_view id) {
    return std::string(collection).append("/").append(id);
}

void ChangeAggregator::put(store::CachedDocument document) {
    const auto parsed = base::parse_rfc3339(document.update_time);
    const base::Timestamp version = parsed ? *parsed : base::Timestamp{INT64_MIN};
    const auto [it, is_new] =
        places_.try_emplace(key_of(document.collection, document.id), Place{false, batch_.documents.size(), version});
    if (is_new) return append(std::move(document));
    Place& place = it->second;
    if (version < place.version || (place.is_delete && version == place.version)) return;
    if (place.is_delete) {
        batch_.deletes[place.index].id.clear();
        ++dropped_;
        place = {false, batch_.documents.size(), version};
        append(std::move(document));
    } else {
        place.version = version;
        batch_.documents[place.index] = std::move(document);
    }
}

void ChangeAggregator::remove(std::string_view collection, std::string_view id, base::Timestamp as_of, bool tombstone) {
    const auto [it, is_new] = places_.try_emplace(key_of(collection, id), Place{true, batch_.deletes.size(), as_of});
    if (!is_new) {
        if (as_of < it->second.version) return;
        (it->second.is_delete ? batch_.deletes[it->second.index].id : batch_.documents[it->second.index].id).clear();
        ++dropped_;
        it->second = {true, batch_.deletes.size(), as_of};
    }
    batch_.deletes.push_back({std::string(collection), std::string(id), as_of, tombstone});
}

store::CacheBatch ChangeAggregator::take() {
    store::CacheBatch out = std::move(batch_);
    if (dropped_ > 0) {
        std::erase_if(out.documents, [](const auto& entry) { return entry.id.empty(); });
        std::erase_if(out.deletes, [](const auto& entry) { return entry.id.empty(); });
    }
    batch_ = {};
    places_.clear();
    dropped_ = 0;
    return out;
}

}  // namespace linesman::sync
