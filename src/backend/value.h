// Firestore's typed values in memory, their order across types and their size. Pure; thread: any (values are not shared
// while they change).
//
// Order: null < false < true < numbers (NaN first; integers and doubles together) < timestamps < strings (UTF-8 bytes)
// < bytes < references (by path segment) < geo points < arrays < maps.
// Source: firebase.google.com/docs/firestore/manage-data/data-types, "Value type ordering".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace linesman::backend {

struct Value;
using Array = std::vector<Value>;
struct MapEntry;
using Map = std::vector<MapEntry>;  // sorted by key bytes, keys unique

struct Null {};
struct Bytes {
    std::string data;
};
struct Reference {
    std::string name;  // projects/…/documents/…
};
struct GeoPoint {
    double latitude = 0;   // degrees
    double longitude = 0;  // degrees
};

struct Value {
    std::variant<Null, bool, int64_t, double, base::Timestamp, std::string, Bytes, Reference, GeoPoint, Array, Map>
        data;

    template <typename T>
    const T* as() const {
        return std::get_if<T>(&data);
    }
    bool is_null() const { return std::holds_alternative<Null>(data); }
    bool is_number() const { return as<int64_t>() || as<double>(); }
    bool is_nan() const;
};

// Not a std::pair: clang 14 cannot make one of a type that is not complete yet.
struct MapEntry {
    std::string first;
    Value second;
    MapEntry(std::string key, Value value) : first(std::move(key)), second(std::move(value)) {}
};

// Which group of the order above a value belongs to; inequality filters compare within one group only.
int type_rank(const Value& value);

// < 0, 0, > 0. Numbers compare by value, so 1 and 1.0 are equal.
int compare(const Value& a, const Value& b);

// Paths compare segment by segment, each by bytes.
int compare_paths(std::string_view a, std::string_view b);

// nullptr when the key is absent.
const Value* find(const Map& map, std::string_view key);
Value* find(Map& map, std::string_view key);
void set(Map& map, std::string_view key, Value value);
void erase_field(Map& map, std::string_view key);

// Bytes as Firestore counts them ("Storage size calculations" in its documentation), without the document's name.
size_t stored_size(const Value& value);
size_t stored_size(const Map& fields);

}  // namespace linesman::backend
