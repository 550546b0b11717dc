// The history of the exchange with the server, run by run: how long each took, what it brought, how fast the server
// answered, and why it ended early. For the sync view and `linesmanctl status`.
//
//   first sync | pull ──(waits, all well)──► closed          A pull that brought nothing joins the quiet one before it,
//   listening  ──(polls again, pauses)─────► closed          so that an hour of polling is one line. Counts during
//   any        ──(error, offline)──────────► closed, with why  listening belong to it.
//
// Answer times are kept as a histogram with steps of 5 %; percentiles are exact to that. Kept in cache.db, so that a
// restart does not begin at nothing; a cache that is set aside forgets them.
//
// Pure. Thread: one.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace linesman::app {

inline constexpr const char* kRunsKey = "app.runs";  // cache value
inline constexpr size_t kMostRuns = 50;              // an hour of trouble, or weeks of quiet

struct SyncRun {
    enum class Kind : uint8_t { first_sync, pull, live } kind = Kind::pull;
    base::Timestamp began, ended;  // an open run: until now
    bool open = false;
    uint32_t rounds = 1;  // pulls that brought nothing and were joined
    uint64_t documents = 0, requests = 0, failed = 0, bytes = 0;
    double p50_ms = 0, p95_ms = 0, p99_ms = 0;  // of answers, until their first byte; 0 = none came
    std::string error;                          // why it ended early; blank = it did not
    bool operator==(const SyncRun&) const = default;
};
std::string_view name_of(SyncRun::Kind kind);  // "first sync", "pull", "live"

// Newest first.
using SyncRuns = std::shared_ptr<const std::vector<SyncRun>>;

// Answer times from 1 ms to two minutes.
class LatencyHistogram {
  public:
    void add(double ms);
    void add(const LatencyHistogram& other);
    // `share` 0 to 1. 0 when nothing was added.
    double percentile(double share) const;

  private:
    static constexpr size_t kBuckets = 241;  // 1.05^240 ms = 121 s
    std::array<uint32_t, kBuckets> counts_{};
    uint64_t total_ = 0;
};

class RunLog {
  public:
    enum class Stage : uint8_t { rest, first_sync, pull, live };

    // What an earlier run of the program left; text that is not ours counts as nothing.
    void load(const std::string& text);
    std::string text(base::Timestamp now) const;

    // Where the exchange is. `documents` that arrived so far, in all runs of this exchange; less than before is a new
    // exchange. `error`: why it rests.
    void at(Stage stage, uint64_t documents, const std::string& error, base::Timestamp now);
    // A request was answered, or was not. Counts for the open run; without one it is nobody's.
    void request(bool answered, base::Duration to_first_byte, uint64_t bytes);

    SyncRuns runs(base::Timestamp now) const;

  private:
    struct Entry {
        SyncRun run;
        std::optional<LatencyHistogram> latency;  // not of those that were loaded
    };
    void close(const std::string& error, base::Timestamp now);
    void begin(SyncRun::Kind kind, base::Timestamp now);
    static SyncRun shown(const Entry& entry);

    std::vector<Entry> entries_;  // oldest first; the last may be open
    uint64_t documents_ = 0;
};

}  // namespace linesman::app
