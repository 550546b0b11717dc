#include "report/strip.h"

#include <cstring>

namespace linesman::report {
namespace {

constexpr size_t kShortest = 9;  // "token=" and a value too short to be one

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool begins(std::string_view text, std::string_view word) {
    if (text.size() < word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i) {
        if (lower(text[i]) != word[i]) return false;
    }
    return true;
}

// Length of "token=" or "token%3D" at the beginning; 0 when neither is there.
size_t token_key(std::string_view text) {
    if (begins(text, "token=")) return 6;
    if (begins(text, "token%3d")) return 8;
    return 0;
}

// What a token can be made of; percent-encoded separators end it.
bool ends_value(std::string_view rest) {
    const char c = rest[0];
    if (c == '%') return begins(rest, "%26") || begins(rest, "%20") || begins(rest, "%22");
    return c == '&' || c == '"' || c == '\'' || c == '<' || c == '>' || c == ')' || c == ';' || c == ',' ||
           static_cast<unsigned char>(c) <= 0x20;
}

}  // namespace

std::string_view without_tokens(std::string_view text, std::string& buffer) {
    if (text.size() < kShortest) return text;
    if (!std::memchr(text.data(), '=', text.size()) && !std::memchr(text.data(), '%', text.size())) return text;
    bool found = false;
    size_t copied = 0;
    for (size_t at = 0; at + 6 <= text.size();) {
        const size_t key = lower(text[at]) == 't' ? token_key(text.substr(at)) : 0;
        if (key == 0) {
            ++at;
            continue;
        }
        if (!found) buffer.clear();
        found = true;
        buffer.append(text, copied, at + key - copied);
        buffer += "removed";
        at += key;
        while (at < text.size() && !ends_value(text.substr(at))) ++at;
        copied = at;
    }
    if (!found) return text;
    buffer.append(text, copied);
    return buffer;
}

}  // namespace linesman::report
