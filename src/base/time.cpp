#include "base/time.h"

#include <chrono>
#include <cstdio>

namespace linesman::base {
namespace {

// Days since 1970-01-01 of a proleptic Gregorian date, and back, by std::chrono's calendar.
int64_t days_from_civil(int year, unsigned month, unsigned day) {
    namespace c = std::chrono;
    return c::sys_days{c::year{year} / c::month{month} / c::day{day}}.time_since_epoch().count();
}

int64_t floor_div(int64_t a, int64_t b) {
    return a / b - ((a % b != 0 && (a % b < 0) != (b < 0)) ? 1 : 0);
}

struct Civil {
    int year;
    unsigned month, day, hour, minute, second, micros;
};

Civil to_civil(int64_t us) {
    namespace c = std::chrono;
    constexpr int64_t kDay = 86'400 * kMicrosPerSecond;
    const int64_t days = floor_div(us, kDay);
    const int64_t over = us % kDay;
    const int64_t rest = over < 0 ? over + kDay : over;  // days * kDay would leave the range for the earliest times
    const c::year_month_day date{c::sys_days{c::days{days}}};
    const int64_t s = rest / kMicrosPerSecond;
    return {static_cast<int>(date.year()),
            static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()),
            static_cast<unsigned>(s / 3600),
            static_cast<unsigned>(s / 60 % 60),
            static_cast<unsigned>(s % 60),
            static_cast<unsigned>(rest % kMicrosPerSecond)};
}

// Reads exactly `count` digits; false when there are fewer.
bool digits(std::string_view text, size_t& at, int count, int& out) {
    out = 0;
    for (int i = 0; i < count; ++i, ++at) {
        if (at >= text.size() || text[at] < '0' || text[at] > '9') return false;
        out = out * 10 + (text[at] - '0');
    }
    return true;
}

bool take(std::string_view text, size_t& at, char c) {
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
}

// Fraction digits to microseconds, cutting what is finer.
bool fraction(std::string_view text, size_t& at, int64_t& micros) {
    if (!take(text, at, '.')) return true;
    int64_t scale = 100'000;
    const size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
        micros += (text[at] - '0') * scale;
        scale /= 10;
        ++at;
    }
    return at > start && at - start <= 9;
}

bool offset(std::string_view text, size_t& at, int64_t& seconds_east) {
    if (take(text, at, 'Z') || take(text, at, 'z')) return true;
    if (at >= text.size() || (text[at] != '+' && text[at] != '-')) return false;
    const int sign = text[at++] == '-' ? -1 : 1;
    int h = 0, m = 0;
    if (!digits(text, at, 2, h) || !take(text, at, ':') || !digits(text, at, 2, m) || h > 23 || m > 59) return false;
    seconds_east = sign * (h * int64_t{3600} + m * int64_t{60});
    return true;
}

}  // namespace

Result<Timestamp> parse_rfc3339(std::string_view text) {
    const auto bad = [&] {
        return make_error(ErrorKind::corrupt, "A time could not be read.",
                          "not RFC 3339: " + std::string(text.substr(0, 64)));
    };
    size_t at = 0;
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    int64_t micros = 0, east = 0;
    const bool date_ok = digits(text, at, 4, year) && take(text, at, '-') && digits(text, at, 2, month) &&
                         take(text, at, '-') && digits(text, at, 2, day);
    if (!date_ok || !(take(text, at, 'T') || take(text, at, 't') || take(text, at, ' '))) return bad();
    const bool time_ok = digits(text, at, 2, hour) && take(text, at, ':') && digits(text, at, 2, minute) &&
                         take(text, at, ':') && digits(text, at, 2, second) && fraction(text, at, micros) &&
                         offset(text, at, east);
    if (!time_ok || at != text.size()) return bad();
    const std::chrono::year_month_day check{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                            std::chrono::day{static_cast<unsigned>(day)}};
    if (!check.ok() || hour > 23 || minute > 59 || second > 60) return bad();
    const int64_t days = days_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    const int64_t s = days * 86'400 + hour * int64_t{3600} + minute * int64_t{60} + second - east;
    return Timestamp{s * kMicrosPerSecond + micros};
}

std::string format_rfc3339(Timestamp time) {
    const Civil c = to_civil(time.us);
    char buffer[48];
    int n = std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02u:%02u:%02u", c.year, c.month, c.day, c.hour,
                          c.minute, c.second);
    std::string text(buffer, static_cast<size_t>(n));
    if (c.micros != 0) {
        n = c.micros % 1000 == 0 ? std::snprintf(buffer, sizeof buffer, ".%03u", c.micros / 1000)
                                 : std::snprintf(buffer, sizeof buffer, ".%06u", c.micros);
        text.append(buffer, static_cast<size_t>(n));
    }
    return text += 'Z';
}

std::string format_local(Timestamp time, int utc_offset_minutes, bool with_seconds) {
    const Civil c = to_civil(time.us + utc_offset_minutes * 60LL * kMicrosPerSecond);
    char buffer[48];
    const int n = with_seconds ? std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u %02u:%02u:%02u", c.year, c.month,
                                               c.day, c.hour, c.minute, c.second)
                               : std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u %02u:%02u", c.year, c.month,
                                               c.day, c.hour, c.minute);
    return {buffer, static_cast<size_t>(n)};
}

std::string format_age(Duration age) {
    const int64_t s = age.us / kMicrosPerSecond;
    if (s < -60) return "in the future";
    if (s < 60) return "just now";
    if (s < 3600) return std::to_string(s / 60) + " min";
    if (s < 48LL * 3600) return std::to_string(s / 3600) + " h";
    return std::to_string(s / 86'400) + " days";
}

int64_t local_day(Timestamp time, int utc_offset_minutes) {
    return floor_div(time.us + utc_offset_minutes * 60LL * kMicrosPerSecond, 86'400 * kMicrosPerSecond);
}

Timestamp SystemClock::now() const {
    using namespace std::chrono;
    return {duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

Duration SystemClock::steady() const {
    using namespace std::chrono;
    return {duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count()};
}

Timestamp ManualClock::now() const {
    const std::lock_guard lock(mutex_);
    return now_;
}

Duration ManualClock::steady() const {
    const std::lock_guard lock(mutex_);
    return steady_;
}

void ManualClock::advance(Duration by) {
    const std::lock_guard lock(mutex_);
    now_ = now_ + by;
    steady_.us += by.us;
}

void ManualClock::set(Timestamp now) {
    const std::lock_guard lock(mutex_);
    now_ = now;
}

}  // namespace linesman::base
