// JSON forms of the values that operations and carried fields share. Inside the room only.
//
// read() returns false for a value of another type or out of range, and may leave its output half set then. Optional
// values are null when absent; times are RFC 3339.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/capture.h"

namespace linesman::model::json_parts {

base::Json write(const std::string& value);
base::Json write(bool value);
base::Json write(int64_t value);
base::Json write(ValidationStatus value);
base::Json write(base::Timestamp value);
base::Json write(const std::optional<base::Timestamp>& value);
base::Json write(const std::optional<GeoPoint>& value);
base::Json write(const std::optional<double>& value);
base::Json write(const std::optional<Photo>& value);
base::Json write(const std::optional<Review>& value);
base::Json write(const std::vector<ValidationEntry>& value);
base::Json write(const std::vector<Override>& value);
base::Json write(const std::map<Slot, PhotoSeen>& value);

bool read(const base::Json& json, std::string& out);
bool read(const base::Json& json, bool& out);
bool read(const base::Json& json, int64_t& out);
bool read(const base::Json& json, uint64_t& out);
bool read(const base::Json& json, uint32_t& out);
bool read(const base::Json& json, double& out);  // finite
bool read(const base::Json& json, GeoPoint& out);
bool read(const base::Json& json, Photo& out);
bool read(const base::Json& json, Decision& out);
bool read(const base::Json& json, Review& out);
bool read(const base::Json& json, ValidationStatus& out);
bool read(const base::Json& json, base::Timestamp& out);
bool read(const base::Json& json, std::optional<base::Timestamp>& out);
bool read(const base::Json& json, std::optional<GeoPoint>& out);
bool read(const base::Json& json, std::optional<double>& out);
bool read(const base::Json& json, std::optional<Photo>& out);
bool read(const base::Json& json, std::optional<Review>& out);
bool read(const base::Json& json, std::vector<ValidationEntry>& out);
bool read(const base::Json& json, std::vector<Override>& out);
bool read(const base::Json& json, std::map<Slot, PhotoSeen>& out);

// Reads a member that may be missing (then `out` keeps its value). False only when it is there and wrong.
template <typename T>
bool read_member(const base::Json& object, std::string_view key, T& out) {
    const base::Json* value = base::find(object, key);
    return value == nullptr || read(*value, out);
}

}  // namespace linesman::model::json_parts
