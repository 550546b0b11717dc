#include "backend/transforms.h"

#include <algorithm>

namespace linesman::backend {
namespace {

double as_double(const Value& value) {
    const auto* i = value.as<int64_t>();
    return i ? static_cast<double>(*i) : std::get<double>(value.data);
}

Value sum(const Value& a, const Value& b) {
    const auto *x = a.as<int64_t>(), *y = b.as<int64_t>();
    if (!x || !y) return Value{as_double(a) + as_double(b)};
    int64_t total = 0;
    if (__builtin_add_overflow(*x, *y, &total)) total = *x > 0 ? INT64_MAX : INT64_MIN;
    return Value{total};
}

Array without(const Array& array, const Array& others) {
    Array out;
    for (const Value& item : array) {
        const auto same = [&](const Value& other) { return compare(item, other) == 0; };
        if (std::none_of(others.begin(), others.end(), same)) out.push_back(item);
    }
    return out;
}

Array united(Array array, const Array& others) {
    for (const Value& other : others) {
        const auto same = [&](const Value& item) { return compare(item, other) == 0; };
        if (std::none_of(array.begin(), array.end(), same)) array.push_back(other);
    }
    return array;
}

Value extreme(const Value& base, const Value& operand, bool larger) {
    if (base.is_nan() || operand.is_nan()) return base.is_nan() ? base : operand;
    const int order = compare(operand, base);
    return (larger ? order > 0 : order < 0) ? operand : base;
}

}  // namespace

TransformOutcome transform_value(const Transform& transform, const Value* base, base::Timestamp request_time) {
    const bool number = base && base->is_number();
    const Array* array = base ? base->as<Array>() : nullptr;
    const auto same = [](Value value) { return TransformOutcome{value, value}; };
    switch (transform.kind) {
        case Transform::Kind::request_time:
            return same(Value{request_time});
        case Transform::Kind::increment:
            return same(number ? sum(*base, transform.operand) : transform.operand);
        case Transform::Kind::maximum:
            return same(number ? extreme(*base, transform.operand, true) : transform.operand);
        case Transform::Kind::minimum:
            return same(number ? extreme(*base, transform.operand, false) : transform.operand);
        case Transform::Kind::append_missing:
            return {Value{united(array ? *array : Array{}, std::get<Array>(transform.operand.data))}, Value{Null{}}};
        case Transform::Kind::remove_all:
            return {Value{array ? without(*array, std::get<Array>(transform.operand.data)) : Array{}}, Value{Null{}}};
    }
    return same(Value{Null{}});
}

}  // namespace linesman::backend
