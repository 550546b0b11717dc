// nlohmann/json for everything small: configuration, commits, single documents. Bulk replies are read by simdjson in
// sync.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace linesman::base {

using Json = nlohmann::json;  // object keys are kept sorted, so dump() is canonical

inline constexpr int kMaxJsonDepth = 64;  // Firestore allows 20 levels of values, each two JSON levels deep

// Parses untrusted text: depth-limited, never throws. `item` names the source in the message ("reply of the server").
// Errors: corrupt.
Result<Json> parse_json(std::string_view text, std::string_view item);

// dump() that cannot throw: invalid UTF-8 becomes U+FFFD.
std::string to_text(const Json& json);

// Lookups that never throw and never insert; nullptr or nullopt when absent or of another type.
const Json* find(const Json& json, std::string_view key);
std::optional<std::string> string_at(const Json& json, std::string_view key);
std::optional<int64_t> int_at(const Json& json, std::string_view key);
std::optional<double> number_at(const Json& json, std::string_view key);
std::optional<bool> bool_at(const Json& json, std::string_view key);

}  // namespace linesman::base
