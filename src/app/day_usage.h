// Documents read and written on this day, by every run of this desk: what Firestore bills. Kept in cache.db, so that a
// restart does not begin at nothing; a cache that is set aside forgets them.
//
// Pure. Thread: one.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace linesman::app {

inline constexpr const char* kUsageKey = "app.usage";  // cache value

class DayUsage {
  public:
    explicit DayUsage(int utc_offset_minutes) : utc_offset_minutes_(utc_offset_minutes) {}

    // What an earlier run of the same day left; text that is not ours counts as nothing.
    void load(const std::string& text, base::Timestamp now);
    std::string text() const;
    // Totals of this run so far.
    void note(uint64_t reads, uint64_t writes, base::Timestamp now);

    uint64_t reads() const { return reads_; }
    uint64_t writes() const { return writes_; }

  private:
    void turn_to(int64_t day);

    int utc_offset_minutes_;
    int64_t day_ = 0;  // local, since 1970
    uint64_t reads_ = 0, writes_ = 0;
    uint64_t run_reads_ = 0, run_writes_ = 0;  // as noted last
};

}  // namespace linesman::app
