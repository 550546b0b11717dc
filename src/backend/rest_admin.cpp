#include "backend/rest_admin.h"

#include "backend/api_error.h"
#include "backend/commit.h"
#include "backend/server.h"
#include "backend/value_json.h"

namespace linesman::backend {

using base::Json;
using base::Result;

namespace {

constexpr size_t kCommitWrites = 500;

Json clock_json(Server& server) {
    return {{"offsetMs", server.clock().offset().us / 1000}, {"now", base::format_rfc3339(server.clock().now())}};
}

base::Status set_clock(Server& server, const Json& body) {
    if (const auto offset = base::int_at(body, "offsetMs")) server.clock().set_offset(base::milliseconds(*offset));
    if (const auto lag = base::int_at(body, "requestTimeLagMs")) {
        server.firestore().set_request_time_lag(base::milliseconds(*lag));
    }
    return {};
}

std::string all_documents(Server& server) {
    std::string out = "{\"documents\":[";
    const auto view = server.documents().view();
    bool first = true;
    for (const auto& [path, collection] : view.all()) {
        for (const auto& [id, entry] : collection.entries()) {
            if (!entry.current) continue;
            out += first ? "\n" : ",\n";
            first = false;
            append_document(out, *entry.current);
        }
    }
    return out + "\n]}\n";
}

base::Status add_documents(Server& server, const std::vector<DocumentPtr>& documents) {
    for (size_t start = 0; start < documents.size(); start += kCommitWrites) {
        std::vector<Write> writes;
        for (size_t i = start; i < std::min(start + kCommitWrites, documents.size()); ++i) {
            Write write;
            write.name = documents[i]->name;
            write.fields = documents[i]->fields;
            writes.push_back(std::move(write));
        }
        const auto result = commit_writes(server.documents(), writes, server.clock().now());
        if (!result) return result.error();
    }
    return {};
}

base::Status put_documents(Server& server, const Json& body, bool replace) {
    const Json* list = base::find(body, "documents");
    auto documents = server.documents_from_json(list ? *list : Json());
    if (!documents) return documents.error();
    return replace ? server.load_documents(std::move(*documents)) : add_documents(server, *documents);
}

Json status_json(Server& server) {
    return {{"project", server.options().project_id},
            {"documents", server.documents().size()},
            {"commits", server.documents().last_sequence()},
            {"objects", server.objects().all().size()},
            {"users", server.users().all().size()}};
}

Json listen_json(Server& server) {
    Json json = server.stream_rules().to_json();
    json["channels"] = server.channels().size();
    return json;
}

HttpReply done(const base::Status& status, const Json& reply = Json::object()) {
    return status ? json_reply(base::to_text(reply)) : error_reply(status.error());
}

}  // namespace

HttpReply handle_admin(Server& server, const HttpRequest& request) {
    const std::string what = request.path.substr(std::string("/linesman-admin/").size());
    const auto body = request.body.empty() ? Result<Json>(Json::object()) : parse_body(request.body);
    if (!body) return error_reply(body.error());
    const bool get = request.method == "GET", put = request.method == "PUT", erase = request.method == "DELETE",
               post = request.method == "POST";
    if (what == "faults" && get) return json_reply(base::to_text(server.faults().to_json()));
    if (what == "faults" && put) return done(server.faults().from_json(*body));
    if (what == "faults" && erase) return server.faults().clear(), done({});
    if (what == "clock" && put) return done(set_clock(server, *body), clock_json(server));
    if (what == "clock" && get) return done({}, clock_json(server));
    if (what == "counters" && get) return done({}, server.counters().to_json());
    if (what == "counters" && erase) return server.counters().reset(), done({});
    if (what == "documents" && get) return json_reply(all_documents(server));
    if (what == "documents" && put) return done(put_documents(server, *body, true));
    if (what == "documents" && post) return done(put_documents(server, *body, false));
    if (what == "listen" && get) return done({}, listen_json(server));
    if (what == "listen" && put) return done(server.stream_rules().from_json(*body), listen_json(server));
    if (what == "listen" && erase) return server.stream_rules().reset(), done({});
    if (what == "listen/expire-tokens" && post) return server.stream_rules().expire_tokens(), done({});
    if (what == "listen/drop-channels" && post) return server.channels().drop_all(), done({});
    if (what == "auth" && put)
        return server.auth().set_hide_emails(base::bool_at(*body, "hideEmails").value_or(false)), done({});
    if (what == "status" && get) return done({}, status_json(server));
    return error_reply(base::make_error(base::ErrorKind::not_found, "No such admin request."));
}

}  // namespace linesman::backend
