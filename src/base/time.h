// Points in time and the clock that gives them. All times in Linesman are microseconds since 1970-01-01T00:00:00Z,
// Firestore's own resolution. Anything time-based takes a Clock, so tests never sleep.
#pragma once

#include <compare>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace linesman::base {

inline constexpr int64_t kMicrosPerSecond = 1'000'000;

struct Timestamp {
    int64_t us = 0;  // microseconds since the epoch, UTC; may be negative (phones with broken clocks)
    auto operator<=>(const Timestamp&) const = default;
};

// A length of time in microseconds.
struct Duration {
    int64_t us = 0;
    auto operator<=>(const Duration&) const = default;
    double seconds() const { return static_cast<double>(us) / static_cast<double>(kMicrosPerSecond); }
};

constexpr Duration milliseconds(int64_t n) {
    return {n * 1000};
}
constexpr Duration seconds(int64_t n) {
    return {n * kMicrosPerSecond};
}
constexpr Duration minutes(int64_t n) {
    return seconds(n * 60);
}
constexpr Duration hours(int64_t n) {
    return minutes(n * 60);
}
constexpr Timestamp operator+(Timestamp t, Duration d) {
    return {t.us + d.us};
}
constexpr Timestamp operator-(Timestamp t, Duration d) {
    return {t.us - d.us};
}
constexpr Duration operator-(Timestamp a, Timestamp b) {
    return {a.us - b.us};
}

// RFC 3339 as Firestore writes it: "2025-01-30T08:15:00Z" with 0, 3, 6 or 9 fraction digits (nanoseconds are cut to
// microseconds, as the server does), or with an offset "+02:00". Errors: corrupt.
Result<Timestamp> parse_rfc3339(std::string_view text);

// RFC 3339 in UTC with exactly as many fraction digits (0, 3 or 6) as the value needs.
std::string format_rfc3339(Timestamp time);

// "2025-01-30 10:15" in a fixed offset from UTC (minutes; South Africa Standard Time is +120, without summer time).
std::string format_local(Timestamp time, int utc_offset_minutes, bool with_seconds = false);

// "just now", "4 min", "3 h", "2 days": how long ago, for people. Negative durations give "in the future".
std::string format_age(Duration age);

// Days since the epoch of the local calendar day that holds `time`.
int64_t local_day(Timestamp time, int utc_offset_minutes);

// Thread: any. `now` is wall time; `steady` never goes back and is for measuring and timers.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
    virtual Duration steady() const = 0;
};

class SystemClock final : public Clock {
  public:
    Timestamp now() const override;
    Duration steady() const override;
};

// A clock that a test moves by hand. Thread-safe.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Timestamp start = {1'760'000'000'000'000}) : now_(start) {}
    Timestamp now() const override;
    Duration steady() const override;
    void advance(Duration by);
    void set(Timestamp now);

  private:
    mutable std::mutex mutex_;
    Timestamp now_;
    Duration steady_{};
};

}  // namespace linesman::base
