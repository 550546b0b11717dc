#include "field/field_agent.h"

#include <future>

#include "net/url.h"
#include "sync/auth.h"
#include "sync/keyring.h"

namespace linesman::field {

using base::ErrorKind;
using base::make_error;
using base::Result;
using base::Status;

namespace {

class FixedToken final : public sync::TokenSource {
  public:
    explicit FixedToken(std::string token) : token_(std::move(token)) {}
    void token(bool, base::Queue& queue, std::function<void(Result<std::string>)> done) override {
        queue.post([done = std::move(done), token = token_] { done(token); });
    }

  private:
    std::string token_;
};

// Members in the order in which they must outlive one another; auth is made and dropped on the queue's thread.
struct Line {
    explicit Line(const AgentOptions& options)
        : http(net::make_http({.user_agent = "linesman-field", .ca_file = options.ca_file})),
          keyring(sync::make_session_keyring()) {
        if (options.wrap_http) http = options.wrap_http(std::move(http));
    }
    base::SystemClock clock;
    base::ThreadQueue queue{"field"};
    std::unique_ptr<net::Http> http;
    std::unique_ptr<sync::Keyring> keyring;
};

}  // namespace

struct FieldAgent::Impl {
    explicit Impl(AgentOptions given) : options(std::move(given)), line(options), fixed(options.bearer) {
        on_queue([this] {
            sync::TokenSource* tokens = &fixed;
            if (!options.email.empty()) {
                auth = std::make_unique<sync::Auth>(options.endpoints, "field", *line.http, *line.keyring, line.clock,
                                                    line.queue);
                tokens = auth.get();
            }
            firestore = sync::make_firestore(options.endpoints, *line.http, *tokens, line.queue);
            storage = sync::make_storage(options.endpoints, *line.http, *tokens, line.queue);
        });
    }
    ~Impl() {
        on_queue([this] {
            firestore.reset();
            storage.reset();
            auth.reset();
        });
    }

    void on_queue(const std::function<void()>& task) {
        std::promise<void> done;
        line.queue.post([&] {
            task();
            done.set_value();
        });
        done.get_future().wait();
    }

    // Starts an asynchronous call on the queue and waits for its answer. Given up after `patience`: the call is dropped
    // on the queue, after which its callback cannot run.
    template <typename T>
    Result<T> wait(const std::function<net::Call(std::function<void(Result<T>)>)>& start) {
        struct Waiting {
            std::promise<Result<T>> promise;
            net::Call call;
            bool answered = false;
        };
        auto waiting = std::make_shared<Waiting>();
        auto answer = waiting->promise.get_future();
        line.queue.post([this, waiting, &start] {
            auto call = start([this, waiting](Result<T> result) {
                if (std::exchange(waiting->answered, true)) return;
                // Posted first: whoever waits posts after the answer, and so finds the call dropped.
                line.queue.post([waiting] { waiting->call.cancel(); });
                waiting->promise.set_value(std::move(result));
            });
            if (!waiting->answered) waiting->call = std::move(call);
        });
        if (answer.wait_for(std::chrono::microseconds(options.patience.us)) == std::future_status::ready) {
            auto result = answer.get();
            on_queue([] {});  // the call is dropped before anything it uses may go
            return result;
        }
        on_queue([&] {
            waiting->answered = true;
            waiting->call.cancel();
        });
        return make_error(ErrorKind::timed_out, "The server did not answer in time. Try again.");
    }

    AgentOptions options;
    Line line;
    FixedToken fixed;
    std::unique_ptr<sync::Auth> auth;
    std::unique_ptr<sync::Firestore> firestore;
    std::unique_ptr<sync::Storage> storage;
};

FieldAgent::FieldAgent(AgentOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
FieldAgent::~FieldAgent() = default;

Status FieldAgent::sign_in() {
    if (!impl_->auth) return {};
    auto done = impl_->wait<bool>([this](std::function<void(Result<bool>)> answer) {
        impl_->auth->sign_in(impl_->options.email, impl_->options.password, [answer](Status status) {
            answer(status ? Result<bool>(true) : Result<bool>(status.error()));
        });
        return net::Call();
    });
    if (!done) return done.error();
    return {};
}

std::string FieldAgent::uid() const {
    return impl_->auth ? impl_->auth->session().identity.uid : std::string();
}

std::string FieldAgent::role() const {
    return impl_->auth ? impl_->auth->session().identity.role : std::string();
}

Result<SyncSummary> FieldAgent::sync(OfflinePoleStore& store, const base::Clock& clock, SyncOptions options,
                                     OfflineSync::Progress progress) {
    if (options.facts.owner_uid.empty()) options.facts.owner_uid = uid();
    OfflineSync service(store, *impl_->firestore, *impl_->storage, clock, impl_->options.names);
    return impl_->wait<SyncSummary>(
        [&](OfflineSync::Done done) { return service.run(options, progress, std::move(done)); });
}

Result<sync::CommitReply> FieldAgent::commit(base::Json writes) {
    return impl_->wait<sync::CommitReply>(
        [&](auto done) { return impl_->firestore->commit(std::move(writes), std::move(done)); });
}

Result<std::string> FieldAgent::batch_get(std::vector<std::string> names) {
    return impl_->wait<std::string>(
        [&](auto done) { return impl_->firestore->batch_get(std::move(names), {}, {}, std::move(done)); });
}

Result<std::string> FieldAgent::run_query(base::Json structured_query) {
    return impl_->wait<std::string>(
        [&](auto done) { return impl_->firestore->run_query(std::move(structured_query), {}, std::move(done)); });
}

Result<sync::Reply> FieldAgent::read(const std::vector<std::string>& names) {
    constexpr size_t kNamesPerGet = 300;  // the server's limit
    sync::Reply all;
    for (size_t at = 0; at < names.size(); at += kNamesPerGet) {
        const auto begin = names.begin() + static_cast<std::ptrdiff_t>(at);
        const auto end = names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), at + kNamesPerGet));
        const auto text = batch_get({begin, end});
        if (!text) return text.error();
        auto reply = sync::read_reply(*text);
        if (!reply) return reply;
        std::move(reply->documents.begin(), reply->documents.end(), std::back_inserter(all.documents));
        std::move(reply->missing.begin(), reply->missing.end(), std::back_inserter(all.missing));
        std::move(reply->damaged.begin(), reply->damaged.end(), std::back_inserter(all.damaged));
        all.read_time = reply->read_time;
    }
    return all;
}

Result<sync::Reply> FieldAgent::query(base::Json structured_query) {
    const auto text = run_query(std::move(structured_query));
    if (!text) return text.error();
    return sync::read_reply(*text);
}

Result<sync::ObjectInfo> FieldAgent::metadata(const sync::ObjectRef& object) {
    return impl_->wait<sync::ObjectInfo>([&](auto done) { return impl_->storage->metadata(object, std::move(done)); });
}

Result<sync::ObjectInfo> FieldAgent::upload(const std::string& path, std::string bytes) {
    sync::Upload upload;
    upload.path = path;
    upload.bytes = std::make_shared<const std::string>(std::move(bytes));
    return impl_->wait<sync::ObjectInfo>(
        [&](auto done) { return impl_->storage->upload(std::move(upload), std::move(done)); });
}

Result<net::Response> FieldAgent::request(net::Request request) {
    return impl_->wait<net::Response>(
        [&](auto done) { return impl_->line.http->send(std::move(request), impl_->line.queue, std::move(done)); });
}

const sync::Endpoints& FieldAgent::endpoints() const {
    return impl_->options.endpoints;
}
const sync::CollectionNames& FieldAgent::names() const {
    return impl_->options.names;
}

Result<sync::Endpoints> local_backend(const std::string& url, const std::string& project_id) {
    const auto parts = net::parse_url(url);
    if (!parts || !net::is_loopback(parts->host)) {
        return make_error(
            ErrorKind::configuration,
            "The local backend must be on this machine, such as http://127.0.0.1:8080, not \"" + url + "\".");
    }
    const std::string origin = parts->origin();
    sync::Endpoints out;
    out.project_id = project_id;
    out.bucket = project_id + ".appspot.com";
    out.api_key = "demo";
    out.firestore = origin;
    out.identity = origin;
    out.token = origin;
    out.storage = origin;
    return out;
}

}  // namespace linesman::field
