// What every part of the pull works with. Internal to sync; all of it outlives the parts and belongs to the sync queue.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/queue.h"
#include "base/worker_pool.h"
#include "sync/cache_applier.h"
#include "sync/firestore.h"
#include "sync/pull_scope.h"
#include "sync/pull_tuning.h"
#include "sync/reply_reader.h"

namespace linesman::sync {

// A document or a part of a reply that could not be taken over: shown to the supervisor, never dropped silently.
struct PullIssue {
    std::string collection;
    std::string id;  // may be empty when even the name could not be read
    std::string what;
    bool operator==(const PullIssue&) const = default;
};

// The server's clock as its read times show it: desks with a wrong clock must not look into the wrong window.
class ServerTime {
  public:
    explicit ServerTime(const base::Clock& clock) : clock_(clock) {}
    void note(std::string_view read_time) {
        const auto parsed = base::parse_rfc3339(read_time);
        if (!parsed) return;
        last_ = *parsed;
        noted_at_ = clock_.steady();
    }
    // The desk's own clock until the server has answered once.
    base::Timestamp now() const {
        return last_ ? *last_ + base::Duration{clock_.steady().us - noted_at_.us} : clock_.now();
    }

  private:
    const base::Clock& clock_;
    std::optional<base::Timestamp> last_;
    base::Duration noted_at_;
};

struct PullEnvironment {
    Firestore& firestore;
    CacheApplier& cache;
    base::Queue& queue;
    const base::Clock& clock;
    CollectionNames names;
    PullTuning tuning;
    ServerTime server_time{clock};
    std::set<std::string> labels;                // labels that documents in the cache carry; see note_label()
    std::function<void(PullIssue)> on_issue;     // may be empty
    std::function<void(uint64_t)> on_documents;  // documents that arrived, for the progress; may be empty
    base::WorkerPool* readers = nullptr;         // reads pages; nullptr: the sync queue does

    // True when documents of the collection carry the label for the first time.
    bool note_label(const std::string& collection, const std::string& label);
    std::string document_name(std::string_view collection, std::string_view id) const {
        return firestore.endpoints().document_name(collection, id);
    }
    void issue(std::string collection, std::string id, std::string what) const {
        if (on_issue) on_issue({std::move(collection), std::move(id), std::move(what)});
    }
    void report_damage(const std::string& collection, const Reply& reply) const {
        for (const auto& error : reply.damaged) issue(collection, "", error.what);
    }

    std::string noted_collection = {}, noted_label = {};  // of the last note_label(): mostly those of the next as well
};

// Runs a finished job's callback from the queue, so that the callback may destroy the job.
template <typename T>
void finish_later(base::Queue& queue, const std::shared_ptr<bool>& alive, std::function<void(T)>& done, T result) {
    queue.post(
        [done = std::exchange(done, nullptr), result = std::move(result), weak = std::weak_ptr<bool>(alive)]() mutable {
            if (weak.lock() && done) done(std::move(result));
        });
}

inline constexpr const char* kLabelsKey = "pull.labels";

// A document of a reply as the cache takes it, with its place in the scope.
struct PlacedDocument {
    store::CachedDocument document;
    bool keep = true;  // false: not, or no longer, of the scope
};
// Pure; thread: any.
PlacedDocument place_document(const ActiveScope& scope, const PullTarget& target, RawDocument document);

// Puts a document of a reply into the batch when it belongs to the scope; a cached one that left it is removed. Grows
// the labels.
class ChangeAggregator;
void take_document(PullEnvironment& environment, const ActiveScope& scope, const PullTarget& target,
                   RawDocument document, ChangeAggregator& into);
// The same for a document whose place is known. `is_only_one`: see ChangeAggregator::append.
void take_placed(PullEnvironment& environment, PlacedDocument placed, ChangeAggregator& into, bool is_only_one = false);

// The batch with the set of labels added when it grew. Errors: those of the cache.
base::Status apply_batch(PullEnvironment& environment, ChangeAggregator& from, bool bulk);

}  // namespace linesman::sync
