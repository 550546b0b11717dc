// The little we need to know of a URL: which host it names. Never for deciding trust by string comparison of whole
// URLs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace linesman::net {

struct UrlParts {
    std::string scheme;  // "http" or "https", lower case
    std::string host;    // lower case, without brackets, user info or port
    int port = 0;        // the scheme's default when not written
    std::string path;    // from the first '/', still percent-encoded; without query and fragment
    std::string query;   // without '?'
    bool has_user_info = false;

    // "scheme://host:port": two URLs with equal origins reach the same server.
    std::string origin() const;
};

// Absolute http(s) URLs only; nullopt for anything else.
std::optional<UrlParts> parse_url(std::string_view url);

// 127.0.0.0/8, ::1 and localhost.
bool is_loopback(std::string_view host);

// Decodes %XX; nullopt for a broken escape. '+' stays.
std::optional<std::string> url_decode(std::string_view text);

}  // namespace linesman::net
