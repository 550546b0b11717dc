// A desk and its server in one process without sockets or threads: deterministic to the request. The server is the
// local backend; the line between can drop replies, refuse, or let somebody else act in between.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/server.h"
#include "base/ids.h"
#include "base/queue.h"
#include "store/outbox.h"
#include "support/in_process_call.h"
#include "sync/builders.h"
#include "sync/outbox_sender.h"
#include "sync/pull.h"

namespace linesman::sync::test {

// Delivers requests to the backend through the queue.
class InProcessHttp final : public net::Http {
  public:
    explicit InProcessHttp(backend::Server& server) : server_(server) {}

    // Looks at a request before it is handled; an error means that it never arrives.
    std::function<std::optional<base::Error>(const std::string& path, const std::string& body)> before;
    // Looks after it was handled; an error means that the reply is lost.
    std::function<std::optional<base::Error>(const std::string& path)> after;
    std::vector<std::string> paths;
    uint64_t documents_delivered = 0;

    net::Call send(net::Request request, base::Queue& queue, net::ResponseCallback done) override {
        auto alive = std::make_shared<bool>(true);
        queue.post(
            [this, &queue, request = std::move(request), done = std::move(done), weak = std::weak_ptr<bool>(alive)] {
                if (!weak.lock()) return;
                auto answer = std::make_shared<base::Result<net::Response>>(handle(request));
                // A second step, so that what a callback posts and other requests interleave.
                queue.post([done, answer, weak] {
                    if (weak.lock()) done(std::move(*answer));
                });
            });
        return net::Call(std::move(alive));
    }

  private:
    base::Result<net::Response> handle(const net::Request& request) {
        const std::string path = linesman::test::path_of(request);
        paths.push_back(path.substr(path.find_last_of("/:") + 1));
        if (before) {
            if (auto error = before(path, request.body)) return *error;
        }
        auto response = linesman::test::answer_of(server_, request);
        if (after) {
            if (auto error = after(path)) return *error;
        }
        return response;
    }

    backend::Server& server_;
};

class NoToken final : public TokenSource {
  public:
    void token(bool, base::Queue& queue, std::function<void(base::Result<std::string>)> done) override {
        queue.post([done = std::move(done)] { done(std::string("owner")); });
    }
};

// Server with a clock that the test moves.
struct Backend {
    base::ManualClock clock{at("2026-11-22T08:00:00Z")};
    backend::Server server{[this] {
        backend::ServerOptions options;
        options.project_id = "demo";
        options.clock = &clock;
        return options;
    }()};
    base::ManualQueue queue{clock};
    NoToken tokens;
    CollectionNames names;

    static Endpoints endpoints() {
        Endpoints endpoints;
        endpoints.project_id = "demo";
        endpoints.firestore = "http://127.0.0.1:1";
        return endpoints;
    }

    // Somebody else's commit: a phone, another desk, the office.
    base::Result<CommitReply> commit(base::Json writes) {
        InProcessHttp line(server);
        auto client = make_firestore(endpoints(), line, tokens, queue);
        base::Result<CommitReply> out = base::make_error(base::ErrorKind::internal, "no answer");
        const auto call =
            client->commit(std::move(writes), [&](base::Result<CommitReply> reply) { out = std::move(reply); });
        queue.run_ready();
        return out;
    }
    std::optional<CurrentDocument> get(const std::string& collection, const std::string& id) {
        InProcessHttp line(server);
        auto client = make_firestore(endpoints(), line, tokens, queue);
        std::optional<CurrentDocument> out;
        const auto call =
            client->batch_get({endpoints().document_name(collection, id)}, {}, {}, [&](base::Result<std::string> text) {
                auto reply = text ? read_reply(*text) : base::Result<Reply>(text.error());
                if (!reply || reply->documents.empty()) return;
                const auto& found = reply->documents[0];
                out = CurrentDocument{found.name, found.update_time, *value::parse_fields(found.fields_json)};
            });
        queue.run_ready();
        return out;
    }
    std::vector<CurrentDocument> list(const std::string& collection) {
        InProcessHttp line(server);
        auto client = make_firestore(endpoints(), line, tokens, queue);
        std::vector<CurrentDocument> out;
        base::Json query = {{"from", base::Json::array({base::Json{{"collectionId", collection}}})}};
        const auto call = client->run_query(query, {}, [&](base::Result<std::string> text) {
            auto reply = text ? read_reply(*text) : base::Result<Reply>(text.error());
            if (!reply) return;
            for (const auto& found : reply->documents) {
                out.push_back({found.name, found.update_time, *value::parse_fields(found.fields_json)});
            }
        });
        queue.run_ready();
        return out;
    }
    std::string name(const std::string& collection, const std::string& id) const {
        return endpoints().document_name(collection, id);
    }

    // A phone of today or ours creates a capture.
    void stage(model::Capture capture, bool stamped = true) {
        auto write = encode_capture_create(capture, name(names.staging, capture.staging_id));
        if (!stamped) {
            write["updateTransforms"].erase(1);
            write["updateTransforms"].erase(size_t{0});
            write["update"]["fields"]["submitted_at"] = value::timestamp(*capture.submitted_at);
        }
        ASSERT_TRUE(commit(base::Json::array({write})).ok());
        clock.advance(base::milliseconds(50));
    }
    void put(const std::string& collection, const std::string& id, base::Json fields) {
        base::Json write = {{"update", {{"name", name(collection, id)}, {"fields", std::move(fields)}}}};
        write["updateTransforms"] =
            base::Json::array({base::Json{{"fieldPath", "updated_at"}, {"setToServerValue", "REQUEST_TIME"}}});
        ASSERT_TRUE(commit(base::Json::array({write})).ok());
        clock.advance(base::milliseconds(50));
    }
    // Changes fields without stamping, as a phone's second write does.
    void patch(const std::string& id, const FieldChanges& changes) {
        ASSERT_TRUE(commit(base::Json::array({update_write(name(names.staging, id), changes, {})})).ok());
        clock.advance(base::milliseconds(50));
    }
    void erase(const std::string& collection, const std::string& id) {
        ASSERT_TRUE(commit(base::Json::array({base::Json{{"delete", name(collection, id)}}})).ok());
        clock.advance(base::milliseconds(50));
    }
    void index_keys() { put(names.pole_keys, kIndexMarkerId, {{"projectId", value::text("")}}); }
};

// One desk: cache, outbox, pull and sender over one line.
class Desk {
  public:
    explicit Desk(Backend& backend, std::string uid = "uid-lerato", PullScope scope = {}, const PullTuning& tuning = {})
        : backend_(backend), uid_(std::move(uid)), line(backend.server) {
        open(std::move(scope), tuning);
    }

    void open(PullScope scope = {}, const PullTuning& tuning = {}) {
        close();
        auto opened = store::Cache::open(folder_.file("cache.db"), backend_.clock);
        ASSERT_TRUE(opened.ok()) << opened.error().full();
        cache = std::make_unique<store::Cache>(std::move(opened->cache));
        auto box = store::Outbox::open(folder_.file("outbox.db"), backend_.clock);
        ASSERT_TRUE(box.ok()) << box.error().full();
        outbox = std::make_unique<store::Outbox>(std::move(*box));
        client = make_firestore(Backend::endpoints(), line, backend_.tokens, backend_.queue);
        applier = std::make_unique<CacheApplier>(*cache, [this](std::shared_ptr<const AppliedChanges> changes) {
            for (const auto& document : changes->documents) seen.push_back(document.id);
            for (const auto& gone : changes->deletes) lost.push_back(gone.id);
        });
        PullOptions options;
        options.scope = std::move(scope);
        options.tuning = tuning;
        options.random_seed = 1;
        pull = std::make_unique<Pull>(*client, *applier, backend_.queue, backend_.clock, options, PullHooks{});
        SenderOptions sending;
        sending.random_seed = 1;
        SenderHooks hooks;
        hooks.store = [this](const std::string& collection, RawDocument document) {
            EXPECT_TRUE(pull->take_document(collection, std::move(document)).ok());
        };
        hooks.forget = [this](const std::string& collection, const std::string& id, base::Timestamp as_of) {
            EXPECT_TRUE(pull->forget(collection, id, as_of).ok());
        };
        hooks.may_rebase = [this](const model::Capture&, const model::Operation&) { return may_rebase; };
        hooks.requires_seen_photos = [this](const std::string&) { return requires_seen_photos; };
        sender = std::make_unique<OutboxSender>(*client, cache->read(), *outbox, backend_.queue, backend_.queue,
                                                backend_.clock, sending, hooks);
    }
    void close() {
        sender.reset();
        pull.reset();
        applier.reset();
        client.reset();
        backend_.queue.run_ready();
        outbox.reset();
        cache.reset();
    }
    ~Desk() { close(); }

    // One whole round; the error when it failed.
    base::Status sync() {
        std::optional<base::Status> out;
        pull->start();
        pull->sync_now([&](base::Status status) { out = std::move(status); });
        for (int i = 0; i < 2000 && !out; ++i) {
            if (backend_.queue.run_ready() == 0) backend_.queue.run_for(base::milliseconds(100));
        }
        return out.value_or(base::make_error(base::ErrorKind::timed_out, "the round did not end"));
    }
    std::optional<model::Capture> capture(const std::string& id) {
        auto found = cache->read().document(kStaging, id);
        if (!found || !*found) return std::nullopt;
        return decode_capture_or_unreadable(id, (*found)->fields, (*found)->update_time);
    }
    int64_t count(const std::string& collection = kStaging) {
        auto counted = cache->read().count(collection);
        return counted ? *counted : -1;
    }

    // A decision on what the cache holds.
    model::Operation operation(model::OperationKind kind, const std::string& id) {
        model::Operation made;
        made.op_id = base::uuid7(backend_.clock) + std::to_string(++made_);
        made.kind = kind;
        made.staging_id = id;
        made.uid = uid_;
        made.by_name = "Lerato";
        made.made_at = made.send_after = backend_.clock.now();
        auto found = cache->read().document(kStaging, id);
        if (found && *found) {
            made.base_update_time = (*found)->update_time;
            made.base_fields = (*found)->fields;
            made.resubmission = decode_capture_or_unreadable(id, made.base_fields, {}).resubmission;
        }
        return made;
    }
    model::Operation approve(const std::string& id, bool promote = false) {
        auto made = operation(model::OperationKind::approve, id);
        made.promote = promote;
        return made;
    }
    model::Operation reject(const std::string& id) {
        auto made = operation(model::OperationKind::reject, id);
        made.reason = "photo_unclear";
        return made;
    }
    std::string enqueue(const model::Operation& made) {
        auto queued = outbox->enqueue(made);
        EXPECT_TRUE(queued.ok()) << (queued.ok() ? "" : queued.error().full());
        return made.op_id;
    }
    // Sends until nothing moves any more; retries included.
    void send(base::Duration for_at_most = base::seconds(0)) {
        sender->set_person(uid_);
        backend_.queue.run_ready();
        if (for_at_most.us > 0) backend_.queue.run_for(for_at_most);
    }
    model::PendingOperation fate(const std::string& op_id) {
        auto found = outbox->find(op_id);
        EXPECT_TRUE(found.ok() && found->has_value());
        return found.ok() && *found ? **found : model::PendingOperation{};
    }

  private:
    Backend& backend_;
    TempFolder folder_;
    std::string uid_;
    int made_ = 0;

  public:
    InProcessHttp line;
    std::unique_ptr<store::Cache> cache;
    std::unique_ptr<store::Outbox> outbox;
    std::unique_ptr<Firestore> client;
    std::unique_ptr<CacheApplier> applier;
    std::unique_ptr<Pull> pull;
    std::unique_ptr<OutboxSender> sender;
    std::vector<std::string> seen, lost;
    bool may_rebase = true;
    bool requires_seen_photos = false;
};

}  // namespace linesman::sync::test
