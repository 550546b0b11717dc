// The ID token: handed out while fresh, refreshed early, and what a refused refresh means.
#include <algorithm>

#include "base/log.h"
#include "sync/auth_core.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr double kEarly_s = 300;  // refresh this long before the end
constexpr double kHard_s = 30;    // a token with less left is not handed out
// A forced refresh right after a fresh one gives that one: several requests are refused at the same moment with the old
// token.
constexpr base::Duration kJustRefreshed = base::seconds(5);

}  // namespace

void Auth::Core::token(bool force, base::Queue& queue, std::function<void(base::Result<std::string>)> done) {
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

void Auth::Core::accept(Tokens tokens) {
    const bool keep = tokens.refresh_token != refresh_token_ || tokens.identity != session().identity;
    id_token_ = std::move(tokens.id_token);
    refresh_token_ = std::move(tokens.refresh_token);
    refreshed_at_ = clock_.steady();
    refreshed_wall_ = clock_.now();
    lifetime_s_ = tokens.expires_in_s;
    backoff_.reset();
    if (sign_in_done_) before_sign_in_ = SessionState::signed_in;
    change([&](Session& s) {  // at once: nobody must see the new person in the old session
        s.identity = tokens.identity;
        if (sign_in_done_) return;
        s.state = SessionState::signed_in;
        s.reason.clear();
    });
    if (keep) save({refresh_token_, tokens.identity});
    schedule({static_cast<int64_t>(std::max(lifetime_s_ - kEarly_s, kHard_s) * 1e6)});
    answer_waiters(id_token_);
}

// Both clocks: the steady one stands still while the machine sleeps, the wall clock may be set back.
double Auth::Core::left_s() const {
    if (id_token_.empty()) return 0;
    const double steady = since(clock_.steady()).seconds();
    const double wall = (clock_.now() - refreshed_wall_).seconds();
    return lifetime_s_ - std::max(steady, wall);
}

void Auth::Core::schedule(base::Duration delay) {
    if (timer_ != 0) queue_.cancel(timer_);
    timer_ = queue_.post_after(delay, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->timer_ = 0;
        if (!self->refresh_call_ && !self->refresh_token_.empty()) self->refresh();
    });
}

void Auth::Core::refresh() {
    const std::string url = identity_host("securetoken.googleapis.com", endpoints_.token) + "/v1/token";
    refresh_call_ =
        http_.send(identity_request(url, "application/x-www-form-urlencoded",
                                    "grant_type=refresh_token&refresh_token=" + net::url_encode(refresh_token_)),
                   queue_, [weak = weak_from_this()](base::Result<net::Response> r) {
                       const auto self = weak.lock();
                       if (!self) return;
                       self->refresh_call_.cancel();
                       if (r) self->note_clock(*r);
                       self->on_refreshed(r ? read_refresh_reply(*r) : base::Result<Tokens>(r.error()));
                   });
}

void Auth::Core::on_refreshed(base::Result<Tokens> tokens) {
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

void Auth::Core::expire(const base::Error& error) {
    forget_tokens();
    refresh_token_.clear();
    save({"", session().identity});  // whose decisions wait stays known; the dead token does not
    settle(SessionState::expired, error.what);
    answer_waiters(make_error(ErrorKind::unauthenticated, error.what, error.detail));
}

void Auth::Core::forget_tokens() {
    id_token_.clear();
    refresh_call_.cancel();
    if (timer_ != 0) queue_.cancel(timer_);
    timer_ = 0;
    backoff_.reset();
}

void Auth::Core::answer_waiters(const base::Result<std::string>& result) {
    auto waiters = std::move(waiters_);
    waiters_.clear();
    for (auto& waiter : waiters) waiter.queue->post([done = std::move(waiter.done), result] { done(result); });
}

}  // namespace linesman::sync
