#include "model/period.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace linesman::model {
namespace {

std::optional<int> digits(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return text.empty() ? std::nullopt : std::optional(value);
}

}  // namespace

base::Result<base::Timestamp> parse_when(const std::string& text, int utc_offset_minutes, bool end_of_day) {
    if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
        const auto year = digits(text.substr(0, 4)), month = digits(text.substr(5, 2)), day = digits(text.substr(8, 2));
        if (year && month && day) {
            const std::chrono::year_month_day date{std::chrono::year(*year),
                                                   std::chrono::month(static_cast<unsigned>(*month)),
                                                   std::chrono::day(static_cast<unsigned>(*day))};
            if (date.ok()) {
                const int64_t days = std::chrono::sys_days(date).time_since_epoch().count() + (end_of_day ? 1 : 0);
                return base::Timestamp{days * base::hours(24).us - base::minutes(utc_offset_minutes).us};
            }
        }
    }
    auto time = base::parse_rfc3339(text);
    if (time) return time;
    return base::make_error(base::ErrorKind::invalid_argument,
                            "\"" + text + "\" is no day (2026-11-22) and no time (2026-11-22T08:00:00+02:00)");
}

std::string day_of(base::Timestamp time, int utc_offset_minutes) {
    return base::format_local(time, utc_offset_minutes).substr(0, 10);
}

std::string offset_words(int utc_offset_minutes) {
    if (utc_offset_minutes == 0) return "UTC";
    char text[24];
    const int minutes = std::abs(utc_offset_minutes);
    std::snprintf(text, sizeof text, "UTC%c%02d:%02d", utc_offset_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
    return text;
}

}  // namespace linesman::model
