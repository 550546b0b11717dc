#include "backend/listen_target.h"

#include "backend/api_error.h"
#include "backend/names.h"

namespace linesman::backend {

using base::Json;
using base::Result;

NetChanges net_changes(const std::vector<CommitPtr>& commits) {
    NetChanges changes;
    for (const CommitPtr& commit : commits) {
        for (const Change& change : commit->changes) {
            const auto [it, first] = changes.try_emplace(change.name);
            if (first) it->second.before = change.before;
            it->second.after = change.after;
        }
    }
    return changes;
}

namespace {

Result<TargetRequest> request_from_json(const Json& json) {
    TargetRequest request;
    request.id = base::int_at(json, "targetId").value_or(0);
    if (request.id <= 0 || request.id > INT32_MAX) return invalid("targetId must be a positive number.");
    request.once = base::bool_at(json, "once").value_or(false);
    request.resume_token = base::string_at(json, "resumeToken").value_or("");
    if (const auto text = base::string_at(json, "readTime")) {
        const auto time = base::parse_rfc3339(*text);
        if (!time) return invalid("readTime is not a time.");
        request.read_time = *time;
    }
    if (const Json* count = base::find(json, "expectedCount")) {
        request.expected_count =
            count->is_object() ? base::int_at(*count, "value") : base::int_at(json, "expectedCount");
    }
    return request;
}

bool within(const std::string& name, const std::string& database) {
    return name.starts_with(database + "/documents");
}

}  // namespace

Result<ListenTarget> ListenTarget::from_json(const Json& json, const std::string& database) {
    ListenTarget target;
    auto request = request_from_json(json);
    if (!request) return request.error();
    target.request_ = std::move(*request);
    if (const Json* documents = base::find(json, "documents")) {
        const Json* names = base::find(*documents, "documents");
        for (const Json& item : names && names->is_array() ? *names : Json::array()) {
            const std::string name = item.is_string() ? item.get<std::string>() : "";
            LINESMAN_TRY(check_document_name(name));
            if (!within(name, database)) return invalid("Document \"" + name + "\" lies outside the database.");
            target.names_.insert(name);
        }
        if (target.names_.empty()) return invalid("A documents target must name at least one document.");
        return target;
    }
    const Json* query = base::find(json, "query");
    const Json* structured = query ? base::find(*query, "structuredQuery") : nullptr;
    if (!structured) return invalid("A target must have a query or documents.");
    const std::string parent = base::string_at(*query, "parent").value_or("");
    LINESMAN_TRY(check_parent_name(parent));
    if (!within(parent, database)) return invalid("The query's parent lies outside the database.");
    auto parsed = query_from_json(*structured, parent);
    if (!parsed) return parsed.error();
    target.query_ = std::move(*parsed);
    target.needs_comparison_ = target.query_.limit || target.query_.offset > 0;
    return target;
}

bool ListenTarget::contains(const Document& document) const {
    return names_documents() ? names_.contains(document.name) : belongs(query_, document);
}

std::vector<DocumentPtr> ListenTarget::result_at(const DocumentStore::View& view, base::Timestamp time) const {
    if (!names_documents()) return run_query(view, query_, time).documents;
    std::vector<DocumentPtr> documents;
    for (const std::string& name : names_) {
        if (DocumentPtr document = view.get(name, time)) documents.push_back(std::move(document));
    }
    return documents;
}

std::vector<DocumentPtr> ListenTarget::result(const DocumentStore::View& view) {
    if (!names_documents()) {
        auto documents = run_query(view, query_, {}).documents;
        remember(documents);
        return documents;
    }
    std::vector<DocumentPtr> documents;
    for (const std::string& name : names_) {
        if (DocumentPtr document = view.get(name)) documents.push_back(std::move(document));
    }
    return documents;
}

void ListenTarget::remember(const std::vector<DocumentPtr>& documents) {
    if (!needs_comparison_) return;
    shown_.clear();
    for (const DocumentPtr& document : documents) shown_.emplace(document->name, document);
}

void ListenTarget::assume_shown_at(const DocumentStore::View& view, base::Timestamp time) {
    if (needs_comparison_) remember(result_at(view, time));
}

std::vector<TargetDelta> ListenTarget::deltas(const DocumentStore::View& view, const NetChanges& changes) {
    if (needs_comparison_) return compared(view, changes);
    std::vector<TargetDelta> deltas;
    for (const auto& [name, change] : changes) {
        if (change.before == change.after) continue;  // made and deleted again
        const bool was = change.before && contains(*change.before);
        const bool is = change.after && contains(*change.after);
        if (was || is) deltas.push_back({std::string(name), change.after, is, was && !is, false});
    }
    return deltas;
}

std::vector<TargetDelta> ListenTarget::compared(const DocumentStore::View& view, const NetChanges& changes) {
    const auto touches = [&](const auto& item) {
        const auto& [name, change] = item;
        return (change.before && belongs(query_, *change.before)) || (change.after && belongs(query_, *change.after));
    };
    if (std::none_of(changes.begin(), changes.end(), touches)) return {};
    auto before = std::move(shown_);
    std::vector<TargetDelta> deltas;
    for (const DocumentPtr& document : result(view)) {
        const auto it = before.find(document->name);
        if (it == before.end() || it->second != document)
            deltas.push_back({document->name, document, true, false, false});
        if (it != before.end()) before.erase(it);
    }
    for (const auto& [name, document] : before) {
        deltas.push_back({name, view.get(name), false, true, !changes.contains(name)});
    }
    return deltas;
}

}  // namespace linesman::backend
