#include "app/office_line.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>

#include "sync/auth.h"
#include "sync/pull_query.h"
#include "sync/storage_client.h"
#include "sync/value_codec.h"

namespace linesman::app {

using base::ErrorKind;
using base::make_error;
using base::Result;
using base::Status;

namespace {

constexpr int64_t kPage = 300;
constexpr size_t kNamesPerGet = 100;

base::Error stopped_error() {
    return make_error(ErrorKind::cancelled, "This was stopped before the server had answered.");
}

}  // namespace

sync::CollectionNames collection_names(const Profile& profile) {
    sync::CollectionNames names;
    names.staging = profile.staging;
    names.production = profile.production;
    names.pole_keys = profile.pole_keys;
    names.planned = profile.planned;
    names.audit = profile.audit;
    return names;
}

// Members in the order in which they must outlive one another; auth and firestore are made and dropped on the queue.
struct OfficeLine::Impl {
    Impl(const Profile& profile, bool own_session, OfficeLineOptions given)
        : options(given),
          endpoints(profile.endpoints),
          names(collection_names(profile)),
          http(net::make_http({.ca_file = profile.ca_file})),
          keyring(own_session ? sync::make_session_keyring() : sync::make_secret_service_keyring()),
          backoff(given.backoff) {
        session.roles_enforced = profile.roles_enforced;
        on_queue([&] {
            auth = std::make_unique<sync::Auth>(endpoints, profile.name, *http, *keyring, clock, queue);
            make_clients(*auth);
        });
    }
    Impl(const Profile& profile, model::Session given_session, sync::TokenSource& tokens, OfficeLineOptions given)
        : options(given),
          endpoints(profile.endpoints),
          names(collection_names(profile)),
          http(net::make_http({.ca_file = profile.ca_file})),
          backoff(given.backoff),
          session(std::move(given_session)) {
        on_queue([&] { make_clients(tokens); });
    }
    void make_clients(sync::TokenSource& tokens) {
        firestore = sync::make_firestore(endpoints, *http, tokens, queue);
        storage = sync::make_storage(endpoints, *http, tokens, queue);
    }
    ~Impl() {
        on_queue([this] {
            storage.reset();
            firestore.reset();
            auth.reset();
        });
    }

    void on_queue(const std::function<void()>& task) {
        std::promise<void> done;
        queue.post([&] {
            task();
            done.set_value();
        });
        done.get_future().wait();
    }

    // Starts a call on the queue and waits for its answer; every request has a time limit of its own (net/http.h).
    template <typename T>
    Result<T> wait(const std::function<net::Call(std::function<void(Result<T>)>)>& start) {
        std::promise<Result<T>> promise;
        auto answer = promise.get_future();
        net::Call call;
        bool answered = false;  // on the queue
        const auto take = [&](Result<T> result) {
            if (!std::exchange(answered, true)) promise.set_value(std::move(result));
        };
        queue.post([&] {
            if (is_stopped()) return take(stopped_error());
            give_up = [&] { take(stopped_error()); };
            call = start(take);
        });
        auto result = answer.get();
        on_queue([&] {
            give_up = {};
            call.cancel();
        });
        return result;
    }

    bool is_stopped() {
        const std::lock_guard lock(stop_mutex);
        return stopped;
    }
    bool rest(base::Duration time) {
        std::unique_lock lock(stop_mutex);
        return !stop_signal.wait_for(lock, std::chrono::microseconds(time.us), [&] { return stopped; });
    }
    void stop() {
        {
            const std::lock_guard lock(stop_mutex);
            stopped = true;
        }
        stop_signal.notify_all();
        queue.post([this] {
            if (give_up) give_up();
        });
    }

    Status sign_in(const std::optional<Credentials>& credentials) {
        auto done = wait<bool>([&](std::function<void(Result<bool>)> answer) {
            const auto finish = [answer](Status status) {
                answer(status ? Result<bool>(true) : Result<bool>(status.error()));
            };
            credentials ? auth->sign_in(credentials->email, credentials->password, finish) : auth->restore(finish);
            return net::Call();
        });
        const auto now = auth->session();
        if (now.state != sync::SessionState::signed_in) {
            if (credentials && !done) return done.error();
            return make_error(ErrorKind::permission_denied,
                              "Nobody is signed in. Sign in at the console, or set LINESMAN_EMAIL and "
                              "LINESMAN_PASSWORD.",
                              done ? now.reason : done.error().what);
        }
        session.uid = now.identity.uid;
        session.name = now.identity.name;
        session.email = now.identity.email;
        session.role = model::role_from_name(now.identity.role);
        session.signed_in = true;
        return {};
    }

    OfficeLineOptions options;
    sync::Endpoints endpoints;
    sync::CollectionNames names;
    base::SystemClock clock;
    std::mutex stop_mutex;
    std::condition_variable stop_signal;
    bool stopped = false;           // guarded
    std::function<void()> give_up;  // of the call that waits; on the queue
    base::ThreadQueue queue{"office"};
    std::unique_ptr<net::Http> http;
    std::unique_ptr<sync::Keyring> keyring;
    std::unique_ptr<sync::Auth> auth;
    std::unique_ptr<sync::Firestore> firestore;
    std::unique_ptr<sync::Storage> storage;
    sync::ReplyReader reader;
    base::Backoff backoff;
    model::Session session;
};

Result<std::unique_ptr<OfficeLine>> OfficeLine::open(const Profile& profile,
                                                     const std::optional<Credentials>& credentials,
                                                     OfficeLineOptions options) {
    LINESMAN_TRY(check_profile(profile));
    auto impl = std::make_unique<Impl>(profile, credentials.has_value(), options);
    LINESMAN_TRY(impl->sign_in(credentials));
    return std::unique_ptr<OfficeLine>(new OfficeLine(std::move(impl)));
}

std::unique_ptr<OfficeLine> OfficeLine::beside(const Profile& profile, model::Session session,
                                               sync::TokenSource& tokens, OfficeLineOptions options) {
    return std::unique_ptr<OfficeLine>(
        new OfficeLine(std::make_unique<Impl>(profile, std::move(session), tokens, options)));
}

OfficeLine::OfficeLine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OfficeLine::~OfficeLine() = default;

const model::Session& OfficeLine::session() const {
    return impl_->session;
}
void OfficeLine::become(model::Session session) {
    impl_->session = std::move(session);
}
const sync::CollectionNames& OfficeLine::names() const {
    return impl_->names;
}
const sync::Endpoints& OfficeLine::endpoints() const {
    return impl_->endpoints;
}
sync::Usage OfficeLine::usage() const {
    return impl_->firestore->usage();
}

void OfficeLine::back_off(const base::Error& error) {
    (void)impl_->rest(impl_->backoff.next(error.retry_after_s));
}
void OfficeLine::reset_backoff() {
    impl_->backoff.reset();
}
void OfficeLine::stop() {
    impl_->stop();
}
bool OfficeLine::rest(base::Duration time) {
    return impl_->rest(time);
}

Result<sync::Reply> OfficeLine::read(
    const std::function<net::Call(sync::Firestore&, sync::Firestore::Done<std::string>)>& start) {
    const auto until = impl_->clock.steady().us + impl_->options.patience.us;
    for (;;) {
        auto text = impl_->wait<std::string>([&](auto done) { return start(*impl_->firestore, std::move(done)); });
        auto reply = text ? impl_->reader.read(*text) : Result<sync::Reply>(text.error());
        if (reply) {
            impl_->backoff.reset();
            return reply;
        }
        // Refused with a fresh token as well (sync/authorized_call): waiting does not bring a session back.
        const ErrorKind kind = reply.error().kind;
        const bool again =
            kind == ErrorKind::corrupt || (reply.error().retryable() && kind != ErrorKind::unauthenticated);
        if (!again || impl_->clock.steady().us >= until) return reply;
        back_off(reply.error());
    }
}

Result<sync::Reply> OfficeLine::query(base::Json structured_query) {
    return read([&](sync::Firestore& firestore, sync::Firestore::Done<std::string> done) {
        return firestore.run_query(structured_query, {}, std::move(done));
    });
}

Status OfficeLine::each(const std::string& collection, const std::string& field, const std::string& text,
                        const std::function<bool(const sync::RawDocument&)>& take) {
    std::string at_name;
    for (;;) {
        base::Json page = sync::query_of(collection);
        if (!field.empty()) sync::set_where(page, {sync::field_filter(field, "EQUAL", sync::value::text(text))});
        sync::set_order(page, "");
        if (!at_name.empty()) sync::start_after(page, "", {}, at_name);
        sync::set_limit(page, kPage);
        auto reply = query(std::move(page));
        if (!reply) return reply.error();
        for (const auto& document : reply->documents) {
            if (!take(document)) return {};
        }
        if (reply->documents.empty() || reply->documents.size() + reply->damaged.size() < static_cast<size_t>(kPage))
            return {};
        at_name = reply->documents.back().name;
    }
}

Result<sync::Reply> OfficeLine::get(std::vector<std::string> names) {
    sync::Reply all;
    for (size_t at = 0; at < names.size(); at += kNamesPerGet) {
        const size_t end = std::min(names.size(), at + kNamesPerGet);
        const std::vector<std::string> part(names.begin() + static_cast<std::ptrdiff_t>(at),
                                            names.begin() + static_cast<std::ptrdiff_t>(end));
        auto reply = read([&](sync::Firestore& firestore, sync::Firestore::Done<std::string> done) {
            return firestore.batch_get(part, {}, {}, std::move(done));
        });
        if (!reply) return reply;
        std::move(reply->documents.begin(), reply->documents.end(), std::back_inserter(all.documents));
        std::move(reply->missing.begin(), reply->missing.end(), std::back_inserter(all.missing));
        std::move(reply->damaged.begin(), reply->damaged.end(), std::back_inserter(all.damaged));
        all.read_time = reply->read_time;
    }
    return all;
}

Result<std::vector<std::string>> OfficeLine::list_objects(const std::string& prefix, size_t most) {
    std::vector<std::string> paths;
    std::string token;
    do {
        auto page = impl_->wait<sync::ListPage>([&](auto done) {
            return impl_->storage->list(prefix, token, static_cast<int>(std::min<size_t>(most, 1000)), std::move(done));
        });
        if (!page) return page.error();
        std::move(page->paths.begin(), page->paths.end(), std::back_inserter(paths));
        token = std::move(page->next_page_token);
    } while (!token.empty() && paths.size() < most);
    return paths;
}

Result<sync::ObjectInfo> OfficeLine::object_info(const std::string& path) {
    return impl_->wait<sync::ObjectInfo>([&](auto done) {
        return impl_->storage->metadata({impl_->endpoints.bucket, path}, std::move(done));
    });
}

Result<sync::CommitReply> OfficeLine::commit(base::Json writes) {
    return impl_->wait<sync::CommitReply>(
        [&](auto done) { return impl_->firestore->commit(std::move(writes), std::move(done)); });
}

}  // namespace linesman::app
