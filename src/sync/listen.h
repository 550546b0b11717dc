// Live changes: listens to the windows of the pull, so that another desk's decision is here within a second
// (reference: firebase protocol, sections 3 and 4; docs/decisions/2026-11-22-listen-over-webchannel.md and
// 2026-11-22-live-changes.md).
//
//   off ──start──► connecting ──(every target current, a snapshot)──► live
//                    ▲    │                                             │
//   backoff, token,  │    │ error, silence, expired token               │
//   hour: again      └────┴──────────── waiting ◄───────────────────────┘
//                                     refused (asked again after ten minutes)
//
// Each consistent snapshot is one transaction: documents, deletes, members of the windows, resume tokens and cursors.
// After a cut the stream goes on from the last token; older than resume_limit, or after an hour, a window is opened
// anew at the saved cursor, since the whole result would be billed again.
//
// Thread: the sync queue. Callbacks run on it and may destroy the Listen; destroyed, none runs any more.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "sync/listen_aggregator.h"
#include "sync/webchannel.h"

namespace linesman::sync {

struct ListenTuning {
    base::Duration reanchor_every = base::hours(1);
    // After half an hour away the server bills the whole window again; by then it is cheaper to open a smaller one.
    base::Duration resume_limit = base::minutes(25);
    base::Duration save_tokens_every = base::minutes(5);  // while nothing else changes
    base::Duration live_within = base::seconds(60);       // of connecting; else it is begun again
    base::Duration healthy_after = base::seconds(10);     // being live so long resets the backoff
    base::Duration check_token_every = base::minutes(1);  // a stream keeps the ID token it was opened with
    base::Duration refused_retry = base::minutes(10);
    base::Duration streaming_retry = base::hours(1);  // long polling is kept so long once streaming has failed
    WebChannelTuning channel;
};

enum class ListenPhase : uint8_t { off, connecting, live, waiting, refused };

struct ListenStatus {
    ListenPhase phase = ListenPhase::off;
    std::string why;  // not live: in words, without a full stop; for "Polling (…)"
    std::optional<base::Timestamp> next_attempt;
    bool long_polling = false;
};

struct ListenNeeds {
    PullEnvironment& environment;
    net::Http& http;
    TokenSource& tokens;
    // Where a window of this collection begins: changes up to then are in the cache. Errors: those of the cache.
    std::function<base::Result<base::Timestamp>(const std::string& collection)> cursor;
    // Puts a snapshot into the cache, in one transaction. After an error the Listen stops by itself.
    std::function<base::Status(ListenSnapshot)> apply;
    std::function<void(const ListenStatus&)> on_status;
};

class Listen {
  public:
    Listen(ListenNeeds needs, ListenTuning tuning, uint64_t random_seed);
    ~Listen();
    Listen(const Listen&) = delete;
    Listen& operator=(const Listen&) = delete;

    // Once.
    void start(std::vector<ListenWindow> windows);
    // The line is back, or somebody asked: no more waiting.
    void retry_now();
    // Nothing is reported any more. The call says good-bye to the server: to be kept for a while, or dropped.
    [[nodiscard]] net::Call stop();

    const ListenStatus& status() const { return status_; }
    // Read time of the last snapshot while live: what the cache is equal to.
    const std::string& read_time() const { return read_time_; }
    uint64_t documents() const { return aggregator_.documents(); }  // billed as reads

  private:
    void connect();
    base::Status prepare_targets();
    base::Result<ListenTarget> fresh_target(const ListenWindow& window);
    bool can_resume(const ListenTarget& target) const;
    void open(const std::string& token);
    void drop_channel();
    void lost(base::Error error);
    void refuse(const base::Error& error);
    void wait(base::Duration delay, ListenPhase phase, std::string why);
    void tell(ListenPhase phase, std::string why);
    void check_token();
    void give_up_connecting();
    void arm(base::TimerId& timer, base::Duration delay, void (Listen::*then)());

    // listen_messages.cpp: what the server says.
    void on_message(std::string_view json);
    void on_snapshot();
    void on_removed(const ListenAggregator::Outcome& outcome);
    void on_failed(base::Error error);
    base::Status replace(int64_t id, bool from_cursor);
    base::Status reanchor();
    void retire_replaced();
    void drop_target(int64_t id);
    CacheValues values_to_save(const ListenSnapshot& snapshot);

    ListenNeeds needs_;
    ListenTuning tuning_;
    base::Backoff backoff_;
    ListenStatus status_;
    std::vector<ListenWindow> windows_;
    ListenState state_;
    ListenAggregator aggregator_;
    ReplyReader reader_;
    std::map<int64_t, int64_t> replaces_;  // new target -> the one that goes once the new one is current
    CacheValues unsaved_;                  // of targets that went
    bool list_changed_ = false;
    std::string read_time_;
    std::string token_in_use_;
    bool force_token_ = false;
    std::optional<base::Duration> live_since_;
    std::optional<base::Duration> long_poll_until_;
    base::Duration anchored_at_{}, tokens_saved_at_{};
    std::unique_ptr<WebChannel> channel_;
    net::Call farewell_;
    base::TimerId retry_timer_ = 0, live_timer_ = 0, token_timer_ = 0;
    bool started_ = false, loaded_ = false, tried_immediately_ = false;
    uint64_t attempt_ = 0;  // answers for earlier ones are late
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// When the cache was last equal to the server by a stream that can be taken up again; nullopt when there is none.
base::Result<std::optional<base::Timestamp>> resumable_since(PullEnvironment& environment, const ListenTuning& tuning);

}  // namespace linesman::sync
