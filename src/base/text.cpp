#include "base/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace linesman::base {
namespace {

// Length of the valid sequence at the front of `text`; 0 when it is broken.
size_t sequence_length(std::string_view text) {
    utf8proc_int32_t point = 0;
    const auto n = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                    static_cast<utf8proc_ssize_t>(text.size()), &point);
    return n > 0 ? static_cast<size_t>(n) : 0;
}

std::string map_text(std::string_view text, utf8proc_option_t options) {
    utf8proc_uint8_t* out = nullptr;
    const auto n = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                static_cast<utf8proc_ssize_t>(text.size()), &out, options);
    if (n < 0) return std::string(text);
    std::string result(reinterpret_cast<const char*>(out), static_cast<size_t>(n));
    std::free(out);  // utf8proc_map allocates with malloc
    return result;
}

// Bytes of ASCII at the front, looked at eight at a time: nearly all text is nothing else.
size_t ascii_length(std::string_view text) {
    size_t length = 0;
    for (uint64_t word = 0; length + sizeof word <= text.size(); length += sizeof word) {
        std::memcpy(&word, text.data() + length, sizeof word);
        if ((word & 0x8080808080808080U) != 0) break;
    }
    while (length < text.size() && static_cast<uint8_t>(text[length]) < 0x80) ++length;
    return length;
}

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_ascii(std::string_view text) {
    return ascii_length(text) == text.size();
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
    for (;;) {
        text.remove_prefix(ascii_length(text));
        if (text.empty()) return true;
        const size_t n = sequence_length(text);
        if (n == 0) return false;
        text.remove_prefix(n);
    }
}

std::string sanitize_utf8(std::string_view text, size_t max_bytes) {
    std::string out;
    out.reserve(text.size() < max_bytes ? text.size() : max_bytes);
    for (;;) {
        const size_t plain = std::min(ascii_length(text), max_bytes - out.size());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty() || out.size() == max_bytes) break;
        const size_t n = sequence_length(text);
        const std::string_view piece = n == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, n);
        if (out.size() + piece.size() > max_bytes) break;
        out += piece;
        text.remove_prefix(n == 0 ? 1 : n);
    }
    return out;
}

std::string fold(std::string_view text) {
    if (is_ascii(text)) {
        std::string out(text);
        for (char& c : out) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
        }
        return out;
    }
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK |
                                                        UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    return map_text(is_valid_utf8(text) ? std::string(text) : sanitize_utf8(text), options);
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string nfc_trimmed(std::string_view text) {
    const std::string_view core = trimmed(text);
    if (is_ascii(core)) return std::string(core);
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    const std::string composed = map_text(is_valid_utf8(core) ? std::string(core) : sanitize_utf8(core), options);
    // No-break and other Unicode spaces at the ends are what phone keyboards leave behind, in any order and mixed.
    std::string_view view = composed;
    for (size_t before = SIZE_MAX; before != view.size();) {
        before = view.size();
        view = trimmed(view);
        for (const std::string_view space : {"\xC2\xA0", "\xE2\x80\x8B", "\xEF\xBB\xBF", "\xE2\x80\xAF"}) {
            if (view.starts_with(space)) view.remove_prefix(space.size());
            if (view.ends_with(space)) view.remove_suffix(space.size());
        }
    }
    return std::string(view);
}

std::string upper(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        if (static_cast<uint8_t>(text[0]) < 0x80) {
            const char c = text[0];
            out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
            text.remove_prefix(1);
            continue;
        }
        utf8proc_int32_t point = 0;
        const auto n = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                        static_cast<utf8proc_ssize_t>(text.size()), &point);
        if (n <= 0) {
            out += text[0];
            text.remove_prefix(1);
            continue;
        }
        utf8proc_uint8_t buffer[4];
        const auto m = utf8proc_encode_char(utf8proc_toupper(point), buffer);
        out.append(reinterpret_cast<const char*>(buffer), static_cast<size_t>(m));
        text.remove_prefix(static_cast<size_t>(n));
    }
    return out;
}

}  // namespace linesman::base
