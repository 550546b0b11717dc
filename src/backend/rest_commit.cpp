// Writes: commit, batchWrite, beginTransaction, rollback.
#include <set>

#include "backend/api_error.h"
#include "backend/rest_documents.h"
#include "backend/value_json.h"

namespace linesman::backend {

using base::Json;
using base::Result;

namespace {

void append_result(std::string& out, const WriteResult& result) {
    out += '{';
    if (result.update_time) out += "\"updateTime\":\"" + base::format_rfc3339(*result.update_time) + "\"";
    for (size_t i = 0; i < result.transform_results.size(); ++i) {
        if (i == 0 && result.update_time) out += ',';
        out += i == 0 ? "\"transformResults\":[" : ",";
        append_value(out, result.transform_results[i]);
    }
    out += result.transform_results.empty() ? "}" : "]}";
}

std::string commit_text(const CommitResult& result) {
    std::string out = "{";
    for (size_t i = 0; i < result.writes.size(); ++i) {
        out += i == 0 ? "\"writeResults\":[\n" : ",\n";
        append_result(out, result.writes[i]);
    }
    if (!result.writes.empty()) out += "\n],";
    return out + "\"commitTime\":\"" + base::format_rfc3339(result.commit_time) + "\"}\n";
}

}  // namespace

Result<CommitResult> FirestoreService::apply(const std::vector<Write>& writes, const ReadSet* reads) {
    auto result = commit_writes(store_, writes, request_time(), reads);
    if (!result) return result.error();
    for (const Write& write : writes) {
        if (write.kind == Write::Kind::update) counters_.wrote(1);
        if (write.kind == Write::Kind::remove) counters_.removed(1);
    }
    return result;
}

Result<HttpReply> FirestoreService::commit(const std::string& database, const Json& body) {
    const auto writes = writes_from_json(body, database);
    if (!writes) return writes.error();
    ReadSet reads;
    if (const auto id = base::string_at(body, "transaction"); id && !id->empty()) {
        auto finished = transactions_.finish(*id, clock_.now(), !writes->empty());
        if (!finished) return finished.error();
        reads = std::move(*finished);
    }
    const auto result = apply(*writes, reads.empty() ? nullptr : &reads);
    if (!result) return result.error();
    return json_reply(commit_text(*result));
}

Result<std::string> FirestoreService::write(const std::string& database, const Json& body, const Caller& caller) {
    counters_.request("write");
    LINESMAN_TRY(may_write(policy_, caller));
    const auto writes = writes_from_json(body, database);
    if (!writes) return writes.error();
    const auto result = apply(*writes, nullptr);
    if (!result) return result.error();
    return commit_text(*result);
}

Result<HttpReply> FirestoreService::batch_write(const std::string& database, const Json& body, const Caller& caller) {
    if (caller.kind != Caller::Kind::owner) {
        return base::make_error(base::ErrorKind::permission_denied,
                                "batchWrite is open to servers only (Bearer owner).");
    }
    const auto writes = writes_from_json(body, database);
    if (!writes) return writes.error();
    std::set<std::string> names;
    for (const Write& write : *writes) {
        if (!names.insert(write.name).second) return invalid("cannot write more than once to the same document");
    }
    std::string results = "[";
    Json statuses = Json::array();
    for (const Write& write : *writes) {
        if (results.size() > 1) results += ',';
        const auto result = apply({write}, nullptr);
        if (result) {
            append_result(results, result->writes[0]);
            statuses.push_back(Json::object());
        } else {
            results += "{}";
            statuses.push_back({{"code", canonical(result.error().kind).rpc}, {"message", result.error().what}});
        }
    }
    return json_reply("{\"writeResults\":" + results + "],\"status\":" + base::to_text(statuses) + "}\n");
}

Result<HttpReply> FirestoreService::begin_transaction(const Json& body) {
    const auto id = transactions_.begin(base::find(body, "options"), store_.read_time());
    if (!id) return id.error();
    return json_reply("{\"transaction\":\"" + *id + "\"}\n");
}

Result<HttpReply> FirestoreService::rollback(const Json& body) {
    LINESMAN_TRY(transactions_.rollback(base::string_at(body, "transaction").value_or("")));
    return json_reply("{}\n");
}

}  // namespace linesman::backend
