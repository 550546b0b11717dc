#include "sync/firestore.h"

#include <atomic>
#include <cstring>

#include "base/text.h"
#include "sync/api_reply.h"
#include "sync/authorized_call.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::Json;
using base::make_error;

constexpr uint64_t kMaxCommitBytes = 4ULL << 20;  // contract; the server's own limit is 10 MiB, the emulator's 4 MiB
constexpr size_t kMaxWrites = 500;
constexpr size_t kMaxBatchGet = 300;
constexpr uint64_t kMaxReplyBytes = 256ULL << 20;
constexpr int64_t kCountsPerRead = 1000;  // a count is billed as one read per thousand index entries

// Larger replies are pages of documents: ReplyReader finds an error in them on its way.
constexpr size_t kLooksInside = 256 << 10;

// The server may think for up to a minute before the first byte of a query.
constexpr base::Duration kQueryTimeout = base::seconds(120);
constexpr base::Duration kQueryStall = base::seconds(75);

// Outlives the client while calls are under way.
struct Core {
    Endpoints endpoints;
    net::Http& http;
    TokenSource& tokens;
    base::Queue& queue;
    std::atomic<uint64_t> requests{0}, documents_read{0}, documents_written{0}, bytes_received{0};

    Core(Endpoints e, net::Http& h, TokenSource& t, base::Queue& q)
        : endpoints(std::move(e)), http(h), tokens(t), queue(q) {}
};

using Finish = std::function<void(base::Result<std::string>)>;

// `method` is "commit", or "/collection/document:runQuery" for one below a document.
net::Request make_request(Core& core, const std::string& method, const std::string& body, const std::string& token) {
    const Endpoints& e = core.endpoints;
    std::string params = "project_id=" + net::url_encode(e.project_id);
    if (e.database != "(default)") params += "&database_id=" + net::url_encode(e.database);
    net::Request request;
    request.method = "POST";
    request.url = e.firestore + "/v1/" + e.documents_root() + (method.starts_with('/') ? "" : ":") + method;
    request.headers = {{"Content-Type", "application/json"},
                       {"google-cloud-resource-prefix", "projects/" + e.project_id + "/databases/" + e.database},
                       {"x-goog-request-params", std::move(params)}};
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
    request.body = body;
    request.timeout = kQueryTimeout;
    request.stall_timeout = kQueryStall;
    request.max_body_bytes = kMaxReplyBytes;
    core.requests.fetch_add(1, std::memory_order_relaxed);
    return request;
}

// string_view::find() stops at every quote of a reply, which is ten times slower.
size_t find_key(std::string_view text, std::string_view key, size_t from) {
    if (from >= text.size()) return std::string_view::npos;
    const void* at = memmem(text.data() + from, text.size() - from, key.data(), key.size());
    return at ? static_cast<size_t>(static_cast<const char*>(at) - text.data()) : std::string_view::npos;
}

// A streamed array may end in {"error":...} although its status was 200. Parsed only when the key is there at all.
std::optional<base::Error> error_inside(const std::string& body) {
    static constexpr std::string_view kKey = "\"error\"";
    for (size_t at = find_key(body, kKey, 0); at != std::string::npos; at = find_key(body, kKey, at + kKey.size())) {
        const size_t next = body.find_first_not_of(" \t\r\n", at + kKey.size());
        if (next == std::string::npos || body[next] != ':') continue;
        const auto api = read_api_error(body);
        if (!api) return std::nullopt;  // a document's own field of that name
        return error_of_api(*api);
    }
    return std::nullopt;
}

// The text of a successful reply, or the error in it.
base::Result<std::string> text_of(Core& core, base::Result<net::Response> result) {
    if (!result) {
        base::Error error = std::move(result).error();
        // A body cut on the way is the network's failure: the same request may well succeed.
        if (error.kind == ErrorKind::corrupt) error.kind = ErrorKind::offline;
        return error;
    }
    core.bytes_received.fetch_add(result->bytes_received, std::memory_order_relaxed);
    if (result->status < 200 || result->status >= 300) return error_of_reply(*result);
    if (!looks_like_json(result->body)) return not_the_api(*result);
    if (result->body.size() <= kLooksInside) {
        if (auto error = error_inside(result->body)) return std::move(*error);
    }
    return std::move(result->body);
}

// Documents in a runQuery reply, without parsing it: quotes inside strings are escaped, so the quoted key is only ever
// a key or a whole value.
uint64_t count_documents(std::string_view reply) {
    static constexpr std::string_view kKey = "\"document\"";
    uint64_t count = 0;
    for (size_t at = find_key(reply, kKey, 0); at != std::string_view::npos;
         at = find_key(reply, kKey, at + kKey.size())) {
        const size_t next = reply.find_first_not_of(" \t\r\n", at + kKey.size());
        if (next != std::string_view::npos && reply[next] == ':') ++count;
    }
    return count;
}

base::Result<CountReply> read_count(std::string_view text) {
    const auto json = base::parse_json(text, "count of the server");
    if (!json) return json.error();
    const Json* first = json->is_array() && !json->empty() ? &json->front() : nullptr;
    const Json* result = first != nullptr ? base::find(*first, "result") : nullptr;
    const Json* fields = result != nullptr ? base::find(*result, "aggregateFields") : nullptr;
    const Json* value = fields != nullptr ? base::find(*fields, "count") : nullptr;
    if (value == nullptr)
        return make_error(ErrorKind::corrupt, "The count of the server cannot be understood.",
                          "no aggregateFields.count");
    CountReply reply;
    if (const auto number = base::int_at(*value, "integerValue")) {
        reply.count = *number;
    } else if (const auto digits = base::string_at(*value, "integerValue");
               digits && !digits->empty() && digits->size() < 19 &&
               digits->find_first_not_of("0123456789") == std::string::npos) {
        reply.count = std::stoll(*digits);
    } else {
        return make_error(ErrorKind::corrupt, "The count of the server cannot be understood.",
                          "integerValue is no number");
    }
    reply.read_time = base::string_at(*first, "readTime").value_or("");
    return reply;
}

base::Result<CommitReply> read_commit(std::string_view text) {
    const auto json = base::parse_json(text, "commit reply of the server");
    if (!json) return json.error();
    CommitReply reply;
    reply.commit_time = base::string_at(*json, "commitTime").value_or("");
    if (reply.commit_time.empty()) {
        return make_error(ErrorKind::corrupt, "The server's answer to the change cannot be understood.",
                          "no commitTime");
    }
    if (const Json* results = base::find(*json, "writeResults"); results != nullptr && results->is_array()) {
        for (const auto& result : *results)
            reply.update_times.push_back(base::string_at(result, "updateTime").value_or(""));
    }
    return reply;
}

class RestFirestore final : public Firestore {
  public:
    RestFirestore(Endpoints endpoints, net::Http& http, TokenSource& tokens, base::Queue& queue)
        : core_(std::make_shared<Core>(std::move(endpoints), http, tokens, queue)) {}

    net::Call run_query(Json structured_query, std::string read_time, Done<std::string> done) override {
        Json body = {{"structuredQuery", std::move(structured_query)}};
        if (!read_time.empty()) body["readTime"] = std::move(read_time);
        return query("runQuery", body, std::move(done));
    }

    net::Call run_query_below(std::string parent, Json structured_query, Done<std::string> done) override {
        // Segments are quoted one by one; the root is in the address already.
        std::string path;
        std::string_view rest = std::string_view(parent).substr(core_->endpoints.documents_root().size());
        while (!rest.empty()) {
            rest.remove_prefix(1);
            const auto end = std::min(rest.find('/'), rest.size());
            path += "/" + net::url_encode(std::string(rest.substr(0, end)));
            rest.remove_prefix(end);
        }
        return query(path + ":runQuery", {{"structuredQuery", std::move(structured_query)}}, std::move(done));
    }

    net::Call count(Json structured_query, std::string read_time, Done<CountReply> done) override {
        Json aggregation = {{"structuredQuery", std::move(structured_query)},
                            {"aggregations", Json::array({{{"alias", "count"}, {"count", Json::object()}}})}};
        Json body = {{"structuredAggregationQuery", std::move(aggregation)}};
        if (!read_time.empty()) body["readTime"] = std::move(read_time);
        return start("runAggregationQuery", base::to_text(body),
                     [core = core_.get(), done = std::move(done)](base::Result<std::string> text) {
                         if (!text) return done(std::move(text).error());
                         auto reply = read_count(*text);
                         const int64_t counted = reply ? reply->count : 0;
                         core->documents_read.fetch_add(static_cast<uint64_t>(std::max<int64_t>(
                                                            1, (counted + kCountsPerRead - 1) / kCountsPerRead)),
                                                        std::memory_order_relaxed);
                         done(std::move(reply));
                     });
    }

    net::Call batch_get(std::vector<std::string> names, std::vector<std::string> mask, std::string read_time,
                        Done<std::string> done) override {
        if (names.empty() || names.size() > kMaxBatchGet) {
            return refuse(make_error(ErrorKind::invalid_argument,
                                     "A single read may name 1 to " + std::to_string(kMaxBatchGet) + " documents.",
                                     std::to_string(names.size()) + " names"),
                          std::move(done));
        }
        const uint64_t billed = names.size();  // a missing document is billed as well
        Json body = {{"documents", std::move(names)}};
        if (!mask.empty()) body["mask"] = {{"fieldPaths", std::move(mask)}};
        if (!read_time.empty()) body["readTime"] = std::move(read_time);
        return start("batchGet", base::to_text(body),
                     [core = core_.get(), billed, done = std::move(done)](base::Result<std::string> text) {
                         if (text) core->documents_read.fetch_add(billed, std::memory_order_relaxed);
                         done(std::move(text));
                     });
    }

    net::Call commit(Json writes, Done<CommitReply> done) override {
        if (!writes.is_array() || writes.empty()) {
            return refuse(make_error(ErrorKind::invalid_argument, "The change is empty and was not sent."),
                          std::move(done));
        }
        const size_t write_count = writes.size();
        std::string body = base::to_text(Json{{"writes", std::move(writes)}});
        if (write_count > kMaxWrites || body.size() > kMaxCommitBytes) {
            return refuse(
                make_error(ErrorKind::too_large,
                           "The change is too large for one commit and was not sent. Shorten notes or decide fewer "
                           "captures at once.",
                           std::to_string(write_count) + " writes, " + std::to_string(body.size()) + " bytes"),
                std::move(done));
        }
        return start("commit", std::move(body),
                     [core = core_.get(), write_count, done = std::move(done)](base::Result<std::string> text) {
                         if (!text) return done(std::move(text).error());
                         core->documents_written.fetch_add(write_count, std::memory_order_relaxed);
                         done(read_commit(*text));
                     });
    }

    const Endpoints& endpoints() const override { return core_->endpoints; }

    Usage usage() const override {
        return {core_->requests.load(std::memory_order_relaxed), core_->documents_read.load(std::memory_order_relaxed),
                core_->documents_written.load(std::memory_order_relaxed),
                core_->bytes_received.load(std::memory_order_relaxed)};
    }

  private:
    net::Call query(std::string method, const Json& body, Done<std::string> done) {
        return start(std::move(method), base::to_text(body),
                     [core = core_.get(), done = std::move(done)](base::Result<std::string> text) {
                         // An empty result is billed as one read too.
                         if (text)
                             core->documents_read.fetch_add(std::max<uint64_t>(1, count_documents(*text)),
                                                            std::memory_order_relaxed);
                         done(std::move(text));
                     });
    }

    // The call's callbacks keep the Core alive, so `finish` may hold it by plain pointer.
    net::Call start(std::string method, std::string body, Finish finish) {
        return authorized_call(
            core_->http, core_->tokens, core_->queue,
            [core = core_, method = std::move(method), body = std::move(body)](const std::string& token) {
                return make_request(*core, method, body, token);
            },
            [core = core_, finish = std::move(finish)](base::Result<net::Response> r) {
                finish(text_of(*core, std::move(r)));
            });
    }

    // Refused before sending: the answer still comes through the queue, never from within the call.
    template <typename T>
    net::Call refuse(base::Error error, Done<T> done) {
        auto alive = std::make_shared<int>(0);
        core_->queue.post([weak = std::weak_ptr<int>(alive), error = std::move(error), done = std::move(done)] {
            if (!weak.expired()) done(error);
        });
        return net::Call(std::move(alive));
    }

    std::shared_ptr<Core> core_;
};

}  // namespace

std::unique_ptr<Firestore> make_firestore(Endpoints endpoints, net::Http& http, TokenSource& tokens,
                                          base::Queue& queue) {
    return std::make_unique<RestFirestore>(std::move(endpoints), http, tokens, queue);
}

}  // namespace linesman::sync
