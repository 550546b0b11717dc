#include "backend/rest_documents.h"

#include <algorithm>
#include <array>

#include "backend/api_error.h"
#include "backend/names.h"
#include "backend/value_json.h"
#include "base/ids.h"

namespace linesman::backend {

using base::Json;
using base::Result;
using base::Timestamp;

namespace {

constexpr size_t kMaxRequestBytes = size_t{10} << 20;
constexpr size_t kDefaultPage = 300;
constexpr size_t kMaxPage = 1000;

constexpr std::array kVerbs = {"commit",        "batchGet", "batchWrite",          "beginTransaction",
                               "rollback",      "runQuery", "runAggregationQuery", "listCollectionIds",
                               "partitionQuery"};
constexpr std::array kWritingVerbs = {"commit", "batchWrite"};

HttpReply not_found_text() {
    HttpReply reply;
    reply.status = 404;
    reply.content_type = "text/plain";
    reply.body = "Not Found";
    return reply;
}

Result<std::optional<std::vector<FieldPath>>> mask_of(const HttpRequest& request, const std::string& key) {
    const auto texts = request.params(key);
    if (texts.empty()) return std::optional<std::vector<FieldPath>>();
    auto paths = paths_from_json(Json(texts));
    if (!paths) return paths.error();
    return std::optional(std::move(*paths));
}

Result<Precondition> precondition_of(const HttpRequest& request) {
    Precondition precondition;
    const std::string exists = request.param("currentDocument.exists");
    if (!exists.empty()) precondition.exists = exists == "true";
    const std::string text = request.param("currentDocument.updateTime");
    if (!text.empty()) {
        const auto time = precise_time(text);
        if (!time) return time.error();
        precondition.update_time = *time;
    }
    return precondition;
}

// "a desc, b" -> orderBy of a StructuredQuery.
Json orders_from_text(const std::string& text) {
    Json orders = Json::array();
    for (std::string_view part : split(text, ',')) {
        while (part.starts_with(' ')) part.remove_prefix(1);
        const size_t space = std::min(part.find(' '), part.size());
        const bool descending = part.substr(space).find("desc") != std::string_view::npos;
        orders.push_back({{"field", {{"fieldPath", part.substr(0, space)}}},
                          {"direction", descending ? "DESCENDING" : "ASCENDING"}});
    }
    return orders;
}

// The cursor values of a document, as the token of the page after it.
std::string page_token(const Query& query, const Document& last) {
    std::string values = "[";
    for (const Order& order : query.orders) {
        Value scratch;
        if (values.size() > 1) values += ',';
        append_value(values, *order_value(last, order.path, scratch));
    }
    return base::base64url_encode(values + "]");
}

Result<Cursor> cursor_from_token(const std::string& token) {
    const auto bad = [] { return invalid("Invalid page token."); };
    const auto text = base::base64_decode(token);
    if (!text) return bad();
    const auto json = base::parse_json(*text, "page token");
    if (!json || !json->is_array()) return bad();
    Cursor cursor;
    for (const Json& item : *json) {
        auto value = value_from_json(item);
        if (!value) return bad();
        cursor.values.push_back(std::move(*value));
    }
    return cursor;
}

}  // namespace

HttpReply FirestoreService::handle(const HttpRequest& request, const Caller& caller) {
    auto reply = route(request, caller);
    return reply ? std::move(*reply) : error_reply(reply.error());
}

Result<HttpReply> FirestoreService::route(const HttpRequest& request, const Caller& caller) {
    if (request.body.size() > kMaxRequestBytes) {
        return invalid("Request payload size exceeds the limit: " + std::to_string(kMaxRequestBytes) + " bytes.");
    }
    // Each segment is decoded by itself; a slash hidden in one would otherwise change the path.
    std::string name;
    for (const std::string_view part : split(std::string_view(request.path).substr(4), '/')) {
        const std::string decoded = url_decode(part);
        if (decoded.find('/') != std::string::npos) return invalid("Resource name holds an encoded slash.");
        name += (name.empty() ? "" : "/") + decoded;
    }
    if (request.method == "POST") {
        const size_t colon = name.rfind(':');
        const std::string suffix = colon == std::string::npos ? "" : name.substr(colon + 1);
        if (std::find(kVerbs.begin(), kVerbs.end(), suffix) != kVerbs.end()) {
            return verb(name.substr(0, colon), suffix, request, caller);
        }
        if (suffix == "listen" || suffix == "write") return not_found_text();
    }
    LINESMAN_TRY(database_of(name));
    const std::string_view path = path_of(name);
    const bool is_document = !path.empty() && split(path, '/').size() % 2 == 0;
    if (request.method == "GET") {
        LINESMAN_TRY(may_read(policy_, caller));
        return is_document ? get(name, request) : list(name, request);
    }
    LINESMAN_TRY(may_write(policy_, caller));
    if (request.method == "POST" && !is_document && !path.empty()) return create(name, request);
    if (request.method == "PATCH" && is_document) return patch(name, request);
    if (request.method == "DELETE" && is_document) return remove(name, request);
    return not_found_text();
}

Result<HttpReply> FirestoreService::verb(const std::string& name, const std::string& verb, const HttpRequest& request,
                                         const Caller& caller) {
    counters_.request(verb);
    LINESMAN_TRY(check_parent_name(name));
    const bool writes = std::find(kWritingVerbs.begin(), kWritingVerbs.end(), verb) != kWritingVerbs.end();
    LINESMAN_TRY(writes ? may_write(policy_, caller) : may_read(policy_, caller));
    auto body = request.body.empty() ? Result<Json>(Json::object()) : parse_body(request.body);
    if (!body) return body.error();
    const std::string database = *database_of(name);
    if (verb == "runQuery") return run_query(name, *body);
    if (verb == "runAggregationQuery") return run_aggregation(name, *body);
    if (verb == "batchGet") return batch_get(database, *body);
    if (verb == "listCollectionIds") return list_collection_ids(name, *body);
    if (verb == "commit") return commit(database, *body);
    if (verb == "batchWrite") return batch_write(database, *body, caller);
    if (verb == "beginTransaction") return begin_transaction(*body);
    if (verb == "rollback") return rollback(*body);
    return base::make_error(base::ErrorKind::unsupported, "partitionQuery is not offered by the local backend.");
}

Result<HttpReply> FirestoreService::get(const std::string& name, const HttpRequest& request) {
    counters_.request("get");
    LINESMAN_TRY(check_document_name(name));
    auto mask = mask_of(request, "mask.fieldPaths");
    if (!mask) return mask.error();
    Json options = Json::object();
    if (request.has_param("readTime")) options["readTime"] = request.param("readTime");
    if (request.has_param("transaction")) options["transaction"] = request.param("transaction");
    auto context = read_context(options);
    if (!context) return context.error();
    const DocumentPtr document = store_.view().get(name, context->time);
    counters_.read(1);
    if (!context->transaction.empty()) {
        transactions_.note_read(context->transaction, name,
                                document ? std::optional(document->update_time) : std::nullopt);
    }
    if (!document) return base::make_error(base::ErrorKind::not_found, "Document \"" + name + "\" not found.");
    std::string body;
    append_document(body, *document, *mask ? &**mask : nullptr);
    return json_reply(std::move(body));
}

Result<HttpReply> FirestoreService::list(const std::string& name, const HttpRequest& request) {
    counters_.request("list");
    const std::string parent(collection_of(name));
    LINESMAN_TRY(check_parent_name(parent));
    auto mask = mask_of(request, "mask.fieldPaths");
    if (!mask) return mask.error();
    size_t page = kDefaultPage;
    if (request.has_param("pageSize"))
        page = std::clamp<size_t>(std::strtoul(request.param("pageSize").c_str(), nullptr, 10), 1, kMaxPage);
    Json json = {{"from", {{{"collectionId", id_of(name)}}}}, {"limit", page + 1}};
    if (request.has_param("orderBy")) json["orderBy"] = orders_from_text(request.param("orderBy"));
    auto query = query_from_json(json, parent);
    if (!query) return query.error();
    if (request.has_param("pageToken") && !request.param("pageToken").empty()) {
        auto cursor = cursor_from_token(request.param("pageToken"));
        if (!cursor || cursor->values.size() != query->orders.size()) return invalid("Invalid page token.");
        query->start = std::move(*cursor);
    }
    Json options = Json::object();
    if (request.has_param("readTime")) options["readTime"] = request.param("readTime");
    auto context = read_context(options);
    if (!context) return context.error();
    const QueryResult result = backend::run_query(store_.view(), *query, context->time);
    const size_t count = std::min(result.documents.size(), page);
    counters_.read(std::max<size_t>(count, 1));
    std::string body = "{";
    for (size_t i = 0; i < count; ++i) {
        body += i == 0 ? "\"documents\":[\n" : ",\n";
        append_document(body, *result.documents[i], *mask ? &**mask : nullptr);
    }
    if (count > 0) body += "\n]";
    if (result.documents.size() > page)
        body += ",\"nextPageToken\":\"" + page_token(*query, *result.documents[page - 1]) + "\"";
    return json_reply(body + "}\n");
}

Result<HttpReply> FirestoreService::write_one(Write write, const HttpRequest& request) {
    auto mask = mask_of(request, "mask.fieldPaths");
    if (!mask) return mask.error();
    const std::string name = write.name;
    const auto result = apply({std::move(write)}, nullptr);
    if (!result) return result.error();
    const DocumentPtr document = store_.view().get(name, result->commit_time);
    std::string body;
    if (document) append_document(body, *document, *mask ? &**mask : nullptr);
    return json_reply(document ? std::move(body) : "{}");
}

Result<HttpReply> FirestoreService::create(const std::string& name, const HttpRequest& request) {
    counters_.request("create");
    auto body = parse_body(request.body.empty() ? "{}" : request.body);
    if (!body) return body.error();
    std::string id = request.param("documentId");
    if (id.empty()) id = base::random_document_id();
    LINESMAN_TRY(check_id(id));
    Write write;
    write.name = name + "/" + id;
    LINESMAN_TRY(check_document_name(write.name));
    auto fields = fields_from_json(body->contains("fields") ? (*body)["fields"] : Json());
    if (!fields) return fields.error();
    write.fields = std::move(*fields);
    write.precondition.exists = false;
    return write_one(std::move(write), request);
}

Result<HttpReply> FirestoreService::patch(const std::string& name, const HttpRequest& request) {
    counters_.request("patch");
    LINESMAN_TRY(check_document_name(name));
    auto body = parse_body(request.body.empty() ? "{}" : request.body);
    if (!body) return body.error();
    Write write;
    write.name = name;
    auto fields = fields_from_json(body->contains("fields") ? (*body)["fields"] : Json());
    if (!fields) return fields.error();
    write.fields = std::move(*fields);
    auto mask = mask_of(request, "updateMask.fieldPaths");
    if (!mask) return mask.error();
    write.mask = std::move(*mask);
    auto precondition = precondition_of(request);
    if (!precondition) return precondition.error();
    write.precondition = *precondition;
    return write_one(std::move(write), request);
}

Result<HttpReply> FirestoreService::remove(const std::string& name, const HttpRequest& request) {
    counters_.request("delete");
    LINESMAN_TRY(check_document_name(name));
    auto precondition = precondition_of(request);
    if (!precondition) return precondition.error();
    Write write;
    write.kind = Write::Kind::remove;
    write.name = name;
    write.precondition = *precondition;
    const auto result = apply({std::move(write)}, nullptr);
    if (!result) return result.error();
    return json_reply("{}\n");
}

}  // namespace linesman::backend
