#include "sync/pull_query.h"

#include "sync/value_codec.h"

namespace linesman::sync {

using base::Json;

namespace {

Json cursor(Json values, bool before) {
    return Json{{"values", std::move(values)}, {"before", before}};
}

Json order(std::string_view field) {
    return Json{{"field", {{"fieldPath", std::string(field)}}}, {"direction", "ASCENDING"}};
}

}  // namespace

Json query_of(std::string_view collection) {
    Json query = Json::object();
    query["from"] = Json::array({Json{{"collectionId", std::string(collection)}}});
    return query;
}

Json field_filter(std::string_view field_path, std::string_view op, Json value) {
    Json filter = Json::object();
    filter["field"] = Json{{"fieldPath", std::string(field_path)}};
    filter["op"] = std::string(op);
    filter["value"] = std::move(value);
    return Json{{"fieldFilter", std::move(filter)}};
}

void set_where(Json& query, std::vector<Json> filters) {
    if (filters.empty()) return;
    if (filters.size() == 1) {
        query["where"] = std::move(filters[0]);
        return;
    }
    Json all = Json::array();
    for (auto& filter : filters) all.push_back(std::move(filter));
    query["where"] = Json{{"compositeFilter", {{"op", "AND"}, {"filters", std::move(all)}}}};
}

Json any_of_filter(std::string_view field_path, const std::vector<std::string>& texts) {
    if (texts.size() == 1) return field_filter(field_path, "EQUAL", value::text(texts[0]));
    return field_filter(field_path, "IN", value::text_array(texts));
}

void set_order(Json& query, std::string_view field) {
    Json orders = Json::array();
    if (!field.empty()) orders.push_back(order(field));
    orders.push_back(order("__name__"));
    query["orderBy"] = std::move(orders);
}

void start_after(Json& query, std::string_view field, const Json& value, std::string_view document_name) {
    Json values = Json::array();
    if (!field.empty()) values.push_back(value);
    values.push_back(value::reference(document_name));
    query["startAt"] = cursor(std::move(values), false);
}

void set_name_range(Json& query, std::string_view from_name, std::string_view to_name) {
    if (!from_name.empty()) query["startAt"] = cursor(Json::array({value::reference(from_name)}), true);
    set_end_before_name(query, to_name);
}

void set_end_before_name(Json& query, std::string_view to_name) {
    if (!to_name.empty()) query["endAt"] = cursor(Json::array({value::reference(to_name)}), true);
}

void set_limit(Json& query, int64_t limit) {
    query["limit"] = limit;
}

void select_names_only(Json& query) {
    query["select"] = Json{{"fields", Json::array({Json{{"fieldPath", "__name__"}}})}};
}

}  // namespace linesman::sync
