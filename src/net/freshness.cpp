#include "net/freshness.h"

#include <algorithm>
#include <charconv>

namespace linesman::net {
namespace {

constexpr int64_t kMostSeconds = 365LL * 24 * 3600;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool same_word(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
        return lower(x) == lower(y);
    });
}

// Seconds without a sign; what is no number is 0, which asks again. What is too large counts as very long.
int64_t seconds_of(std::string_view text) {
    text = trimmed(text);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc::result_out_of_range) return kMostSeconds;
    return error == std::errc() && end == text.data() + text.size() && seconds >= 0 ? seconds : 0;
}

struct Directives {
    bool no_store = false, no_cache = false;
    std::optional<int64_t> max_age_s;
};

Directives directives_of(std::string_view header) {
    Directives found;
    while (!header.empty()) {
        const size_t comma = std::min(header.find(','), header.size());
        const std::string_view item = trimmed(header.substr(0, comma));
        header.remove_prefix(std::min(header.size(), comma + 1));
        const size_t equals = std::min(item.find('='), item.size());
        const std::string_view name = trimmed(item.substr(0, equals));
        const std::string_view value = equals < item.size() ? item.substr(equals + 1) : std::string_view();
        found.no_store |= same_word(name, "no-store");
        found.no_cache |= same_word(name, "no-cache");
        if (same_word(name, "max-age")) found.max_age_s = seconds_of(value);
    }
    return found;
}

}  // namespace

Freshness freshness_of(const Response& response, base::Timestamp now, base::Duration fallback) {
    const Directives said = directives_of(response.header("Cache-Control"));
    Freshness fresh{!said.no_store, now};
    if (said.no_store || said.no_cache) return fresh;
    int64_t lives_us = fallback.us;
    if (said.max_age_s) {
        lives_us = std::min(*said.max_age_s, kMostSeconds) * base::kMicrosPerSecond;
    } else if (const std::string expires = response.header("Expires"); !expires.empty()) {
        const auto until = parse_http_date(expires);
        if (!until) return fresh;  // "0" and the like mean: expired
        // The server's own clock tells how long that is.
        lives_us = until->us - parse_http_date(response.header("Date")).value_or(now).us;
    }
    lives_us -= seconds_of(response.header("Age")) * base::kMicrosPerSecond;
    fresh.fresh_until = now + base::Duration{std::clamp<int64_t>(lives_us, 0, kMostSeconds * base::kMicrosPerSecond)};
    return fresh;
}

}  // namespace linesman::net
