#include "sync/value_codec.h"

#include <charconv>
#include <cmath>

#include "base/text.h"

namespace linesman::sync::value {
namespace {

using base::Json;

Json tagged(const char* tag, Json inner) {
    Json value = Json::object();
    value[tag] = std::move(inner);
    return value;
}

template <typename T>
std::optional<T> whole_number(std::string_view text) {
    T result{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return result;
}

const Json& empty_object() {
    static const Json empty = Json::object();
    return empty;
}

const Json& empty_array() {
    static const Json empty = Json::array();
    return empty;
}

std::optional<double> double_from(const Json& inner) {
    if (inner.is_number()) return inner.get<double>();
    if (!inner.is_string()) return std::nullopt;
    const auto& word = inner.get_ref<const std::string&>();
    if (word == "NaN") return std::nan("");
    if (word == "Infinity") return HUGE_VAL;
    if (word == "-Infinity") return -HUGE_VAL;
    return whole_number<double>(word);
}

std::optional<double> first_number(const Json& fields, std::initializer_list<std::string_view> keys) {
    for (const auto key : keys) {
        if (auto found = number_at(fields, key)) return found;
    }
    return std::nullopt;
}

bool is_plain_name(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    if (name.empty() || !letter(name[0])) return false;
    for (const char c : name) {
        if (!letter(c) && !(c >= '0' && c <= '9')) return false;
    }
    return true;
}

}  // namespace

Json null() {
    return tagged("nullValue", nullptr);
}
Json boolean(bool flag) {
    return tagged("booleanValue", flag);
}
Json integer(int64_t n) {
    return tagged("integerValue", std::to_string(n));
}

Json number(double n) {
    if (std::isnan(n)) return tagged("doubleValue", "NaN");
    if (std::isinf(n)) return tagged("doubleValue", n > 0 ? "Infinity" : "-Infinity");
    return tagged("doubleValue", n);
}

Json text(std::string_view content) {
    return tagged("stringValue", base::is_valid_utf8(content) ? std::string(content) : base::sanitize_utf8(content));
}

Json timestamp(base::Timestamp time) {
    return tagged("timestampValue", base::format_rfc3339(time));
}
Json timestamp_text(std::string_view rfc3339) {
    return tagged("timestampValue", std::string(rfc3339));
}
Json reference(std::string_view document_name) {
    return tagged("referenceValue", std::string(document_name));
}

Json geo_point(model::GeoPoint point) {
    return tagged("geoPointValue", Json{{"latitude", point.latitude}, {"longitude", point.longitude}});
}

Json map(Json fields) {
    Json inner = Json::object();
    if (!fields.empty()) inner["fields"] = std::move(fields);
    return tagged("mapValue", std::move(inner));
}

Json array(Json values) {
    Json inner = Json::object();
    if (!values.empty()) inner["values"] = std::move(values);
    return tagged("arrayValue", std::move(inner));
}

Json text_array(const std::vector<std::string>& texts) {
    Json values = Json::array();
    for (const auto& each : texts) values.push_back(text(each));
    return array(std::move(values));
}

std::optional<bool> as_boolean(const Json& value) {
    return base::bool_at(value, "booleanValue");
}

std::optional<int64_t> as_integer(const Json& value) {
    const Json* inner = base::find(value, "integerValue");
    if (!inner) return std::nullopt;
    if (inner->is_number_integer()) return inner->get<int64_t>();
    return inner->is_string() ? whole_number<int64_t>(inner->get_ref<const std::string&>()) : std::nullopt;
}

std::optional<double> as_number(const Json& value) {
    if (const auto whole = as_integer(value)) return static_cast<double>(*whole);
    const Json* inner = base::find(value, "doubleValue");
    return inner ? double_from(*inner) : std::nullopt;
}

std::optional<std::string> as_text(const Json& value) {
    return base::string_at(value, "stringValue");
}

std::optional<base::Timestamp> timestamp_from_milliseconds(double milliseconds) {
    if (!(std::abs(milliseconds) <= 8.64e15)) return std::nullopt;
    return base::Timestamp{static_cast<int64_t>(std::floor(milliseconds * 1000.0))};
}

std::optional<base::Timestamp> as_timestamp(const Json& value) {
    auto words = base::string_at(value, "timestampValue");
    if (!words) words = as_text(value);
    if (words) {
        auto parsed = base::parse_rfc3339(*words);
        return parsed ? std::optional(*parsed) : std::nullopt;
    }
    const auto milliseconds = as_number(value);
    return milliseconds ? timestamp_from_milliseconds(*milliseconds) : std::nullopt;
}

std::optional<model::GeoPoint> position_from_text(std::string_view content) {
    const size_t comma = content.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    const auto latitude = whole_number<double>(base::trimmed(content.substr(0, comma)));
    const auto longitude = whole_number<double>(base::trimmed(content.substr(comma + 1)));
    if (!latitude || !longitude || !std::isfinite(*latitude) || !std::isfinite(*longitude)) return std::nullopt;
    return model::GeoPoint{*latitude, *longitude};
}

std::optional<model::GeoPoint> as_position(const Json& value) {
    if (const auto words = as_text(value)) return position_from_text(*words);
    if (const Json* point = base::find(value, "geoPointValue")) {
        if (!point->is_object()) return std::nullopt;
        return model::GeoPoint{base::number_at(*point, "latitude").value_or(0),
                               base::number_at(*point, "longitude").value_or(0)};
    }
    const Json* fields = as_map(value);
    if (!fields) return std::nullopt;
    const auto latitude = first_number(*fields, {"latitude", "lat", "_latitude"});
    const auto longitude = first_number(*fields, {"longitude", "lng", "lon", "_longitude"});
    if (!latitude || !longitude || !std::isfinite(*latitude) || !std::isfinite(*longitude)) return std::nullopt;
    return model::GeoPoint{*latitude, *longitude};
}

const Json* as_map(const Json& value) {
    const Json* inner = base::find(value, "mapValue");
    if (!inner || !inner->is_object()) return nullptr;
    const Json* fields = base::find(*inner, "fields");
    if (!fields) return &empty_object();
    return fields->is_object() ? fields : nullptr;
}

const Json* as_array(const Json& value) {
    const Json* inner = base::find(value, "arrayValue");
    if (!inner || !inner->is_object()) return nullptr;
    const Json* values = base::find(*inner, "values");
    if (!values) return &empty_array();
    return values->is_array() ? values : nullptr;
}

const Json* member(const Json& fields, std::string_view key) {
    return base::find(fields, key);
}

std::string text_at(const Json& fields, std::string_view key) {
    const Json* value = member(fields, key);
    return value ? as_text(*value).value_or(std::string()) : std::string();
}

int64_t integer_at(const Json& fields, std::string_view key, int64_t otherwise) {
    const Json* value = member(fields, key);
    return value ? as_integer(*value).value_or(otherwise) : otherwise;
}

bool boolean_at(const Json& fields, std::string_view key, bool otherwise) {
    const Json* value = member(fields, key);
    return value ? as_boolean(*value).value_or(otherwise) : otherwise;
}

std::optional<double> number_at(const Json& fields, std::string_view key) {
    const Json* value = member(fields, key);
    return value ? as_number(*value) : std::nullopt;
}

std::optional<base::Timestamp> timestamp_at(const Json& fields, std::string_view key) {
    const Json* value = member(fields, key);
    return value ? as_timestamp(*value) : std::nullopt;
}

Json to_plain(const Json& value) {
    if (const Json* fields = as_map(value)) return fields_to_plain(*fields);
    if (const Json* values = as_array(value)) {
        Json plain = Json::array();
        for (const auto& each : *values) plain.push_back(to_plain(each));
        return plain;
    }
    if (const auto whole = as_integer(value)) return *whole;
    if (const Json* point = base::find(value, "geoPointValue")) {
        if (const auto position = as_position(value))
            return {{"latitude", position->latitude}, {"longitude", position->longitude}};
        return *point;
    }
    for (const char* tag :
         {"booleanValue", "doubleValue", "stringValue", "timestampValue", "bytesValue", "referenceValue"}) {
        if (const Json* inner = base::find(value, tag)) return *inner;
    }
    return nullptr;
}

Json fields_to_plain(const Json& fields) {
    Json plain = Json::object();
    if (!fields.is_object()) return plain;
    for (const auto& [key, value] : fields.items()) plain[key] = to_plain(value);
    return plain;
}

Json from_plain(const Json& plain) {
    switch (plain.type()) {
        case Json::value_t::boolean:
            return boolean(plain.get<bool>());
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
            return integer(plain.get<int64_t>());
        case Json::value_t::number_float:
            return number(plain.get<double>());
        case Json::value_t::string:
            return text(plain.get_ref<const std::string&>());
        case Json::value_t::array: {
            Json values = Json::array();
            for (const auto& each : plain) values.push_back(from_plain(each));
            return array(std::move(values));
        }
        case Json::value_t::object:
            return map(fields_from_plain(plain));
        case Json::value_t::null:
        case Json::value_t::binary:
        case Json::value_t::discarded:
            break;
    }
    return null();
}

Json fields_from_plain(const Json& object) {
    Json fields = Json::object();
    if (!object.is_object()) return fields;
    for (const auto& [key, plain] : object.items()) fields[key] = from_plain(plain);
    return fields;
}

base::Result<Json> parse_fields(std::string_view fields_json) {
    if (base::trimmed(fields_json).empty()) return Json::object();
    auto parsed = base::parse_json(fields_json, "A document");
    if (parsed && !parsed->is_object()) {
        return base::make_error(base::ErrorKind::corrupt, "A document is not a map of fields.", "fields is no object");
    }
    return parsed;
}

std::string path_segment(std::string_view name) {
    if (is_plain_name(name)) return std::string(name);
    std::string quoted = "`";
    for (const char c : name) {
        if (c == '`' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted += '`';
}

std::string field_path(std::initializer_list<std::string_view> segments) {
    std::string path;
    for (const auto segment : segments) {
        if (!path.empty()) path += '.';
        path += path_segment(segment);
    }
    return path;
}

}  // namespace linesman::sync::value
