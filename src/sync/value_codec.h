// Firestore's typed values in JSON (google/firestore/v1/document.proto; reference: firebase protocol, section 1):
// builders for what we write, lenient readers for what we get. For single documents and commits; bulk replies are read
// by capture_codec.h and reply_reader.h.
//
// Wire facts kept here: integers are decimal strings (numbers are accepted), doubles may be "NaN" or "Infinity", empty
// arrays and maps come without their inner key, zero scalars may be absent, timestamps are microseconds.
//
// Pure; thread: any. Readers never throw and give nullopt or nullptr for another type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/capture.h"

namespace linesman::sync::value {

// Builders. Text that is not UTF-8 is sanitised, so that a commit can always be serialised.
base::Json null();
base::Json boolean(bool flag);
base::Json integer(int64_t number);
base::Json number(double number);  // NaN and infinities as their strings
base::Json text(std::string_view text);
base::Json timestamp(base::Timestamp time);
base::Json timestamp_text(std::string_view rfc3339);  // verbatim, for times echoed to the server
base::Json reference(std::string_view document_name);
base::Json geo_point(model::GeoPoint point);
base::Json map(base::Json fields = base::Json::object());   // fields: object of name -> Value
base::Json array(base::Json values = base::Json::array());  // values: array of Values
base::Json text_array(const std::vector<std::string>& texts);

// Readers of one Value.
std::optional<bool> as_boolean(const base::Json& value);
std::optional<int64_t> as_integer(const base::Json& value);  // integerValue only
std::optional<double> as_number(const base::Json& value);    // integer or double
std::optional<std::string> as_text(const base::Json& value);
std::optional<base::Timestamp> as_timestamp(const base::Json& value);  // timestampValue, RFC 3339 text, or milliseconds
std::optional<model::GeoPoint> as_position(
    const base::Json& value);                         // geo point, {latitude,longitude}, {lat,lng}, "lat,lng"
const base::Json* as_map(const base::Json& value);    // the object of fields; an empty object for {"mapValue":{}}
const base::Json* as_array(const base::Json& value);  // the array of Values; an empty array for {"arrayValue":{}}

// Readers of a member of a `fields` object.
const base::Json* member(const base::Json& fields, std::string_view key);
std::string text_at(const base::Json& fields, std::string_view key);  // empty when absent or no text
int64_t integer_at(const base::Json& fields, std::string_view key, int64_t otherwise = 0);
bool boolean_at(const base::Json& fields, std::string_view key, bool otherwise = false);
std::optional<double> number_at(const base::Json& fields, std::string_view key);
std::optional<base::Timestamp> timestamp_at(const base::Json& fields, std::string_view key);

// Plain JSON without type tags, for display, logs and rule sets: timestamps become RFC 3339 text, geo points {latitude,
// longitude}, bytes and references text. from_plain is its inverse for null, boolean, number, text, array and object.
base::Json to_plain(const base::Json& value);
base::Json fields_to_plain(const base::Json& fields);
base::Json from_plain(const base::Json& plain);
base::Json fields_from_plain(const base::Json& object);

// The JSON text of a `fields` object, parsed. Empty text is an empty document. Errors: corrupt, when it is not an
// object.
base::Result<base::Json> parse_fields(std::string_view fields_json);

// Quotes a segment of a field path with backticks where it needs them.
std::string path_segment(std::string_view name);
std::string field_path(std::initializer_list<std::string_view> segments);

// "lat,lng", as some importers write positions. nullopt for anything else.
std::optional<model::GeoPoint> position_from_text(std::string_view text);
// Milliseconds since the epoch, as phones write times. nullopt outside ±100 million days (ECMAScript's range).
std::optional<base::Timestamp> timestamp_from_milliseconds(double milliseconds);

}  // namespace linesman::sync::value
