#include "app/day_usage.h"

#include "base/json.h"

namespace linesman::app {

void DayUsage::turn_to(int64_t day) {
    if (day == day_) return;
    day_ = day;
    reads_ = writes_ = 0;
}

void DayUsage::load(const std::string& text, base::Timestamp now) {
    turn_to(base::local_day(now, utc_offset_minutes_));
    const auto json = base::parse_json(text, "usage of the day");
    if (!json || base::int_at(*json, "day") != day_) return;
    reads_ += static_cast<uint64_t>(std::max<int64_t>(base::int_at(*json, "reads").value_or(0), 0));
    writes_ += static_cast<uint64_t>(std::max<int64_t>(base::int_at(*json, "writes").value_or(0), 0));
}

std::string DayUsage::text() const {
    return base::to_text(base::Json{{"day", day_}, {"reads", reads_}, {"writes", writes_}});
}

void DayUsage::note(uint64_t reads, uint64_t writes, base::Timestamp now) {
    turn_to(base::local_day(now, utc_offset_minutes_));
    reads_ += reads - std::min(run_reads_, reads);
    writes_ += writes - std::min(run_writes_, writes);
    run_reads_ = reads;
    run_writes_ = writes;
}

}  // namespace linesman::app
