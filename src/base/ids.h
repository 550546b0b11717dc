// Identifiers and digests.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace linesman::base {

// RFC 9562 UUIDv7 in lower-case text: sorts by creation time; operations are named by it.
std::string uuid7(const Clock& clock);

// 20 characters of [A-Za-z0-9], as Firestore's clients make document ids.
std::string random_document_id();

// `count` characters of [0-9a-z].
std::string random_base36(int count);

// Cryptographically random bytes as lower-case hex (2 × count characters).
std::string random_hex(int count);

std::string sha256_hex(std::string_view bytes);
std::array<uint8_t, 32> sha256(std::string_view bytes);
std::array<uint8_t, 16> md5(
    std::string_view bytes);  // photo identity, as Firebase Storage reports it; not a security measure
std::string md5_base64(std::string_view bytes);

std::string base64_encode(std::string_view bytes);
std::string base64url_encode(std::string_view bytes);  // without padding
// Errors: corrupt. Accepts both alphabets, with or without padding.
Result<std::string> base64_decode(std::string_view text);

std::string hex(std::string_view bytes);

// 64-bit FNV-1a. For hash tables and change detection on one machine, never for identity across machines.
uint64_t fnv1a(std::string_view bytes);

}  // namespace linesman::base
