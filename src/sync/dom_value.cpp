#include "sync/dom_value.h"

#include <charconv>
#include <cmath>

#include "sync/value_codec.h"

namespace linesman::sync::dom {
namespace {

Kind kind_of(std::string_view tag) {
    switch (tag.size()) {
        case 8:
            return tag == "mapValue" ? Kind::map : Kind::unknown;
        case 9:
            return tag == "nullValue" ? Kind::null : Kind::unknown;
        case 10:
            return tag == "bytesValue" ? Kind::bytes : tag == "arrayValue" ? Kind::array : Kind::unknown;
        case 11:
            return tag == "stringValue" ? Kind::text : tag == "doubleValue" ? Kind::number : Kind::unknown;
        case 12:
            return tag == "integerValue" ? Kind::integer : tag == "booleanValue" ? Kind::boolean : Kind::unknown;
        case 13:
            return tag == "geoPointValue" ? Kind::geo_point : Kind::unknown;
        case 14:
            return tag == "timestampValue"   ? Kind::timestamp
                   : tag == "referenceValue" ? Kind::reference
                                             : Kind::unknown;
        default:
            return Kind::unknown;
    }
}

std::optional<double> plain_number(Element element) {
    double number = 0;
    if (element.get(number) == simdjson::SUCCESS) return number;
    std::string_view word;
    if (element.get(word) != simdjson::SUCCESS) return std::nullopt;
    if (word == "NaN") return std::nan("");
    if (word == "Infinity") return HUGE_VAL;
    if (word == "-Infinity") return -HUGE_VAL;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    return error == std::errc{} && end == word.data() + word.size() ? std::optional(number) : std::nullopt;
}

std::optional<model::GeoPoint> finite(std::optional<double> latitude, std::optional<double> longitude) {
    if (!latitude || !longitude || !std::isfinite(*latitude) || !std::isfinite(*longitude)) return std::nullopt;
    return model::GeoPoint{*latitude, *longitude};
}

std::optional<model::GeoPoint> from_geo_point(Element inner) {
    simdjson::dom::object object;
    if (inner.get(object) != simdjson::SUCCESS) return std::nullopt;
    model::GeoPoint point;  // proto3 JSON leaves out zeros
    for (const auto field : object) {
        const auto number = plain_number(field.value);
        if (!number || !std::isfinite(*number)) return std::nullopt;
        if (field.key == "latitude") point.latitude = *number;
        if (field.key == "longitude") point.longitude = *number;
    }
    return point;
}

std::optional<base::Timestamp> from_seconds_map(const Typed& value) {
    std::optional<int64_t> seconds;
    int64_t nanos = 0;
    each_field(value, [&](std::string_view key, const Typed& part) {
        if (key == "seconds" || key == "_seconds") seconds = integer(part);
        if (key == "nanoseconds" || key == "_nanoseconds") nanos = integer(part).value_or(0);
    });
    if (!seconds || std::abs(*seconds) > 8'640'000'000'000 || nanos < 0 || nanos > 999'999'999) return std::nullopt;
    return base::Timestamp{*seconds * base::kMicrosPerSecond + nanos / 1000};
}

}  // namespace

Typed typed(Element value) {
    simdjson::dom::object object;
    if (value.get(object) != simdjson::SUCCESS) return {Kind::unknown, value};
    for (const auto field : object) {
        const Kind kind = kind_of(field.key);
        if (kind != Kind::unknown) return {kind, field.value};
    }
    return {Kind::unknown, value};
}

std::optional<std::string_view> text(const Typed& value) {
    std::string_view content;
    if (value.kind != Kind::text || value.inner.get(content) != simdjson::SUCCESS) return std::nullopt;
    return content;
}

std::optional<bool> boolean(const Typed& value) {
    bool flag = false;
    if (value.kind != Kind::boolean || value.inner.get(flag) != simdjson::SUCCESS) return std::nullopt;
    return flag;
}

std::optional<int64_t> integer(const Typed& value) {
    if (value.kind == Kind::number) {
        const auto real = plain_number(value.inner);
        const bool is_whole = real && std::floor(*real) == *real && std::abs(*real) < 9.0e15;
        return is_whole ? std::optional(static_cast<int64_t>(*real)) : std::nullopt;
    }
    if (value.kind != Kind::integer) return std::nullopt;
    int64_t whole = 0;
    if (value.inner.get(whole) == simdjson::SUCCESS) return whole;
    std::string_view word;
    if (value.inner.get(word) != simdjson::SUCCESS || word.empty()) return std::nullopt;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), whole);
    return error == std::errc{} && end == word.data() + word.size() ? std::optional(whole) : std::nullopt;
}

std::optional<double> number(const Typed& value) {
    if (value.kind == Kind::number) return plain_number(value.inner);
    const auto whole = value.kind == Kind::integer ? integer(value) : std::nullopt;
    return whole ? std::optional(static_cast<double>(*whole)) : std::nullopt;
}

std::optional<base::Timestamp> timestamp(const Typed& value) {
    if (value.kind == Kind::timestamp || value.kind == Kind::text) {
        std::string_view words;
        if (value.inner.get(words) != simdjson::SUCCESS) return std::nullopt;
        const auto parsed = base::parse_rfc3339(words);
        return parsed ? std::optional(*parsed) : std::nullopt;
    }
    if (value.kind == Kind::map) return from_seconds_map(value);
    const auto milliseconds = number(value);
    return milliseconds ? value::timestamp_from_milliseconds(*milliseconds) : std::nullopt;
}

std::optional<model::GeoPoint> position(const Typed& value) {
    if (value.kind == Kind::geo_point) return from_geo_point(value.inner);
    if (const auto words = text(value)) return value::position_from_text(*words);
    std::optional<double> latitude, longitude;
    const bool is_map = each_field(value, [&](std::string_view key, const Typed& part) {
        if (key == "latitude" || key == "lat" || key == "_latitude") latitude = number(part);
        if (key == "longitude" || key == "lng" || key == "lon" || key == "_longitude") longitude = number(part);
    });
    return is_map ? finite(latitude, longitude) : std::nullopt;
}

}  // namespace linesman::sync::dom
