// What tests switch on WebChannel streams, beyond the faults that any request can suffer (faults.h), and what the
// streams have done. Set through PUT /linesman-admin/listen.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/time.h"

namespace linesman::backend {

struct StreamSettings {
    int64_t keep_alive_ms = 30'000;             // a noop after so long without a message; told to clients
    base::Duration token_age = base::hours(1);  // older resume tokens have expired
    int expired_cause = 0;             // 0: an expired token gives RESET; else REMOVE with this google.rpc code
    bool forget_removals = false;      // a resume tells nothing of what left the result: only the filter shows it
    bool bare_removals = false;        // documentRemove instead of a documentChange with removedTargetIds
    bool bloom_filter = true;          // in existence filters
    int64_t wrong_count = 0;           // added to the count of every existence filter
    bool always_filter = false;        // a filter with every resume that has an expectedCount
    bool silent = false;               // nothing is sent on back channels, not even noops
    int64_t frame_delay_ms = 0;        // before each frame
    int64_t messages_per_frame = 256;  // at most
};

// Breaks off the next back channels.
struct CutRule {
    std::string service;         // "Listen", "Write"; empty: any
    int64_t after_messages = 0;  // so many are sent whole
    bool half_frame = false;     // then half of the next frame
    int64_t remaining = 0;       // how many back channels it still hits
};

struct RefuseRule {
    int code = 7;  // google.rpc.Code in the target's cause
    int64_t remaining = 0;
};

struct StreamStats {
    uint64_t channels_opened = 0;
    uint64_t back_channels = 0;
    uint64_t cut = 0;
    uint64_t messages = 0;      // sent, noops included, again when repeated
    uint64_t documents = 0;     // documentChange
    uint64_t removals = 0;      // documentDelete and documentRemove
    uint64_t targets_full = 0;  // added without a token
    uint64_t targets_resumed = 0;
    uint64_t targets_expired = 0;
    uint64_t filters = 0;
    uint64_t snapshots = 0;  // global ones
};

// Thread: any.
class StreamRules {
  public:
    StreamSettings settings() const;
    void set(const StreamSettings& settings);
    void cut_next(CutRule rule);
    void refuse_next(RefuseRule rule);
    // Every resume token given so far has expired.
    void expire_tokens();
    uint64_t token_epoch() const;
    void reset();  // settings, rules and statistics as at the start; tokens stay valid

    // The rule for a back channel that begins now.
    std::optional<CutRule> take_cut(const std::string& service);
    std::optional<int> take_refusal();

    StreamStats stats() const;
    void count(uint64_t StreamStats::*field, uint64_t by = 1);

    // Only the named settings change. Errors: invalid_argument; then nothing is changed.
    base::Status from_json(const base::Json& json);
    base::Json to_json() const;

  private:
    mutable std::mutex mutex_;
    StreamSettings settings_;
    std::optional<CutRule> cut_;
    std::optional<RefuseRule> refuse_;
    StreamStats stats_;
    uint64_t epoch_ = first_epoch();

    static uint64_t first_epoch();
};

}  // namespace linesman::backend
