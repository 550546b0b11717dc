#include "sync/auth.h"

#include <mutex>
#include <vector>

#include "base/backoff.h"
#include "base/json.h"
#include "base/log.h"
#include "sync/api_reply.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::Json;
using base::make_error;

constexpr double kEarly_s = 300;  // refresh this long before the end
constexpr double kHard_s = 30;    // a token with less left is not handed out
constexpr base::BackoffTuning kRefreshBackoff{base::seconds(30), 2.0, base::minutes(16), 0.1};
// A forced refresh right after a fresh one gives that one: several requests are refused at the same moment with the old
// token.
constexpr base::Duration kJustRefreshed = base::seconds(5);

base::Error signed_out_error() {
    return make_error(ErrorKind::unauthenticated, "Nobody is signed in. Sign in to reach the server.");
}

std::string pack(const std::string& refresh_token, const Identity& id) {
    return base::to_text(Json{
        {"refresh_token", refresh_token}, {"uid", id.uid}, {"name", id.name}, {"email", id.email}, {"role", id.role}});
}

struct Kept {
    std::string refresh_token;
    Identity identity;
};

std::optional<Kept> unpack(const std::string& secret) {
    const auto json = base::parse_json(secret, "kept session");
    if (!json) return std::nullopt;
    const auto text = [&](std::string_view key) { return base::string_at(*json, key).value_or(""); };
    Kept kept{text("refresh_token"), {text("uid"), text("name"), text("email"), text("role")}};
    if (kept.identity.uid.empty()) return std::nullopt;
    return kept;
}

}  // namespace

class Auth::Core : public std::enable_shared_from_this<Core> {
  public:
    Core(Endpoints endpoints, std::string profile, net::Http& http, Keyring& keyring, const base::Clock& clock,
         base::Queue& queue)
        : endpoints_(std::move(endpoints)),
          profile_(std::move(profile)),
          http_(http),
          keyring_(keyring),
          clock_(clock),
          queue_(queue) {}

    ~Core() {
        if (timer_ != 0) queue_.cancel(timer_);
    }

    // Runs `task` on the queue unless the Auth is gone by then.
    template <typename Task>
    void post(Task task) {
        queue_.post([weak = weak_from_this(), task = std::move(task)]() mutable {
            if (const auto self = weak.lock()) task(*self);
        });
    }

    void restore(Done done) {
        keyring_.load(
            profile_, queue_,
            [weak = weak_from_this(), done = std::move(done)](base::Result<std::optional<std::string>> found) {
                const auto self = weak.lock();
                if (!self) return;
                if (!found) {
                    self->change([&](Session& s) { s.keyring_note = found.error().what; });
                    return done(found.error());
                }
                const auto kept = found->has_value() ? unpack(**found) : std::nullopt;
                // A sign-in that came first wins over what was kept.
                if (kept && self->session().state == SessionState::signed_out) self->take_up(*kept);
                done({});
            });
    }

    void sign_in(const std::string& email, const std::string& password, Done done) {
        begin_sign_in(std::move(done));
        send_sign_in("signInWithPassword", Json{{"email", email}, {"password", password}, {"returnSecureToken", true}});
    }

    void sign_in_google(GoogleClient client, OpenBrowser open_browser, Done done) {
        begin_sign_in(std::move(done));
        sign_in_call_ = google_sign_in(
            std::move(client), http_, queue_, std::move(open_browser),
            [weak = weak_from_this()](base::Result<std::string> token) {
                const auto self = weak.lock();
                if (!self) return;
                if (!token) return self->end_sign_in(token.error());
                self->send_sign_in("signInWithIdp",
                                   Json{{"postBody", "id_token=" + net::url_encode(*token) + "&providerId=google.com"},
                                        {"requestUri", "http://localhost"},
                                        {"returnSecureToken", true},
                                        {"returnIdpCredential", true}});
            });
    }

    void sign_out() {
        cancel_sign_in();
        forget_tokens();
        refresh_token_.clear();
        change([](Session& s) { s = Session{}; });
        keyring_.erase(profile_, queue_, [weak = weak_from_this()](base::Status erased) {
            if (!erased) base::log(base::LogLevel::warning, "sync", erased.error());
        });
        answer_waiters(signed_out_error());
    }

    void token(bool force, base::Queue& queue, std::function<void(base::Result<std::string>)> done) {
        const auto give = [&](base::Result<std::string> result) {
            queue.post([done, result = std::make_shared<base::Result<std::string>>(std::move(result))] {
                done(std::move(*result));
            });
        };
        const Session now = session();
        if (now.state == SessionState::expired) return give(make_error(ErrorKind::unauthenticated, now.reason));
        if (refresh_token_.empty()) return give(signed_out_error());
        const bool fresh = left_s() > kHard_s;
        const bool just_refreshed = fresh && by_refresh_ && since(clock_.steady()) < kJustRefreshed;
        if (fresh && (!force || just_refreshed)) return give(id_token_);
        waiters_.push_back({&queue, std::move(done)});
        if (!refresh_call_) refresh();
    }

    Session session() const {
        const std::lock_guard lock(mutex_);
        return session_;
    }
    std::optional<base::Duration> offset() const {
        const std::lock_guard lock(mutex_);
        return offset_;
    }

    std::function<void(const Session&)> changed;

  private:
    struct Waiter {
        base::Queue* queue;
        std::function<void(base::Result<std::string>)> done;
    };

    template <typename Edit>
    void change(Edit edit) {
        Session copy;
        {
            const std::lock_guard lock(mutex_);
            const Session before = session_;
            edit(session_);
            if (session_ == before) return;
            copy = session_;
        }
        if (changed) changed(copy);
    }

    // What a refresh finds while a sign-in is under way counts once that one has failed.
    void settle(SessionState state, const std::string& reason) {
        if (sign_in_done_) {
            before_sign_in_ = state;
            return;
        }
        change([&](Session& s) {
            s.state = state;
            s.reason = reason;
        });
    }

    void begin_sign_in(Done done) {
        cancel_sign_in();
        sign_in_done_ = std::move(done);
        before_sign_in_ = session().state;
        change([](Session& s) {
            s.state = SessionState::signing_in;
            s.reason.clear();
        });
    }

    // A sign-in that is replaced leaves the session as it was before.
    void cancel_sign_in() {
        if (!sign_in_done_) return;
        sign_in_call_.cancel();
        change([&](Session& s) { s.state = before_sign_in_; });
        finish_sign_in(make_error(ErrorKind::cancelled, "The sign-in was stopped."));
    }

    void finish_sign_in(const base::Status& status) {
        const Done done = std::move(sign_in_done_);
        sign_in_done_ = nullptr;
        if (done) done(status);
    }

    net::Request identity_request(const std::string& url, std::string content_type, std::string body) const {
        net::Request request;
        request.method = "POST";
        request.url = url + "?key=" + net::url_encode(endpoints_.api_key);
        request.headers = {{"Content-Type", std::move(content_type)}};
        request.body = std::move(body);
        request.timeout = base::seconds(30);
        request.max_body_bytes = 1 << 20;
        return request;
    }

    void send_sign_in(const std::string& method, const Json& body) {
        if (endpoints_.api_key.empty()) {
            return post([](Core& self) {
                self.end_sign_in(
                    make_error(ErrorKind::configuration, "The profile has no API key. Set api_key to sign in."));
            });
        }
        sign_in_call_ = http_.send(
            identity_request(emulated("identitytoolkit.googleapis.com", endpoints_.identity) + "/v1/accounts:" + method,
                             "application/json", base::to_text(body)),
            queue_, [weak = weak_from_this()](base::Result<net::Response> r) {
                const auto self = weak.lock();
                if (!self) return;
                if (!r) return self->end_sign_in(r.error());
                self->note_clock(*r);
                auto tokens = read_sign_in_reply(*r);
                if (!tokens) return self->end_sign_in(tokens.error());
                self->end_sign_in(std::move(*tokens));
            });
    }

    // The Auth emulator serves both services on one port, each below its host name; production hosts are called as they
    // are.
    static std::string emulated(const std::string& host, const std::string& base_url) {
        return base_url.starts_with("http://") ? base_url + "/" + host : base_url;
    }

    void end_sign_in(base::Result<Tokens> tokens) {
        if (!sign_in_done_) return;
        if (!tokens) {
            change([&](Session& s) {
                s.state = before_sign_in_;
                s.reason = tokens.error().what;
            });
            return finish_sign_in(tokens.error());
        }
        refresh_call_.cancel();  // one of the former session
        const Done done = std::move(sign_in_done_);
        sign_in_done_ = nullptr;
        by_refresh_ = false;
        accept(std::move(*tokens));
        if (done) done({});
    }

    void take_up(const Kept& kept) {
        refresh_token_ = kept.refresh_token;
        change([&](Session& s) {
            s.identity = kept.identity;
            s.state = kept.refresh_token.empty() ? SessionState::expired : SessionState::signed_in;
            s.reason = kept.refresh_token.empty() ? "The session has ended. Sign in again." : "";
        });
        if (!refresh_token_.empty()) refresh();
    }

    void accept(Tokens tokens) {
        const bool keep = tokens.refresh_token != refresh_token_ || tokens.identity != session().identity;
        id_token_ = std::move(tokens.id_token);
        refresh_token_ = std::move(tokens.refresh_token);
        refreshed_at_ = clock_.steady();
        refreshed_wall_ = clock_.now();
        lifetime_s_ = tokens.expires_in_s;
        backoff_.reset();
        change([&](Session& s) { s.identity = tokens.identity; });
        settle(SessionState::signed_in, "");
        if (keep) save(pack(refresh_token_, tokens.identity));
        schedule({static_cast<int64_t>(std::max(lifetime_s_ - kEarly_s, kHard_s) * 1e6)});
        answer_waiters(id_token_);
    }

    void save(const std::string& secret) {
        keyring_.save(profile_, secret, queue_, [weak = weak_from_this()](base::Status saved) {
            const auto self = weak.lock();
            if (!self) return;
            std::string note = saved ? "" : saved.error().what;
            if (saved && !self->keyring_.lasting())
                note = "There is no keyring, so the sign-in is kept only until Linesman closes.";
            self->change([&](Session& s) { s.keyring_note = std::move(note); });
        });
    }

    // Both clocks: the steady one stands still while the machine sleeps, the wall clock may be set back.
    double left_s() const {
        if (id_token_.empty()) return 0;
        const double steady = since(clock_.steady()).seconds();
        const double wall = (clock_.now() - refreshed_wall_).seconds();
        return lifetime_s_ - std::max(steady, wall);
    }

    base::Duration since(base::Duration steady) const { return {steady.us - refreshed_at_.us}; }

    void schedule(base::Duration delay) {
        if (timer_ != 0) queue_.cancel(timer_);
        timer_ = queue_.post_after(delay, [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (!self) return;
            self->timer_ = 0;
            if (!self->refresh_call_ && !self->refresh_token_.empty()) self->refresh();
        });
    }

    void refresh() {
        refresh_call_ =
            http_.send(identity_request(emulated("securetoken.googleapis.com", endpoints_.token) + "/v1/token",
                                        "application/x-www-form-urlencoded",
                                        "grant_type=refresh_token&refresh_token=" + net::url_encode(refresh_token_)),
                       queue_, [weak = weak_from_this()](base::Result<net::Response> r) {
                           const auto self = weak.lock();
                           if (!self) return;
                           self->refresh_call_.cancel();
                           if (r) self->note_clock(*r);
                           self->on_refreshed(r ? read_refresh_reply(*r) : base::Result<Tokens>(r.error()));
                       });
    }

    void on_refreshed(base::Result<Tokens> tokens) {
        const Identity before = session().identity;
        if (tokens && tokens->identity.uid != before.uid) {
            tokens = make_error(ErrorKind::unauthenticated, "The server answered for another account. Sign in again.");
        }
        if (tokens) {
            // The name is in the reply of a sign-in, not always in the token.
            if (tokens->identity.name.empty()) tokens->identity.name = before.name;
            if (tokens->identity.email.empty()) tokens->identity.email = before.email;
            by_refresh_ = true;
            return accept(std::move(*tokens));
        }
        const base::Error error = tokens.error();
        if (error.kind == ErrorKind::unauthenticated) return expire(error);
        base::log(base::LogLevel::warning, "sync", error);
        schedule(backoff_.next(error.retry_after_s));
        answer_waiters(error);
    }

    void expire(const base::Error& error) {
        forget_tokens();
        refresh_token_.clear();
        save(pack("", session().identity));  // whose decisions wait stays known; the dead token does not
        settle(SessionState::expired, error.what);
        answer_waiters(make_error(ErrorKind::unauthenticated, error.what, error.detail));
    }

    void forget_tokens() {
        id_token_.clear();
        refresh_call_.cancel();
        if (timer_ != 0) queue_.cancel(timer_);
        timer_ = 0;
        backoff_.reset();
    }

    void answer_waiters(const base::Result<std::string>& result) {
        auto waiters = std::move(waiters_);
        waiters_.clear();
        for (auto& waiter : waiters) waiter.queue->post([done = std::move(waiter.done), result] { done(result); });
    }

    void note_clock(const net::Response& response) {
        const auto date = net::parse_http_date(response.header("Date"));
        if (!date) return;
        const std::lock_guard lock(mutex_);
        offset_ = base::Duration{(*date - clock_.now()).us / base::kMicrosPerSecond * base::kMicrosPerSecond};
    }

    Endpoints endpoints_;
    std::string profile_;
    net::Http& http_;
    Keyring& keyring_;
    const base::Clock& clock_;
    base::Queue& queue_;

    mutable std::mutex mutex_;  // guards the two values read from other threads
    Session session_;
    std::optional<base::Duration> offset_;

    std::string id_token_;
    std::string refresh_token_;
    base::Duration refreshed_at_{};  // when id_token_ was got
    bool by_refresh_ = false;        // by a refresh, not by signing in: what the server refused cannot be this one
    base::Timestamp refreshed_wall_{};
    double lifetime_s_ = 0;
    base::Backoff backoff_{kRefreshBackoff};
    base::TimerId timer_ = 0;
    net::Call refresh_call_;
    std::vector<Waiter> waiters_;

    net::Call sign_in_call_;
    Done sign_in_done_;
    SessionState before_sign_in_ = SessionState::signed_out;
};

Auth::Auth(Endpoints endpoints, std::string profile, net::Http& http, Keyring& keyring, const base::Clock& clock,
           base::Queue& queue)
    : core_(std::make_shared<Core>(std::move(endpoints), std::move(profile), http, keyring, clock, queue)) {}

Auth::~Auth() = default;

void Auth::on_change(std::function<void(const Session&)> changed) {
    core_->changed = std::move(changed);
}

void Auth::restore(Done done) {
    core_->post([done = std::move(done)](Core& core) mutable { core.restore(std::move(done)); });
}

void Auth::sign_in(std::string email, std::string password, Done done) {
    core_->post([email = std::move(email), password = std::move(password), done = std::move(done)](Core& core) mutable {
        core.sign_in(email, password, std::move(done));
    });
}

void Auth::sign_in_google(GoogleClient client, OpenBrowser open_browser, Done done) {
    core_->post([client = std::move(client), open = std::move(open_browser), done = std::move(done)](
                    Core& core) mutable { core.sign_in_google(std::move(client), std::move(open), std::move(done)); });
}

void Auth::sign_out() {
    core_->post([](Core& core) { core.sign_out(); });
}

void Auth::token(bool force_refresh, base::Queue& queue, std::function<void(base::Result<std::string>)> done) {
    core_->post([force_refresh, &queue, done = std::move(done)](Core& core) mutable {
        core.token(force_refresh, queue, std::move(done));
    });
}

Session Auth::session() const {
    return core_->session();
}
std::optional<base::Duration> Auth::server_clock_offset() const {
    return core_->offset();
}

}  // namespace linesman::sync
