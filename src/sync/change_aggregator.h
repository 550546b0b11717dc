// Gathers what one consistent snapshot brought, from any number of replies in any order, into one batch for the cache:
// one transaction, one callback. The newest version of a document wins; a removal wins over versions up to its time.
//
// A pure accumulator. Thread: one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/cache.h"

namespace linesman::sync {

class ChangeAggregator {
  public:
    void put(store::CachedDocument document);
    // For pages of disjoint ranges, where a document hardly ever comes twice: without looking it up. Should it come
    // twice all the same, the cache keeps the newest, as it does across batches.
    void append(store::CachedDocument document) { batch_.documents.push_back(std::move(document)); }
    // `tombstone` false: the document only left the scope.
    void remove(std::string_view collection, std::string_view id, base::Timestamp as_of, bool tombstone);
    void set_value(std::string key, std::optional<std::string> value) {
        batch_.values[std::move(key)] = std::move(value);
    }

    size_t document_count() const { return batch_.documents.size(); }
    bool empty() const { return batch_.empty(); }
    // The batch so far; the aggregator is empty afterwards.
    store::CacheBatch take();

  private:
    struct Place {
        bool is_delete = false;
        size_t index = 0;
        base::Timestamp version;
    };
    static std::string key_of(std::string_view collection, std::string_view id);

    store::CacheBatch batch_;
    std::unordered_map<std::string, Place> places_;
    size_t dropped_ = 0;  // entries emptied by a later one
};

}  // namespace linesman::sync
