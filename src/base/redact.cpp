#include <algorithm>
#include <array>
#include <cctype>

#include "base/log.h"

// Written by hand and not with std::regex, whose matcher recurses for every character and overflows the stack on a long
// line.

namespace linesman::base {
namespace {

constexpr std::string_view kRemoved = "[removed]";
constexpr size_t kLeastTokenBytes = 8;  // "bearer of news" is not a secret

constexpr std::array<std::string_view, 3> kSchemes{"bearer", "firebase", "basic"};
constexpr std::array<std::string_view, 14> kSecretNames{
    "access_token", "refresh_token", "id_token",      "idtoken", "refreshtoken", "token",        "key",
    "password",     "client_secret", "code_verifier", "code",    "signature",    "clientsecret", "codeverifier"};

bool is_space(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool is_token_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("._~+/=-").find(c) != std::string_view::npos;
}

bool is_jwt_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

// Whether `name` (lower case) stands at `at`, in any case.
bool stands_at(std::string_view text, size_t at, std::string_view name) {
    if (text.size() - at < name.size()) return false;
    return std::equal(name.begin(), name.end(), text.begin() + static_cast<std::ptrdiff_t>(at), [](char a, char b) {
        return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
    });
}

template <typename Accept>
size_t skip(std::string_view text, size_t at, const Accept& accept) {
    while (at < text.size() && accept(text[at])) ++at;
    return at;
}

// The part of the text that is secret; empty when there is none.
struct Secret {
    size_t begin = 0;
    size_t end = 0;
};

// "Bearer eyJ…"
Secret after_scheme(std::string_view text, size_t at) {
    for (const std::string_view scheme : kSchemes) {
        if (!stands_at(text, at, scheme)) continue;
        const size_t begin = skip(text, at + scheme.size(), is_space);
        const size_t end = skip(text, begin, is_token_char);
        if (begin > at + scheme.size() && end - begin >= kLeastTokenBytes) return {begin, end};
    }
    return {};
}

// token=…, "password": "…"
Secret after_name(std::string_view text, size_t at) {
    for (const std::string_view name : kSecretNames) {
        if (!stands_at(text, at, name)) continue;
        size_t here = at + name.size();
        if (here < text.size() && (text[here] == '"' || text[here] == '\'')) ++here;
        here = skip(text, here, is_space);
        if (here >= text.size() || (text[here] != '=' && text[here] != ':')) continue;
        here = skip(text, here + 1, is_space);
        if (here < text.size() && (text[here] == '"' || text[here] == '\'')) {
            const char quote = text[here++];  // a quoted secret may hold spaces
            size_t end = here;
            while (end < text.size() && text[end] != quote) end += text[end] == '\\' ? 2 : 1;
            return {here, std::min(end, text.size())};
        }
        return {here, skip(text, here, [](char c) {
                    return !is_space(c) && std::string_view("&\"',}").find(c) == std::string_view::npos;
                })};
    }
    return {};
}

// A JSON Web Token anywhere: eyJ….….…
Secret web_token(std::string_view text, size_t at) {
    if (text.substr(at, 3) != "eyJ") return {};
    const size_t dot = skip(text, at + 3, is_jwt_char);
    if (dot - at - 3 < kLeastTokenBytes || dot >= text.size() || text[dot] != '.') return {};
    return {at, skip(text, dot, [](char c) { return is_jwt_char(c) || c == '.'; })};
}

template <typename Find>
std::string without(std::string_view text, const Find& find) {
    std::string out;
    out.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const Secret secret = find(text, at);
        if (secret.end <= secret.begin) {
            out += text[at++];
            continue;
        }
        out += text.substr(at, secret.begin - at);
        out += kRemoved;
        at = secret.end;
    }
    return out;
}

}  // namespace

std::string redact(std::string_view line) {
    // Schemes first: in "token=Bearer abc" the name alone would hide only the word Bearer.
    return without(without(without(line, after_scheme), after_name), web_token);
}

}  // namespace linesman::base
