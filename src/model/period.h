// Days and times as people enter them for a period. Pure. Thread: any.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"

namespace linesman::model {

// "2026-11-22" as the beginning of that day in the zone (the beginning of the next one with `end_of_day`), or an RFC
// 3339 time. Errors: invalid_argument, as words that follow the name of what was entered.
base::Result<base::Timestamp> parse_when(const std::string& text, int utc_offset_minutes, bool end_of_day);

// "2026-11-22": the local day that holds the time.
std::string day_of(base::Timestamp time, int utc_offset_minutes);

// "UTC+02:00", "UTC-03:30", "UTC".
std::string offset_words(int utc_offset_minutes);

}  // namespace linesman::model
