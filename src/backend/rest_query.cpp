// Reads over many documents: runQuery, runAggregationQuery, batchGet, listCollectionIds.
#include <algorithm>

#include "backend/aggregation.h"
#include "backend/api_error.h"
#include "backend/names.h"
#include "backend/rest_documents.h"
#include "backend/value_json.h"

namespace linesman::backend {

using base::Json;
using base::Result;
using base::Timestamp;

namespace {

// Streamed replies have the shape "[\n{…},\n{…}\n]\n".
class StreamWriter {
  public:
    std::string& element() {
        text_ += text_.empty() ? "[\n" : ",\n";
        return text_;
    }
    void reserve(size_t bytes) { text_.reserve(bytes); }
    std::string finish() { return std::move(text_) + "\n]\n"; }

  private:
    std::string text_;
};

size_t estimated_bytes(const std::vector<DocumentPtr>& documents) {
    size_t sum = 64;
    for (const DocumentPtr& document : documents) sum += document->fields_text.size() + document->name.size() + 200;
    return sum;
}

}  // namespace

Result<FirestoreService::ReadContext> FirestoreService::read_context(const Json& body) {
    ReadContext context;
    if (const auto id = base::string_at(body, "transaction"); id && !id->empty()) {
        const auto time = transactions_.read_time(*id, clock_.now());
        if (!time) return time.error();
        context.time = *time;
        context.transaction = *id;
        return context;
    }
    if (const Json* options = base::find(body, "newTransaction")) {
        auto id = transactions_.begin(options, store_.read_time());
        if (!id) return id.error();
        context.transaction = std::move(*id);
        context.is_new = true;
        context.time = *transactions_.read_time(context.transaction, clock_.now());
        LINESMAN_TRY(store_.check_read_time(context.time));
        return context;
    }
    if (const auto text = base::string_at(body, "readTime")) {
        const auto time = precise_time(*text);
        if (!time) return time.error();
        LINESMAN_TRY(store_.check_read_time(*time));
        context.time = *time;
        return context;
    }
    context.time = store_.read_time();
    return context;
}

Result<HttpReply> FirestoreService::run_query(const std::string& parent, const Json& body) {
    const Json* structured = base::find(body, "structuredQuery");
    if (!structured) return invalid("structuredQuery is required.");
    const auto query = query_from_json(*structured, parent);
    if (!query) return query.error();
    auto context = read_context(body);
    if (!context) return context.error();
    const QueryResult result = backend::run_query(store_.view(), *query, context->time);
    counters_.read(std::max<size_t>(result.documents.size(), 1));
    const std::string read_time = "\"readTime\":\"" + base::format_rfc3339(context->time) + "\"";
    StreamWriter stream;
    stream.reserve(estimated_bytes(result.documents));
    if (context->is_new) stream.element() += "{\"transaction\":\"" + context->transaction + "\"}";
    const std::string skipped = result.skipped ? ",\"skippedResults\":" + std::to_string(result.skipped) : "";
    for (size_t i = 0; i < result.documents.size(); ++i) {
        const Document& document = *result.documents[i];
        if (!context->transaction.empty()) {
            transactions_.note_read(context->transaction, document.name, document.update_time);
        }
        std::string& out = stream.element();
        out += "{\"document\":";
        append_document(out, document, query->select ? &*query->select : nullptr);
        out += ',';
        out += read_time;
        if (i == 0) out += skipped;
        out += i + 1 == result.documents.size() ? ",\"done\":true}" : "}";
    }
    if (result.documents.empty()) stream.element() += "{" + read_time + skipped + ",\"done\":true}";
    return json_reply(stream.finish());
}

Result<HttpReply> FirestoreService::run_aggregation(const std::string& parent, const Json& body) {
    const Json* outer = base::find(body, "structuredAggregationQuery");
    const Json* structured = outer ? base::find(*outer, "structuredQuery") : nullptr;
    if (!structured) return invalid("structuredAggregationQuery.structuredQuery is required.");
    auto query = query_from_json(*structured, parent);
    if (!query) return query.error();
    const Json* list = base::find(*outer, "aggregations");
    const auto aggregations = aggregations_from_json(list ? *list : Json::array());
    if (!aggregations) return aggregations.error();
    auto context = read_context(body);
    if (!context) return context.error();
    const QueryResult result = backend::run_query(store_.view(), *query, context->time);
    counters_.read(result.documents.size() / 1000 + 1);  // one read per 1,000 index entries
    StreamWriter stream;
    std::string& out = stream.element();
    out += "{\"result\":{\"aggregateFields\":{";
    for (size_t i = 0; i < aggregations->size(); ++i) {
        if (i > 0) out += ',';
        append_string(out, (*aggregations)[i].alias);
        out += ':';
        append_value(out, aggregate((*aggregations)[i], result.documents));
    }
    out += "}},\"readTime\":\"" + base::format_rfc3339(context->time) + "\"";
    if (context->is_new) out += ",\"transaction\":\"" + context->transaction + "\"";
    out += '}';
    return json_reply(stream.finish());
}

Result<HttpReply> FirestoreService::batch_get(const std::string& database, const Json& body) {
    const Json* names = base::find(body, "documents");
    if (names && !names->is_array()) return invalid("documents must be a list.");
    std::optional<std::vector<FieldPath>> mask;
    if (const Json* mask_json = base::find(body, "mask")) {
        const Json* paths_json = base::find(*mask_json, "fieldPaths");
        auto paths = paths_from_json(paths_json ? *paths_json : Json::array());
        if (!paths) return paths.error();
        mask = std::move(*paths);
    }
    auto context = read_context(body);
    if (!context) return context.error();
    const std::string read_time = "\"readTime\":\"" + base::format_rfc3339(context->time) + "\"";
    StreamWriter stream;
    if (context->is_new) stream.element() += "{\"transaction\":\"" + context->transaction + "\"}";
    const DocumentStore::View view = store_.view();
    for (const Json& item : names ? *names : Json::array()) {
        if (!item.is_string()) return invalid("A document name must be a string.");
        const auto& name = item.get_ref<const std::string&>();
        LINESMAN_TRY(check_document_name(name));
        if (*database_of(name) != database)
            return invalid("Document \"" + name + "\" lies outside the database of the request.");
        const DocumentPtr document = view.get(name, context->time);
        if (!context->transaction.empty()) {
            transactions_.note_read(context->transaction, name,
                                    document ? std::optional(document->update_time) : std::nullopt);
        }
        std::string& out = stream.element();
        out += document ? "{\"found\":" : "{\"missing\":";
        if (document) {
            append_document(out, *document, mask ? &*mask : nullptr);
        } else {
            append_string(out, name);
        }
        out += ',' + read_time + '}';
    }
    const size_t count = names ? names->size() : 0;
    counters_.read(count);
    if (count == 0 && !context->is_new) stream.element() += '{' + read_time + '}';
    return json_reply(stream.finish());
}

Result<HttpReply> FirestoreService::list_collection_ids(const std::string& parent, const Json& body) {
    const auto ids = store_.view().collection_ids(parent);
    const size_t page = static_cast<size_t>(std::max<int64_t>(base::int_at(body, "pageSize").value_or(0), 0));
    const std::string after = base::string_at(body, "pageToken").value_or("");
    Json out = Json::object();
    for (auto it = std::upper_bound(ids.begin(), ids.end(), after); it != ids.end(); ++it) {
        if (page > 0 && out.contains("collectionIds") && out["collectionIds"].size() == page) {
            out["nextPageToken"] = out["collectionIds"].back();
            break;
        }
        out["collectionIds"].push_back(*it);
    }
    return json_reply(base::to_text(out));
}

}  // namespace linesman::backend
