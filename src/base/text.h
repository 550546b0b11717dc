// Text as people type it: UTF-8 checks, folding for search, canonical form for keys. Unicode work is utf8proc's.
#pragma once

#include <string>
#include <string_view>

namespace linesman::base {

bool is_valid_utf8(std::string_view text);

// Valid UTF-8: broken sequences become U+FFFD. Cut at a character boundary to at most `max_bytes`.
std::string sanitize_utf8(std::string_view text, size_t max_bytes = SIZE_MAX);

// For search: NFKD, accents stripped, case folded.
std::string fold(std::string_view text);

// NFC, white space at both ends removed. What cannot be normalised (broken UTF-8) is sanitised first.
std::string nfc_trimmed(std::string_view text);

// Unicode upper case of NFC text.
std::string upper(std::string_view text);

std::string_view trimmed(std::string_view text);

}  // namespace linesman::base
