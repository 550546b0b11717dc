// Keeps the cache a mirror of the desk's scope: first sync, incremental windows, deletes, daily sweep (contract, "Pull,
// scope, deletes, cost"; firebase protocol, section 2; docs/decisions/2026-11-22-pull-windows.md).
//
//   start ──► first sync ──► windows ──(count due)──► delete check ──(sweep due)──► sweep ──► wait ──► windows ...
//                │ error         │ error                │ error                      │ error
//                └───────────────┴──────────┬───────────┴────────────────────────────┘
//                                           ▼
//                             backing off ──(timer, sync_now)──► where it was
//
// With a line for it, the same windows are listened to (listen.h): while that is live nothing is polled, and counts and
// the sweep go on as the proof. Without it, or while it is down, the windows are polled.
//
// One job runs at a time. Every batch goes into the cache in one transaction with its cursors; what it changed is
// reported by the CacheApplier's callback. A document that cannot be understood is kept raw like every other and never
// stops a cursor.
//
// Thread: the sync queue. Dropping it cancels everything; what was applied stays.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "sync/delete_check.h"
#include "sync/listen.h"
#include "sync/mirror.h"
#include "sync/pull_state.h"
#include "sync/window_pull.h"

namespace linesman::sync {

enum class PullPhase : uint8_t {
    stopped,
    first_sync,
    widening,
    windows,
    deletes,
    sweep,
    waiting,    // for the next poll
    listening,  // live
    backing_off,
    paused,
    offline
};
std::string_view name_of(PullPhase phase);

struct PullProgress {
    PullPhase phase = PullPhase::stopped;
    bool mirrored = false;       // a complete mirror is in the cache
    uint64_t documents = 0;      // that arrived in this phase
    uint64_t expected = 0;       // 0 = unknown
    uint64_t arrived = 0;        // since start, in every phase but listening
    double documents_per_s = 0;  // over the phase
    std::optional<base::Duration> time_left;
    std::optional<base::Timestamp> complete_until;  // read time of the last complete pull
    std::optional<base::Error> error;               // why it backs off
    std::optional<base::Timestamp> next_attempt_at;
    uint64_t deletes_found = 0;  // since start
    ListenStatus live;
    uint64_t live_documents = 0;  // that live changes brought, each billed as a read
};

// What live changes need; without `http` the windows are only polled. All outlive the pull.
struct LiveLine {
    net::Http* http = nullptr;
    TokenSource* tokens = nullptr;
    ListenTuning tuning = {};
};

struct PullOptions {
    CollectionNames names;
    PullTuning tuning;
    PullScope scope;
    LiveLine live = {};
    // Pages of a first sync are read here while others arrive and the last batch is written; nullptr: on the sync
    // queue. Outlives the pull, and the queue outlives its tasks.
    base::WorkerPool* readers = nullptr;
    uint64_t random_seed = std::random_device{}();
};

struct PullHooks {
    std::function<void(const PullProgress&)> on_progress;  // at most a few times a second while documents arrive
    std::function<void(const PullIssue&)> on_issue;
    // A first sync has every document; the search index is built next, which takes a while, then it is mirrored.
    std::function<void()> on_loaded;
};

class Pull {
  public:
    // All references must outlive the pull.
    Pull(Firestore& firestore, CacheApplier& cache, base::Queue& queue, const base::Clock& clock, PullOptions options,
         PullHooks hooks);
    ~Pull();
    Pull(const Pull&) = delete;
    Pull& operator=(const Pull&) = delete;

    void start();
    // Fetches or drops only the difference.
    void set_scope(PullScope scope);
    void pause(bool paused);
    void work_offline(bool offline);
    // One whole round now: windows with their overlap, then counts. `done` runs once, with the round's error if it
    // failed.
    void sync_now(std::function<void(base::Status)> done = {});
    // The network or the session is back: no more waiting.
    void line_is_back();
    // What the line bears now (network_quality.h); at most what the tuning says. For pages not asked for yet.
    void set_load(int64_t page_documents, int pages_in_flight);

    // A single document read elsewhere (the sender's read-backs, Listen) goes into the cache as the scope says; what is
    // not mirrored is ignored. Errors: those of the cache.
    base::Status take_document(const std::string& collection, RawDocument document);
    // It was not there any more at `as_of`.
    base::Status forget(const std::string& collection, const std::string& id, base::Timestamp as_of);

    const PullProgress& progress() const { return progress_; }
    // Issues seen since start, newest last; at most kMaxIssues.
    const std::vector<PullIssue>& issues() const { return issues_; }
    static constexpr size_t kMaxIssues = 1000;

  private:
    struct PaceState {
        std::optional<base::Timestamp> last_read;  // read time of the last window pull
        base::Duration next_poll{};                // steady time
        base::Duration next_overlap{};
    };
    // A requested round: every window with its overlap, then every count.
    enum class Round : uint8_t { none, wanted, windows, counts };

    void wake();
    void step();
    void schedule();
    bool is_busy() const { return mirror_ || windows_ || deletes_; }
    void drop_jobs();
    void enter(PullPhase phase);
    void publish(bool at_once);
    void fail(base::Error error);
    void settle_waiters(const base::Status& status);
    base::Status load();
    ActiveScope wanted_scope() const;
    void note_documents(uint64_t count);

    // First sync and change of scope: pull_mirror.cpp.
    void begin_mirror();
    void mirror_reference();
    void mirror_staging(base::Timestamp reference_oldest);
    void widen();
    void start_mirror(MirrorPlan plan, std::function<void(const MirrorResult&)> then);
    void count_expected(const MirrorPlan& plan);
    base::Status save_state(std::map<std::string, std::optional<std::string>> values);
    // The daily sweep: pull_mirror.cpp.
    bool sweep_due() const;
    void begin_sweep();
    void confirm_sweep(ActiveScope swept, bool with_decided);
    void finish_sweep(const ActiveScope& swept);

    bool windows_due() const;
    void begin_windows();
    struct DuePace {
        Pace pace{};
        bool overlap = false;
    };
    std::vector<DuePace> due_paces(bool count, bool full_count) const;
    void on_windows(const std::string& read_time, const std::vector<DuePace>& due);
    void begin_delete_check(bool all_targets);
    void on_deletes(const DeleteCheckResult& result);

    // Live changes: pull_live.cpp.
    void keep_listening();
    void stop_listening();
    base::Status take_up_listening();
    bool is_live() const;
    bool seems_live() const;
    bool can_count_live() const;
    void on_live(const ListenStatus& status);
    base::Status take_live(ListenSnapshot snapshot);
    void resolve_limbo();
    base::Status save_limbo();
    const PullTarget* target_of(const std::string& collection) const;

    PullOptions options_;
    PullHooks hooks_;
    PullEnvironment environment_;
    std::vector<PullTarget> targets_;
    PullState state_;
    PullProgress progress_;
    std::vector<PullIssue> issues_;
    base::Backoff backoff_;
    PaceState paces_[3];
    bool loaded_ = false, running_ = false, paused_ = false, offline_ = false, is_bulk_ = false,
         decided_differ_ = false;
    Round round_ = Round::none;
    base::Duration next_count_{}, next_full_count_{}, retry_at_{}, phase_began_{}, published_at_{};
    std::vector<std::function<void(base::Status)>> waiters_;
    base::TimerId timer_ = 0;

    std::unique_ptr<Mirror> mirror_;
    std::unique_ptr<WindowPull> windows_;
    std::unique_ptr<DeleteCheck> deletes_;
    std::vector<net::Call> counts_;

    std::unique_ptr<Listen> live_;
    net::Call farewell_;
    uint64_t live_documents_before_ = 0;  // of streams that are gone
    std::vector<std::pair<std::string, std::string>> limbo_waiting_;
    std::unique_ptr<DeleteCheck> limbo_;
    base::Duration next_limbo_{}, grace_until_{};
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace linesman::sync
