// Filters: from JSON, and what they match.
#include <algorithm>

#include "backend/api_error.h"
#include "backend/query.h"
#include "backend/value_json.h"

namespace linesman::backend {

using base::Json;
using base::Result;
using Op = Filter::Op;

namespace {

constexpr size_t kMaxInValues = 30;
constexpr size_t kMaxNotInValues = 10;

std::optional<Op> field_op(const std::string& name) {
    static const std::pair<const char*, Op> kOps[] = {
        {"EQUAL", Op::equal},
        {"NOT_EQUAL", Op::not_equal},
        {"LESS_THAN", Op::less},
        {"LESS_THAN_OR_EQUAL", Op::less_or_equal},
        {"GREATER_THAN", Op::greater},
        {"GREATER_THAN_OR_EQUAL", Op::greater_or_equal},
        {"IN", Op::in},
        {"NOT_IN", Op::not_in},
        {"ARRAY_CONTAINS", Op::array_contains},
        {"ARRAY_CONTAINS_ANY", Op::array_contains_any},
    };
    for (const auto& [text, op] : kOps) {
        if (name == text) return op;
    }
    return std::nullopt;
}

std::optional<Op> unary_op(const std::string& name) {
    if (name == "IS_NULL") return Op::is_null;
    if (name == "IS_NOT_NULL") return Op::is_not_null;
    if (name == "IS_NAN") return Op::is_nan;
    if (name == "IS_NOT_NAN") return Op::is_not_nan;
    return std::nullopt;
}

Result<FieldPath> path_at(const Json& json) {
    const Json* field = base::find(json, "field");
    return parse_field_path(field ? base::string_at(*field, "fieldPath").value_or("") : "");
}

base::Status check_list(const Filter& filter) {
    const Array* list = filter.value.as<Array>();
    if (!list) return invalid("'IN', 'NOT_IN' and 'ARRAY_CONTAINS_ANY' require an array value.");
    if (list->empty()) return invalid("'IN', 'NOT_IN' and 'ARRAY_CONTAINS_ANY' require a non-empty array value.");
    const size_t most = filter.op == Op::not_in ? kMaxNotInValues : kMaxInValues;
    if (list->size() > most)
        return invalid("The filter supports up to " + std::to_string(most) + " comparison values.");
    return {};
}

base::Status check_name_values(const Filter& filter) {
    const auto bad = [] { return invalid("__key__ filter value must be a Key"); };
    const Array* list = filter.value.as<Array>();
    if (list && (filter.op == Op::in || filter.op == Op::not_in)) {
        for (const Value& value : *list) {
            if (!value.as<Reference>()) return bad();
        }
        return {};
    }
    if (!filter.value.as<Reference>()) return bad();
    return {};
}

Result<Filter> field_filter(const Json& json) {
    Filter filter;
    auto path = path_at(json);
    if (!path) return path.error();
    filter.path = std::move(*path);
    const auto op = field_op(enum_at(json, "op",
                                     {"", "LESS_THAN", "LESS_THAN_OR_EQUAL", "GREATER_THAN", "GREATER_THAN_OR_EQUAL",
                                      "EQUAL", "NOT_EQUAL", "ARRAY_CONTAINS", "IN", "ARRAY_CONTAINS_ANY", "NOT_IN"}));
    if (!op) return invalid("Unknown field filter operator.");
    filter.op = *op;
    const Json* value_json = base::find(json, "value");
    auto value = value_from_json(value_json ? *value_json : Json());
    if (!value) return value.error();
    filter.value = std::move(*value);
    if (filter.op == Op::in || filter.op == Op::not_in || filter.op == Op::array_contains_any) {
        LINESMAN_TRY(check_list(filter));
    }
    if (filter.path.is_name()) LINESMAN_TRY(check_name_values(filter));
    return filter;
}

Result<Filter> unary_filter(const Json& json) {
    Filter filter;
    auto path = path_at(json);
    if (!path) return path.error();
    filter.path = std::move(*path);
    const auto op = unary_op(enum_at(json, "op", {"", "", "IS_NAN", "IS_NULL", "IS_NOT_NAN", "IS_NOT_NULL"}));
    if (!op) return invalid("Unknown unary filter operator.");
    filter.op = *op;
    return filter;
}

Result<Filter> composite_filter(const Json& json) {
    Filter filter;
    const std::string op = enum_at(json, "op", {"", "AND", "OR"});
    if (op != "AND" && op != "OR") return invalid("Unknown composite filter operator.");
    filter.op = op == "AND" ? Op::conjunction : Op::disjunction;
    const Json* list = base::find(json, "filters");
    if (!list || !list->is_array() || list->empty())
        return invalid("A composite filter must hold at least one filter.");
    for (const Json& item : *list) {
        auto child = filter_from_json(item);
        if (!child) return child.error();
        filter.children.push_back(std::move(*child));
    }
    return filter;
}

bool equals(const Value& a, const Value& b) {
    return compare(a, b) == 0;
}

bool contains(const Array& list, const Value& value) {
    return std::any_of(list.begin(), list.end(), [&](const Value& item) { return equals(item, value); });
}

bool matches_list(Op op, const Array& list, const Value& value) {
    if (op == Op::in) return contains(list, value);
    if (op == Op::not_in) return !value.is_null() && !contains(list, Value{Null{}}) && !contains(list, value);
    const Array* array = value.as<Array>();
    return array && std::any_of(array->begin(), array->end(), [&](const Value& item) { return contains(list, item); });
}

bool matches_value(const Filter& filter, const Value& value) {
    const Value& wanted = filter.value;
    const auto ordered = [&](auto accept) {
        return type_rank(value) == type_rank(wanted) && value.is_nan() == wanted.is_nan() &&
               accept(compare(value, wanted));
    };
    switch (filter.op) {
        case Op::equal:
            return equals(value, wanted);
        case Op::not_equal:
            return !value.is_null() && !equals(value, wanted);
        case Op::less:
            return ordered([](int c) { return c < 0; });
        case Op::less_or_equal:
            return ordered([](int c) { return c <= 0; });
        case Op::greater:
            return ordered([](int c) { return c > 0; });
        case Op::greater_or_equal:
            return ordered([](int c) { return c >= 0; });
        case Op::in:
        case Op::not_in:
        case Op::array_contains_any:
            return matches_list(filter.op, std::get<Array>(wanted.data), value);
        case Op::array_contains:
            return value.as<Array>() && contains(*value.as<Array>(), wanted);
        case Op::is_null:
            return value.is_null();
        case Op::is_not_null:
            return !value.is_null();
        case Op::is_nan:
            return value.is_nan();
        case Op::is_not_nan:
            return !value.is_null() && !value.is_nan();
        case Op::conjunction:
        case Op::disjunction:
            break;
    }
    return false;
}

}  // namespace

Result<Filter> filter_from_json(const Json& json) {
    if (const Json* field = base::find(json, "fieldFilter")) return field_filter(*field);
    if (const Json* unary = base::find(json, "unaryFilter")) return unary_filter(*unary);
    if (const Json* composite = base::find(json, "compositeFilter")) return composite_filter(*composite);
    return invalid("A filter must be a fieldFilter, unaryFilter or compositeFilter.");
}

const Value* order_value(const Document& document, const FieldPath& path, Value& scratch) {
    if (!path.is_name()) return get(document.fields, path);
    scratch.data = Reference{document.name};
    return &scratch;
}

bool matches(const Filter& filter, const Document& document) {
    const auto child_matches = [&](const Filter& child) { return matches(child, document); };
    if (filter.op == Op::conjunction) return std::all_of(filter.children.begin(), filter.children.end(), child_matches);
    if (filter.op == Op::disjunction) return std::any_of(filter.children.begin(), filter.children.end(), child_matches);
    Value scratch;
    const Value* value = order_value(document, filter.path, scratch);
    return value && matches_value(filter, *value);
}

}  // namespace linesman::backend
