// One collection: its documents by id, their recent versions for snapshot reads, and single-field indexes that are
// built when a query first asks for one and kept up to date from then on.
//
// Thread: changes under the store's exclusive lock; everything const under its shared lock.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "backend/document.h"

namespace linesman::backend {

// Documents that have one field, ordered by (value, id).
class FieldIndex {
  public:
    struct Key {
        const Value* value;
        std::string_view id;
        DocumentPtr document;
    };
    struct Less {
        bool operator()(const Key& a, const Key& b) const {
            const int c = compare(*a.value, *b.value);
            return c != 0 ? c < 0 : a.id < b.id;
        }
    };
    using Keys = std::set<Key, Less>;

    explicit FieldIndex(FieldPath path) : path_(std::move(path)) {}
    void build(const std::vector<DocumentPtr>& documents);
    void insert(const DocumentPtr& document);
    void erase(const Document& document);
    const Keys& keys() const { return keys_; }

  private:
    FieldPath path_;
    Keys keys_;
};

class Collection {
  public:
    struct Entry {
        DocumentPtr current;                                         // null after a delete
        base::Timestamp changed;                                     // when `current` became so
        std::vector<std::pair<base::Timestamp, DocumentPtr>> older;  // ascending, each valid from its time
    };
    using Entries = std::map<std::string, Entry, std::less<>>;

    void apply(std::string_view id, DocumentPtr document, base::Timestamp time);

    // The document as it is, or as it was at `time`; null when it did not exist.
    DocumentPtr get(std::string_view id, std::optional<base::Timestamp> time) const;
    static DocumentPtr version_at(const Entry& entry, base::Timestamp time);

    const Entries& entries() const { return entries_; }
    size_t size() const { return live_; }
    const FieldIndex& index(const FieldPath& path) const;

    // Ids changed after `time`, each once. Complete for times within the kept history.
    std::set<std::string_view> changed_since(base::Timestamp time) const;

    // Forgets versions that no read at or after `horizon` can see.
    void prune(base::Timestamp horizon);

  private:
    Entries entries_;
    size_t live_ = 0;
    std::deque<std::pair<base::Timestamp, std::string>> changes_;
    mutable std::mutex index_mutex_;  // guards building only
    mutable std::map<FieldPath, std::unique_ptr<FieldIndex>> indexes_;
};

}  // namespace linesman::backend
