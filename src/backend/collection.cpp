#include "backend/collection.h"

#include <algorithm>

#include "backend/names.h"

namespace linesman::backend {

void FieldIndex::build(const std::vector<DocumentPtr>& documents) {
    std::vector<Key> keys;
    keys.reserve(documents.size());
    for (const DocumentPtr& document : documents) {
        if (const Value* value = get(document->fields, path_)) keys.push_back({value, id_of(document->name), document});
    }
    std::sort(keys.begin(), keys.end(), Less{});
    keys_ = Keys(keys.begin(), keys.end());  // linear for sorted input
}

void FieldIndex::insert(const DocumentPtr& document) {
    if (const Value* value = get(document->fields, path_)) keys_.insert({value, id_of(document->name), document});
}

void FieldIndex::erase(const Document& document) {
    if (const Value* value = get(document.fields, path_)) keys_.erase({value, id_of(document.name), nullptr});
}

void Collection::apply(std::string_view id, DocumentPtr document, base::Timestamp time) {
    auto it = entries_.find(id);
    if (it == entries_.end()) it = entries_.emplace(std::string(id), Entry{}).first;
    Entry& entry = it->second;
    for (const auto& [path, index] : indexes_) {
        if (entry.current) index->erase(*entry.current);
        if (document) index->insert(document);
    }
    if (entry.current) {
        entry.older.emplace_back(entry.changed, std::move(entry.current));
        --live_;
    } else if (entry.changed.us != 0) {
        entry.older.emplace_back(entry.changed, nullptr);
    }
    if (document) ++live_;
    entry.current = std::move(document);
    entry.changed = time;
    changes_.emplace_back(time, std::string(id));
}

DocumentPtr Collection::version_at(const Entry& entry, base::Timestamp time) {
    if (entry.changed <= time) return entry.current;
    for (auto it = entry.older.rbegin(); it != entry.older.rend(); ++it) {
        if (it->first <= time) return it->second;
    }
    return nullptr;
}

DocumentPtr Collection::get(std::string_view id, std::optional<base::Timestamp> time) const {
    const auto it = entries_.find(id);
    if (it == entries_.end()) return nullptr;
    return time ? version_at(it->second, *time) : it->second.current;
}

const FieldIndex& Collection::index(const FieldPath& path) const {
    const std::lock_guard lock(index_mutex_);
    auto& slot = indexes_[path];
    if (!slot) {
        std::vector<DocumentPtr> documents;
        documents.reserve(live_);
        for (const auto& [id, entry] : entries_) {
            if (entry.current) documents.push_back(entry.current);
        }
        slot = std::make_unique<FieldIndex>(path);
        slot->build(documents);
    }
    return *slot;
}

std::set<std::string_view> Collection::changed_since(base::Timestamp time) const {
    std::set<std::string_view> ids;
    for (auto it = changes_.rbegin(); it != changes_.rend() && it->first > time; ++it) ids.insert(it->second);
    return ids;
}

void Collection::prune(base::Timestamp horizon) {
    for (; !changes_.empty() && changes_.front().first <= horizon; changes_.pop_front()) {
        const auto it = entries_.find(changes_.front().second);
        if (it == entries_.end()) continue;
        Entry& entry = it->second;
        // A version is needed as long as its successor came after the horizon.
        auto& older = entry.older;
        while (!older.empty() && (older.size() > 1 ? older[1].first : entry.changed) <= horizon)
            older.erase(older.begin());
        if (!entry.current && older.empty() && entry.changed <= horizon) entries_.erase(it);
    }
}

}  // namespace linesman::backend
