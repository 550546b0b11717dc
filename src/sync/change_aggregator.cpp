#include "sync/change_aggregator.h"

namespace linesman::sync {

std::string ChangeAggregator::key_of(std::string_view collection, std::string_view id) {
    return std::string(collection).append("/").append(id);
}

void ChangeAggregator::append(std::string_view collection, RawDocument document, std::string label) {
    std::string id(document.id());
    batch_.documents.push_back({std::string(collection), std::move(id), std::move(document.update_time),
                                std::move(document.fields_json), std::move(label)});
}

void ChangeAggregator::put(std::string_view collection, RawDocument document, std::string label) {
    const std::string id(document.id());
    const auto parsed = base::parse_rfc3339(document.update_time);
    const base::Timestamp version = parsed ? *parsed : base::Timestamp{INT64_MIN};
    store::CachedDocument entry{std::string(collection), id, std::move(document.update_time),
                                std::move(document.fields_json), std::move(label)};
    const auto [it, is_new] =
        places_.try_emplace(key_of(collection, id), Place{false, batch_.documents.size(), version});
    if (is_new) {
        batch_.documents.push_back(std::move(entry));
        return;
    }
    Place& place = it->second;
    if (version < place.version || (place.is_delete && version == place.version)) return;
    if (place.is_delete) {
        batch_.deletes[place.index].id.clear();
        ++dropped_;
        place = {false, batch_.documents.size(), version};
        batch_.documents.push_back(std::move(entry));
    } else {
        place.version = version;
        batch_.documents[place.index] = std::move(entry);
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
