#include "report/format.h"

#include <charconv>
#include <chrono>
#include <cmath>

namespace linesman::report {
namespace {

constexpr int64_t kSecond = 1'000'000, kDay = 86'400 * kSecond;
constexpr double kPowers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
constexpr double kExact = 9e15;  // below, a scaled value still is a whole number

int64_t floor_div(int64_t a, int64_t b) {
    const int64_t quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

void two(char* at, unsigned value) {
    at[0] = static_cast<char>('0' + value / 10);
    at[1] = static_cast<char>('0' + value % 10);
}

struct Date {
    int year;
    unsigned month, day;
};

Date date_of(int64_t days) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
    return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())};
}

// Rows come sorted by something else than time, yet days repeat.
struct DayText {
    int64_t day = INT64_MIN;
    char text[10] = {};
};

bool write_day(int64_t day, char* out) {
    thread_local DayText cached;
    if (cached.day != day) {
        if (day < -719'528 || day > 2'932'896) return false;  // years 0 to 9999
        const Date date = date_of(day);
        two(cached.text, static_cast<unsigned>(date.year / 100));
        two(cached.text + 2, static_cast<unsigned>(date.year % 100));
        cached.text[4] = cached.text[7] = '-';
        two(cached.text + 5, date.month);
        two(cached.text + 8, date.day);
        cached.day = day;
    }
    std::copy(cached.text, cached.text + 10, out);
    return true;
}

std::string offset_text(int minutes) {
    const unsigned size = static_cast<unsigned>(std::abs(minutes));
    std::string text = minutes < 0 ? "-00:00" : "+00:00";
    two(text.data() + 1, size / 60);
    two(text.data() + 4, size % 60);
    return text;
}

}  // namespace

void append_integer(std::string& out, int64_t value) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
}

bool append_number(std::string& out, double value, int decimals) {
    if (!std::isfinite(value)) return false;
    decimals = decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;
    const double scaled = value * kPowers[decimals];
    if (std::fabs(scaled) >= kExact) {
        char buffer[400];
        const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals).ptr;
        out.append(buffer, end);
        return true;
    }
    int64_t whole = std::llround(scaled);
    if (whole < 0) out += '-', whole = -whole;
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, whole).ptr;
    const auto digits = static_cast<int>(end - buffer);
    if (decimals == 0) {
        out.append(buffer, end);
        return true;
    }
    if (digits <= decimals) {
        out += "0.";
        out.append(static_cast<size_t>(decimals - digits), '0');
        out.append(buffer, end);
    } else {
        out.append(buffer, end - decimals);
        out += '.';
        out.append(end - decimals, end);
    }
    return true;
}

double rounded(double value, int decimals) {
    decimals = decimals < 0 ? 0 : decimals > 9 ? 9 : decimals;
    const double scaled = value * kPowers[decimals];
    if (!std::isfinite(value) || std::fabs(scaled) >= kExact) return value;
    // The quotient of two whole numbers is rounded once, as reading the decimals is.
    return static_cast<double>(std::llround(scaled)) / kPowers[decimals];
}

void append_time(std::string& out, int64_t us, int utc_offset_minutes) {
    const int64_t shift = int64_t{utc_offset_minutes} * 60 * kSecond;
    char text[32];
    const bool fits = us > INT64_MIN / 2 && us < INT64_MAX / 2;
    const int64_t local = fits ? us + shift : 0;
    const int64_t day = floor_div(local, kDay);
    if (!fits || !write_day(day, text)) {
        out += "us:";
        append_integer(out, us);
        return;
    }
    const int64_t in_day = local - day * kDay;
    const auto seconds = static_cast<unsigned>(in_day / kSecond);
    const auto fraction = static_cast<unsigned>(in_day % kSecond);
    text[10] = 'T';
    two(text + 11, seconds / 3600);
    text[13] = ':';
    two(text + 14, seconds / 60 % 60);
    text[16] = ':';
    two(text + 17, seconds % 60);
    size_t size = 19;
    if (fraction != 0) {
        const bool milli = fraction % 1000 == 0;
        unsigned left = milli ? fraction / 1000 : fraction;
        const size_t digits = milli ? 3 : 6;
        text[size] = '.';
        for (size_t i = digits; i > 0; --i, left /= 10) text[size + i] = static_cast<char>('0' + left % 10);
        size += digits + 1;
    }
    const auto minutes = static_cast<unsigned>(std::abs(utc_offset_minutes));
    text[size] = utc_offset_minutes < 0 ? '-' : '+';
    two(text + size + 1, minutes / 60);
    text[size + 3] = ':';
    two(text + size + 4, minutes % 60);
    out.append(text, size + 6);
}

std::string day_text(int64_t us, int utc_offset_minutes) {
    char text[10];
    if (us <= INT64_MIN / 2 || us >= INT64_MAX / 2) return "unknown";
    if (!write_day(floor_div(us + int64_t{utc_offset_minutes} * 60 * kSecond, kDay), text)) return "unknown";
    return std::string(text, 10);
}

std::string zone_name(int utc_offset_minutes) {
    const std::string utc = "UTC" + offset_text(utc_offset_minutes);
    return utc_offset_minutes == 120 ? "Africa/Johannesburg (" + utc + ")" : utc;
}

std::string grouped(int64_t value) {
    std::string digits = std::to_string(value < 0 ? -value : value), out;
    for (size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) out += "\u202f";
        out += digits[i];
    }
    return value < 0 ? "-" + out : out;
}

std::string percent(double part, double whole) {
    if (!(whole > 0)) return "–";
    std::string out;
    append_number(out, 100 * part / whole, 1);
    return out + " %";
}

}  // namespace linesman::report
