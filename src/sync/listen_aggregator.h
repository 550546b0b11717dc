// Makes consistent snapshots of what a Listen stream says (reference: firebase protocol, section 3): messages in, and
// at each global snapshot what changed, what was deleted, and which documents left a window without the server's saying
// why (they are read once: "limbo").
//
// Nothing of a target is taken for its state before it is current: an interrupted result leaves the target as it was,
// with the token it had. Ids are never used twice, so messages of a target that was removed are ignored.
//
// Pure. Thread: one.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sync/listen_message.h"
#include "sync/listen_window.h"

namespace linesman::sync {

struct ListenedDelete {
    std::string collection, id;
    base::Timestamp as_of;
};

struct ListenSnapshot {
    std::string read_time;  // verbatim
    base::Timestamp at;
    std::vector<std::pair<std::string, RawDocument>> documents;  // collection, document
    std::vector<ListenedDelete> deletes;
    std::vector<std::pair<std::string, std::string>> limbo;  // collection, id
    std::vector<int64_t> changed;                            // targets whose members changed
    bool all_current = false;                                // every target shows its whole window
    CacheValues values;                                      // to be saved in the same transaction
};

class ListenAggregator {
  public:
    // What a message asks for.
    struct Outcome {
        enum class Kind : uint8_t { none, snapshot, requery, removed, failed };
        Kind kind = Kind::none;
        std::vector<int64_t> ids;          // requery, removed
        std::optional<base::Error> error;  // removed: the cause; failed: why the stream is over
    };

    explicit ListenAggregator(std::string documents_root) : root_(std::move(documents_root) + "/") {}

    // `target` must outlive its being here. `expected`: documents that were in the window as it was known until now;
    // those that it does not show again are in limbo.
    void add(ListenTarget& target, std::set<std::string> expected = {});
    void remove(int64_t id) { views_.erase(id); }
    // Forgets everything that is not part of a snapshot, and all targets.
    void clear();

    Outcome take(ListenMessage message);
    // After Outcome::snapshot: takes it out and makes it the targets' state, tokens included.
    ListenSnapshot take_snapshot();
    bool is_current(int64_t id) const;
    // Ids of the documents that the target shows, changes that are not committed yet included.
    std::set<std::string> shown(int64_t id) const;
    uint64_t documents() const { return documents_taken_; }  // that arrived, repeated ones too

  private:
    struct View {
        ListenTarget* target = nullptr;
        bool current = false;
        bool whole = false;                   // `pending` is the whole result, not a difference to the target's members
        std::map<std::string, bool> pending;  // id -> in
        std::set<std::string> expected;
        std::string token;
        bool changed = false;  // since it was committed last
    };
    struct News {
        std::optional<RawDocument> document;
        std::optional<base::Timestamp> deleted;
        base::Timestamp version{INT64_MIN};
    };
    using Key = std::pair<std::string, std::string>;  // collection, id

    std::optional<Key> key_of(const std::string& name) const;
    View* view(int64_t id);
    bool holds(const View& view, const std::string& id) const;
    size_t size_of(const View& view) const;
    std::set<std::string> ids_of(const View& view) const;
    void leave(const std::vector<int64_t>& ids, const std::string& id);
    Outcome on(TargetChange change);
    Outcome on(DocumentChange change);
    Outcome on(const DocumentGone& gone);
    Outcome on(const ExistenceFilter& filter);
    void set_current(View& view);
    void commit(View& view);
    bool is_in_limbo(const Key& key) const;

    std::string root_;
    std::map<int64_t, View> views_;
    std::map<Key, News> news_;
    std::set<Key> limbo_;
    std::string read_time_;
    uint64_t documents_taken_ = 0;
};

}  // namespace linesman::sync
