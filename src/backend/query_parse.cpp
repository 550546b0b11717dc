// StructuredQuery from JSON, with the orders that Firestore adds by itself.
#include <algorithm>
#include <set>

#include "backend/api_error.h"
#include "backend/names.h"
#include "backend/query.h"
#include "backend/value_json.h"

namespace linesman::backend {

using base::Json;
using base::Result;
using base::Status;

namespace {

bool is_inequality(Filter::Op op) {
    switch (op) {
        case Filter::Op::less:
        case Filter::Op::less_or_equal:
        case Filter::Op::greater:
        case Filter::Op::greater_or_equal:
        case Filter::Op::not_equal:
        case Filter::Op::not_in:
        case Filter::Op::is_not_null:
        case Filter::Op::is_not_nan:
            return true;
        default:
            return false;
    }
}

void collect_inequalities(const Filter& filter, std::set<FieldPath>& paths) {
    for (const Filter& child : filter.children) collect_inequalities(child, paths);
    if (filter.children.empty() && is_inequality(filter.op)) paths.insert(filter.path);
}

// Inequality fields in path order, then __name__, all in the direction of the last explicit order (query.proto,
// order_by).
void add_implicit_orders(Query& query) {
    const bool descending = !query.orders.empty() && query.orders.back().descending;
    const auto present = [&](const FieldPath& path) {
        return std::any_of(query.orders.begin(), query.orders.end(), [&](const Order& o) { return o.path == path; });
    };
    std::set<FieldPath> inequalities;
    if (query.where) collect_inequalities(*query.where, inequalities);
    const FieldPath name{{"__name__"}};
    inequalities.erase(name);
    for (const FieldPath& path : inequalities) {
        if (!present(path) && !present(name)) query.orders.push_back({path, descending});
    }
    if (!present(name)) query.orders.push_back({name, descending});
}

Status read_from(Query& query, const Json& json) {
    const Json* from = base::find(json, "from");
    if (!from || !from->is_array() || from->size() != 1)
        return invalid("A query must name exactly one collection selector.");
    const Json& selector = (*from)[0];
    query.collection_id = base::string_at(selector, "collectionId").value_or("");
    query.all_descendants = base::bool_at(selector, "allDescendants").value_or(false);
    if (query.collection_id.empty()) {
        if (!query.all_descendants) return invalid("A collection selector must name a collection or all descendants.");
        return {};
    }
    return check_id(query.collection_id);
}

Status read_orders(Query& query, const Json& json) {
    const Json* list = base::find(json, "orderBy");
    if (!list) return {};
    if (!list->is_array()) return invalid("orderBy must be a list.");
    for (const Json& item : *list) {
        const Json* field = base::find(item, "field");
        auto path = parse_field_path(field ? base::string_at(*field, "fieldPath").value_or("") : "");
        if (!path) return path.error();
        const std::string direction = enum_at(item, "direction", {"DIRECTION_UNSPECIFIED", "ASCENDING", "DESCENDING"});
        if (!direction.empty() && direction != "ASCENDING" && direction != "DESCENDING" &&
            direction != "DIRECTION_UNSPECIFIED") {
            return invalid("Unknown order direction.");
        }
        query.orders.push_back({std::move(*path), direction == "DESCENDING"});
    }
    return {};
}

// A __name__ position is a full document name, or (collection queries of clients) already one.
Result<std::optional<Cursor>> read_cursor(const Query& query, const Json& json, const char* key) {
    const Json* item = base::find(json, key);
    if (!item) return std::optional<Cursor>();
    Cursor cursor;
    cursor.before = base::bool_at(*item, "before").value_or(false);
    const Json* values = base::find(*item, "values");
    for (const Json& value_json : values && values->is_array() ? *values : Json::array()) {
        auto value = value_from_json(value_json);
        if (!value) return value.error();
        cursor.values.push_back(std::move(*value));
    }
    if (cursor.values.size() > query.orders.size()) return invalid("Cursor has too many values.");
    for (size_t i = 0; i < cursor.values.size(); ++i) {
        if (query.orders[i].path.is_name() && !cursor.values[i].as<Reference>()) {
            return invalid("Cursor value for __name__ must be a reference.");
        }
    }
    return std::optional(std::move(cursor));
}

Result<std::optional<size_t>> read_count(const Json& json, const char* key) {
    const Json* item = base::find(json, key);
    if (!item || item->is_null()) return std::optional<size_t>();
    const Json& number = item->is_object() && item->contains("value") ? (*item)["value"] : *item;
    if (!number.is_number_integer() || number.get<int64_t>() < 0 || number.get<int64_t>() > INT32_MAX) {
        return invalid(std::string(key) + " must be a whole number that is not negative.");
    }
    return std::optional(number.get<size_t>());
}

Status read_select(Query& query, const Json& json) {
    const Json* select = base::find(json, "select");
    if (!select) return {};
    query.select.emplace();
    const Json* list = base::find(*select, "fields");
    for (const Json& item : list && list->is_array() ? *list : Json::array()) {
        auto path = parse_field_path(base::string_at(item, "fieldPath").value_or(""));
        if (!path) return path.error();
        query.select->push_back(std::move(*path));
    }
    if (query.select->empty()) query.select->push_back(FieldPath{{"__name__"}});
    return {};
}

}  // namespace

Result<Query> query_from_json(const Json& json, std::string parent) {
    if (!json.is_object()) return invalid("structuredQuery must be an object.");
    Query query;
    query.parent = std::move(parent);
    LINESMAN_TRY(read_from(query, json));
    LINESMAN_TRY(read_select(query, json));
    if (const Json* where = base::find(json, "where")) {
        auto filter = filter_from_json(*where);
        if (!filter) return filter.error();
        query.where = std::move(*filter);
    }
    LINESMAN_TRY(read_orders(query, json));
    add_implicit_orders(query);
    if (query.orders[0].path.is_name() && query.orders[0].descending) {
        // As Google's emulator answers; production asks for an index of its own.
        return base::make_error(base::ErrorKind::precondition_failed,
                                "Firestore does not support descending key scans");
    }
    auto start = read_cursor(query, json, "startAt");
    if (!start) return start.error();
    query.start = std::move(*start);
    auto end = read_cursor(query, json, "endAt");
    if (!end) return end.error();
    query.end = std::move(*end);
    auto offset = read_count(json, "offset");
    if (!offset) return offset.error();
    query.offset = offset->value_or(0);
    auto limit = read_count(json, "limit");
    if (!limit) return limit.error();
    query.limit = *limit;
    if (query.limit && *query.limit == 0) return invalid("limit is 0, must be greater than 0.");
    return query;
}

}  // namespace linesman::backend
