#include "net/http.h"

#include <curl/curl.h>
#include <strings.h>

#include <algorithm>
#include <charconv>

#include "base/time.h"

namespace linesman::net {

std::string Response::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key.size() == name.size() && strncasecmp(key.data(), name.data(), name.size()) == 0) return value;
    }
    return {};
}

double Response::retry_after_s() const {
    const std::string value = header("Retry-After");
    if (value.empty()) return 0;
    double wait_s = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), wait_s);
    if (error == std::errc() && end == value.data() + value.size()) return std::clamp(wait_s, 0.0, 86400.0);
    const auto at = parse_http_date(value);
    if (!at) return 0;
    // Against the server's own clock when it says what it is: this desk's clock may be wrong.
    const auto date = parse_http_date(header("Date"));
    const base::Timestamp now = date ? *date : base::SystemClock().now();
    return std::clamp((*at - now).seconds(), 0.0, 86400.0);
}

std::optional<base::Timestamp> parse_http_date(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const time_t seconds = curl_getdate(text.c_str(), nullptr);
    if (seconds < 0) return std::nullopt;
    return base::Timestamp{static_cast<int64_t>(seconds) * base::kMicrosPerSecond};
}

std::string url_encode(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (const char c : text) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += kHex[static_cast<unsigned char>(c) >> 4];
            out += kHex[static_cast<unsigned char>(c) & 15];
        }
    }
    return out;
}

}  // namespace linesman::net
