// Values to and from Firestore's proto3 JSON, with the checks the server makes.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "backend/value.h"
#include "base/json.h"

namespace linesman::backend {

inline constexpr size_t kMaxFieldBytes = 1'048'487;
inline constexpr int kMaxValueDepth = 20;  // maps and arrays in each other
inline constexpr size_t kMaxDocumentBytes = 1'048'576;

// Parses a request body. Deeper than base::parse_json allows, since 20 levels of maps are 60 levels of JSON.
// Errors: invalid_argument.
base::Result<base::Json> parse_body(std::string_view body);

// Errors: invalid_argument.
base::Result<Value> value_from_json(const base::Json& json);
base::Result<Map> fields_from_json(const base::Json& json);

// An enum of proto3 JSON: its name, or its number (what @google-cloud/firestore sends over REST). `names` are numbered
// from 0; empty when absent or unknown.
std::string enum_at(const base::Json& json, std::string_view key, std::initializer_list<std::string_view> names);

// Appends the JSON text; nlohmann's tree is avoided because whole pages are written this way.
void append_string(std::string& out, std::string_view text);
void append_value(std::string& out, const Value& value);
void append_fields(std::string& out, const Map& fields);  // {"a":{…},…}

}  // namespace linesman::backend
