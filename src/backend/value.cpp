#include "backend/value.h"

#include <algorithm>
#include <cmath>

namespace linesman::backend {
namespace {

template <typename T>
int three_way(const T& a, const T& b) {
    return a < b ? -1 : (b < a ? 1 : 0);
}

int compare_bytes(std::string_view a, std::string_view b) {
    return three_way(a.compare(b), 0);
}

// long double holds every int64 exactly on x86-64 (64-bit mantissa), so mixed comparisons lose nothing.
long double number(const Value& value) {
    if (const auto* i = value.as<int64_t>()) return static_cast<long double>(*i);
    return static_cast<long double>(std::get<double>(value.data));
}

int compare_numbers(const Value& a, const Value& b) {
    const bool a_nan = a.is_nan(), b_nan = b.is_nan();
    if (a_nan || b_nan) return three_way(!a_nan, !b_nan);
    return three_way(number(a), number(b));
}

int compare_arrays(const Array& a, const Array& b) {
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (const int c = compare(a[i], b[i]); c != 0) return c;
    }
    return three_way(a.size(), b.size());
}

int compare_maps(const Map& a, const Map& b) {
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (const int c = compare_bytes(a[i].first, b[i].first); c != 0) return c;
        if (const int c = compare(a[i].second, b[i].second); c != 0) return c;
    }
    return three_way(a.size(), b.size());
}

auto lower_bound(const Map& map, std::string_view key) {
    return std::lower_bound(map.begin(), map.end(), key,
                            [](const auto& field, std::string_view k) { return field.first < k; });
}

}  // namespace

bool Value::is_nan() const {
    const auto* d = as<double>();
    return d && std::isnan(*d);
}

int type_rank(const Value& value) {
    // Indices follow the variant; integers and doubles share a rank.
    static constexpr int kRanks[] = {0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9};
    return kRanks[value.data.index()];
}

int compare_paths(std::string_view a, std::string_view b) {
    while (!a.empty() && !b.empty()) {
        const size_t ea = std::min(a.find('/'), a.size()), eb = std::min(b.find('/'), b.size());
        if (const int c = compare_bytes(a.substr(0, ea), b.substr(0, eb)); c != 0) return c;
        a.remove_prefix(std::min(ea + 1, a.size()));
        b.remove_prefix(std::min(eb + 1, b.size()));
    }
    return three_way(!a.empty(), !b.empty());
}

int compare(const Value& a, const Value& b) {
    if (const int c = three_way(type_rank(a), type_rank(b)); c != 0) return c;
    switch (type_rank(a)) {
        case 1:
            return three_way(std::get<bool>(a.data), std::get<bool>(b.data));
        case 2:
            return compare_numbers(a, b);
        case 3:
            return three_way(std::get<base::Timestamp>(a.data), std::get<base::Timestamp>(b.data));
        case 4:
            return compare_bytes(std::get<std::string>(a.data), std::get<std::string>(b.data));
        case 5:
            return compare_bytes(std::get<Bytes>(a.data).data, std::get<Bytes>(b.data).data);
        case 6:
            return compare_paths(std::get<Reference>(a.data).name, std::get<Reference>(b.data).name);
        case 7: {
            const auto &ga = std::get<GeoPoint>(a.data), &gb = std::get<GeoPoint>(b.data);
            const int c = three_way(ga.latitude, gb.latitude);
            return c != 0 ? c : three_way(ga.longitude, gb.longitude);
        }
        case 8:
            return compare_arrays(std::get<Array>(a.data), std::get<Array>(b.data));
        case 9:
            return compare_maps(std::get<Map>(a.data), std::get<Map>(b.data));
        default:
            return 0;
    }
}

const Value* find(const Map& map, std::string_view key) {
    const auto it = lower_bound(map, key);
    return it != map.end() && it->first == key ? &it->second : nullptr;
}

Value* find(Map& map, std::string_view key) {
    return const_cast<Value*>(find(std::as_const(map), key));
}

void set(Map& map, std::string_view key, Value value) {
    if (Value* existing = find(map, key)) {
        *existing = std::move(value);
    } else {
        map.emplace(lower_bound(map, key), std::string(key), std::move(value));
    }
}

void erase_field(Map& map, std::string_view key) {
    const auto it = lower_bound(map, key);
    if (it != map.end() && it->first == key) map.erase(it);
}

size_t stored_size(const Value& value) {
    struct Sizer {
        size_t operator()(const Null&) const { return 1; }
        size_t operator()(bool) const { return 1; }
        size_t operator()(int64_t) const { return 8; }
        size_t operator()(double) const { return 8; }
        size_t operator()(const base::Timestamp&) const { return 8; }
        size_t operator()(const std::string& s) const { return s.size() + 1; }
        size_t operator()(const Bytes& b) const { return b.data.size(); }
        size_t operator()(const Reference& r) const { return r.name.size() + 1; }
        size_t operator()(const GeoPoint&) const { return 16; }
        size_t operator()(const Array& a) const {
            size_t sum = 0;
            for (const Value& v : a) sum += stored_size(v);
            return sum;
        }
        size_t operator()(const Map& m) const { return stored_size(m); }
    };
    return std::visit(Sizer{}, value.data);
}

size_t stored_size(const Map& fields) {
    size_t sum = 0;
    for (const auto& [key, value] : fields) sum += key.size() + 1 + stored_size(value);
    return sum;
}

}  // namespace linesman::backend
