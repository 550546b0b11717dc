// Every document of every project, the log of commits, and the way to change them: transact(). Commits are totally
// ordered, their times unique and ascending; readers see all of a commit or nothing of it.
//
// Thread: any. Subscribers are called in commit order with the store locked: they take a copy and return.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "backend/collection.h"
#include "base/result.h"
#include "base/time.h"

namespace linesman::backend {

// How long old versions can be read (Firestore without point-in-time recovery: one hour).
inline constexpr base::Duration kHistory = base::hours(1);

struct Change {
    std::string name;
    DocumentPtr before;  // null: created
    DocumentPtr after;   // null: deleted
};

struct Commit {
    uint64_t sequence = 0;
    base::Timestamp time;
    std::vector<Change> changes;  // one per document, no-op writes left out
};
using CommitPtr = std::shared_ptr<const Commit>;

class DocumentStore {
  public:
    explicit DocumentStore(const base::Clock& clock) : clock_(clock) {}
    DocumentStore(const DocumentStore&) = delete;
    DocumentStore& operator=(const DocumentStore&) = delete;

    // Reading. The view holds the shared lock: keep it short, never start a commit while holding one.
    class View {
      public:
        explicit View(const DocumentStore& store) : store_(&store), lock_(store.mutex_) {}
        DocumentPtr get(std::string_view name, std::optional<base::Timestamp> time = {}) const;
        const Collection* collection(std::string_view path) const;  // nullptr when never used
        // Collections named `id` (any when empty) below `parent`, in path order.
        std::vector<const Collection*> group(std::string_view parent, std::string_view id) const;
        // Ids of the collections directly below `parent` that hold documents, sorted.
        std::vector<std::string> collection_ids(std::string_view parent) const;
        base::Timestamp last_commit() const { return store_->last_commit_; }
        uint64_t last_sequence() const { return store_->sequence_; }
        std::optional<std::vector<CommitPtr>> commits_after(uint64_t sequence) const {
            return store_->commits_since(sequence);
        }
        // The last commit at or before `time`; nullopt when the log does not go back that far.
        std::optional<uint64_t> sequence_at(base::Timestamp time) const;
        const std::map<std::string, Collection, std::less<>>& all() const { return store_->collections_; }

      private:
        const DocumentStore* store_;
        std::shared_lock<std::shared_mutex> lock_;
    };
    View view() const { return View(*this); }

    // Runs `plan` alone with the commit's time; what it returns is applied at once. An error changes nothing.
    using Lookup = std::function<DocumentPtr(std::string_view name)>;
    using Plan = std::function<base::Result<std::vector<Change>>(const Lookup& current, base::Timestamp commit_time)>;
    base::Result<CommitPtr> transact(const Plan& plan);

    // A time at which everything committed so far is visible and nothing later will be.
    base::Timestamp read_time() const;

    // Errors: precondition_failed when older than the history, invalid_argument when in the future.
    base::Status check_read_time(base::Timestamp time) const;

    // The change feed. `after` 0 gives all that is kept; nullopt: that far back is no longer kept.
    std::optional<std::vector<CommitPtr>> commits_after(uint64_t sequence) const;
    uint64_t last_sequence() const;
    using Listener = std::function<void(const CommitPtr&)>;
    uint64_t subscribe(Listener listener);
    void unsubscribe(uint64_t id);

    // Called before a commit becomes visible; its error refuses the commit.
    void set_durability(std::function<base::Status(const Commit&)> save) { save_ = std::move(save); }

    // Replaces everything. Documents keep their times. Subscribers get a commit without changes, which is not in the
    // log.
    void load(std::vector<DocumentPtr> documents);
    size_t size() const;

  private:
    DocumentPtr current(std::string_view name) const;
    std::optional<std::vector<CommitPtr>> commits_since(uint64_t sequence) const;
    base::Timestamp next_commit_time();
    void apply(const CommitPtr& commit);
    void prune();

    const base::Clock& clock_;
    mutable std::shared_mutex mutex_;
    std::map<std::string, Collection, std::less<>> collections_;  // by full path
    std::deque<CommitPtr> log_;
    base::Timestamp log_start_;  // the log holds every commit after this time
    uint64_t sequence_ = 0;
    mutable base::Timestamp last_commit_;  // also raised by read_time(), so that no later commit is at or before it
    std::map<uint64_t, Listener> listeners_;
    uint64_t next_listener_ = 1;
    std::function<base::Status(const Commit&)> save_;
};

}  // namespace linesman::backend
