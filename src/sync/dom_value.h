// Firestore's typed values read straight from simdjson's DOM: the fast twin of value_codec.h's readers, with the same
// leniency. Internal to sync (simdjson stays in this room). Elements live as long as their parser's document.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "model/capture.h"

namespace linesman::sync::dom {

using Element = simdjson::dom::element;

enum class Kind : uint8_t {
    absent,
    null,
    boolean,
    integer,
    number,
    timestamp,
    text,
    bytes,
    reference,
    geo_point,
    array,
    map,
    unknown
};

// A Value with its one tag resolved. Kind::unknown for anything that is no Value.
struct Typed {
    Kind kind = Kind::absent;
    Element inner{};
};

Typed typed(Element value);

std::optional<std::string_view> text(const Typed& value);
std::optional<bool> boolean(const Typed& value);
std::optional<int64_t> integer(const Typed& value);  // integerValue, or a double without fraction
std::optional<double> number(const Typed& value);    // may be NaN or infinite
std::optional<base::Timestamp> timestamp(const Typed& value);
std::optional<model::GeoPoint> position(const Typed& value);  // finite

// Calls visit(std::string_view key, Typed value) for each field of a map Value. False when it is no map.
template <typename Visit>
bool each_field(const Typed& value, Visit&& visit) {
    if (value.kind != Kind::map) return false;
    simdjson::dom::object inner;
    if (value.inner.get(inner) != simdjson::SUCCESS) return false;
    simdjson::dom::object fields;
    if (inner["fields"].get(fields) != simdjson::SUCCESS) return inner["fields"].error() == simdjson::NO_SUCH_FIELD;
    for (const auto field : fields) visit(field.key, typed(field.value));
    return true;
}

// Calls visit(Typed value) for each entry of an array Value. False when it is no array.
template <typename Visit>
bool each_entry(const Typed& value, Visit&& visit) {
    if (value.kind != Kind::array) return false;
    simdjson::dom::object inner;
    if (value.inner.get(inner) != simdjson::SUCCESS) return false;
    simdjson::dom::array values;
    if (inner["values"].get(values) != simdjson::SUCCESS) return inner["values"].error() == simdjson::NO_SUCH_FIELD;
    for (const Element each : values) visit(typed(each));
    return true;
}

}  // namespace linesman::sync::dom
