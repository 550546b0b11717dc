#include "backend/value_json.h"

#include <charconv>
#include <cmath>

#include "backend/api_error.h"
#include "backend/names.h"
#include "base/ids.h"

namespace linesman::backend {

using base::Json;
using base::Result;

namespace {

constexpr int kMaxBodyDepth = 100;
constexpr int64_t kEarliestUs = -62'135'596'800'000'000;  // 0001-01-01
constexpr int64_t kLatestUs = 253'402'300'800'000'000;    // 10000-01-01, exclusive

Result<Value> parse_value(const Json& json, int depth);

Result<Value> parse_integer(const Json& json) {
    if (json.is_number_unsigned() && json.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) {
        return invalid("Invalid value for integerValue: out of range.");
    }
    if (json.is_number_integer()) return Value{json.get<int64_t>()};
    if (json.is_number_float()) {
        const double d = json.get<double>();
        if (d == std::floor(d) && std::abs(d) < 9.2e18) return Value{static_cast<int64_t>(d)};
    }
    if (json.is_string()) {
        const auto& text = json.get_ref<const std::string&>();
        int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc{} && end == text.data() + text.size()) return Value{number};
    }
    return invalid("Invalid value for integerValue: " + json.dump().substr(0, 60) + ".");
}

Result<Value> parse_double(const Json& json) {
    if (json.is_number()) return Value{json.get<double>()};
    if (json.is_string()) {
        const auto& text = json.get_ref<const std::string&>();
        if (text == "NaN") return Value{std::nan("")};
        if (text == "Infinity") return Value{static_cast<double>(INFINITY)};
        if (text == "-Infinity") return Value{-static_cast<double>(INFINITY)};
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc{} && end == text.data() + text.size()) return Value{number};
    }
    return invalid("Invalid value for doubleValue: " + json.dump().substr(0, 60) + ".");
}

Result<Value> parse_timestamp(const Json& json) {
    if (!json.is_string()) return invalid("Invalid value for timestampValue.");
    const auto time = base::parse_rfc3339(json.get_ref<const std::string&>());
    if (!time || time->us < kEarliestUs || time->us >= kLatestUs) return invalid("Invalid value for timestampValue.");
    return Value{*time};
}

Result<Value> parse_geo(const Json& json) {
    const GeoPoint point{base::number_at(json, "latitude").value_or(0), base::number_at(json, "longitude").value_or(0)};
    if (!(std::abs(point.latitude) <= 90) || !(std::abs(point.longitude) <= 180)) {
        return invalid("geoPointValue is outside -90..90, -180..180.");
    }
    return Value{point};
}

Result<Value> parse_text(const std::string& kind, const Json& json) {
    if (!json.is_string()) return invalid("Invalid value for " + kind + ".");
    const auto& text = json.get_ref<const std::string&>();
    if (kind == "stringValue") {
        if (text.size() > kMaxFieldBytes) return invalid("The value of a property is longer than 1048487 bytes.");
        return Value{text};
    }
    if (kind == "bytesValue") {
        auto bytes = base::base64_decode(text);
        if (!bytes) return invalid("Invalid value for bytesValue: not base64.");
        if (bytes->size() > kMaxFieldBytes) return invalid("The value of a property is longer than 1048487 bytes.");
        return Value{Bytes{std::move(*bytes)}};
    }
    LINESMAN_TRY(check_document_name(text));
    return Value{Reference{text}};
}

Result<Value> parse_array(const Json& json, int depth) {
    Array array;
    const Json* values = base::find(json, "values");
    if (!json.is_object() || (values && !values->is_array())) return invalid("Invalid value for arrayValue.");
    for (const Json& item : values ? *values : Json::array()) {
        auto value = parse_value(item, depth + 1);
        if (!value) return value.error();
        if (value->as<Array>()) return invalid("Cannot convert an array value in an array value.");
        array.push_back(std::move(*value));
    }
    return Value{std::move(array)};
}

base::Status check_key(const std::string& key) {
    if (key.empty()) return invalid("Field name must not be empty.");
    if (key.size() > kMaxIdBytes) return invalid("Field name is longer than 1500 bytes.");
    if (key.size() >= 4 && key.starts_with("__") && key.ends_with("__")) {
        return invalid("Field name \"" + key + "\" is reserved.");
    }
    return {};
}

Result<Map> parse_fields(const Json& json, int depth) {
    Map map;
    if (json.is_null()) return map;
    if (!json.is_object()) return invalid("Fields must be an object.");
    map.reserve(json.size());
    for (const auto& [key, item] : json.items()) {  // nlohmann keeps keys sorted by bytes, as Map wants them
        LINESMAN_TRY(check_key(key));
        auto value = parse_value(item, depth);
        if (!value) return value.error();
        map.emplace_back(key, std::move(*value));
    }
    return map;
}

Result<Value> parse_value(const Json& json, int depth) {
    if (depth > kMaxValueDepth) return invalid("Property contains a value nested deeper than 20 levels.");
    if (!json.is_object() || json.size() != 1) return invalid("A value must hold exactly one of the value types.");
    const auto& kind = json.begin().key();
    const Json& inner = *json.begin();
    if (kind == "nullValue") return Value{Null{}};
    if (kind == "booleanValue") {
        return inner.is_boolean() ? Result<Value>(Value{inner.get<bool>()})
                                  : invalid("Invalid value for booleanValue.");
    }
    if (kind == "integerValue") return parse_integer(inner);
    if (kind == "doubleValue") return parse_double(inner);
    if (kind == "timestampValue") return parse_timestamp(inner);
    if (kind == "geoPointValue") return parse_geo(inner);
    if (kind == "stringValue" || kind == "bytesValue" || kind == "referenceValue") return parse_text(kind, inner);
    if (kind == "arrayValue") return parse_array(inner, depth);
    if (kind == "mapValue") {
        const Json* fields = base::find(inner, "fields");
        auto map = parse_fields(fields ? *fields : Json(), depth + 1);
        return map ? Result<Value>(Value{std::move(*map)}) : map.error();
    }
    return invalid("Unknown value type \"" + kind.substr(0, 60) + "\".");
}

template <typename T>
void append_number(std::string& out, T number) {
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    out.append(buffer, end);
}

void append_double(std::string& out, double number) {
    if (std::isnan(number)) {
        out += "\"NaN\"";
    } else if (std::isinf(number)) {
        out += number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    } else {
        append_number(out, number);
    }
}

}  // namespace

Result<Json> parse_body(std::string_view body) {
    bool too_deep = false;
    const auto guard = [&](int depth, Json::parse_event_t, Json&) {
        if (depth > kMaxBodyDepth) too_deep = true;
        return !too_deep;
    };
    Json json = Json::parse(body.begin(), body.end(), guard, false);
    if (too_deep || json.is_discarded()) return invalid("Invalid JSON payload received.");
    if (!json.is_object()) return invalid("Invalid JSON payload received: an object is expected.");
    return json;
}

Result<Value> value_from_json(const Json& json) {
    return parse_value(json, 1);
}
Result<Map> fields_from_json(const Json& json) {
    return parse_fields(json, 1);
}

std::string enum_at(const Json& json, std::string_view key, std::initializer_list<std::string_view> names) {
    if (const auto number = base::int_at(json, key)) {
        const bool known = *number >= 0 && *number < static_cast<int64_t>(names.size());
        return known ? std::string(names.begin()[*number]) : std::string();
    }
    return base::string_at(json, key).value_or("");
}

void append_string(std::string& out, std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    size_t start = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, start, i - start);
        start = i + 1;
        if (c == '"' || c == '\\') {
            out += '\\';
            out += static_cast<char>(c);
        } else {
            out += "\\u00";
            out += kHex[c >> 4];
            out += kHex[c & 15];
        }
    }
    out.append(text, start);
    out += '"';
}

void append_value(std::string& out, const Value& value) {
    struct Writer {
        std::string& out;
        void operator()(const Null&) const { out += "{\"nullValue\":null}"; }
        void operator()(bool b) const { out += b ? "{\"booleanValue\":true}" : "{\"booleanValue\":false}"; }
        void operator()(int64_t i) const {
            out += "{\"integerValue\":\"";
            append_number(out, i);
            out += "\"}";
        }
        void operator()(double d) const {
            out += "{\"doubleValue\":";
            append_double(out, d);
            out += '}';
        }
        void operator()(const base::Timestamp& t) const { text("timestampValue", base::format_rfc3339(t)); }
        void operator()(const std::string& s) const { text("stringValue", s); }
        void operator()(const Bytes& b) const { text("bytesValue", base::base64_encode(b.data)); }
        void operator()(const Reference& r) const { text("referenceValue", r.name); }
        void operator()(const GeoPoint& g) const {
            out += "{\"geoPointValue\":{\"latitude\":";
            append_double(out, g.latitude);
            out += ",\"longitude\":";
            append_double(out, g.longitude);
            out += "}}";
        }
        void operator()(const Array& a) const {
            out += "{\"arrayValue\":{";
            for (size_t i = 0; i < a.size(); ++i) {
                out += i == 0 ? "\"values\":[" : ",";
                append_value(out, a[i]);
            }
            out += a.empty() ? "}}" : "]}}";
        }
        void operator()(const Map& m) const {
            out += "{\"mapValue\":{";
            if (!m.empty()) {
                out += "\"fields\":";
                append_fields(out, m);
            }
            out += "}}";
        }
        void text(std::string_view kind, std::string_view content) const {
            out += "{\"";
            out += kind;
            out += "\":";
            append_string(out, content);
            out += '}';
        }
    };
    std::visit(Writer{out}, value.data);
}

void append_fields(std::string& out, const Map& fields) {
    out += '{';
    bool first = true;
    for (const auto& [key, value] : fields) {
        if (!first) out += ',';
        first = false;
        append_string(out, key);
        out += ':';
        append_value(out, value);
    }
    out += '}';
}

}  // namespace linesman::backend
