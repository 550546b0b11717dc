// Signing in and out, and taking up what the keyring kept.
#include "base/log.h"
#include "sync/auth_core.h"

namespace linesman::sync {

using base::ErrorKind;
using base::Json;
using base::make_error;

void Auth::Core::restore(Done done) {
    keyring_.load(profile_, queue_,
                  [weak = weak_from_this(), done = std::move(done)](base::Result<std::optional<std::string>> found) {
                      const auto self = weak.lock();
                      if (!self) return;
                      if (!found) {
                          self->change([&](Session& s) { s.keyring_note = found.error().what; });
                          return done(found.error());
                      }
                      const auto kept = found->has_value() ? unpack_session(**found) : std::nullopt;
                      // A sign-in that came first wins over what was kept.
                      if (kept && self->session().state == SessionState::signed_out) self->take_up(*kept);
                      done({});
                  });
}

void Auth::Core::take_up(const KeptSession& kept) {
    refresh_token_ = kept.refresh_token;
    change([&](Session& s) {
        s.identity = kept.identity;
        s.state = kept.refresh_token.empty() ? SessionState::expired : SessionState::signed_in;
        s.reason = kept.refresh_token.empty() ? "The session has ended. Sign in again." : "";
    });
    if (!refresh_token_.empty()) refresh();
}

void Auth::Core::sign_in(const std::string& email, const std::string& password, Done done) {
    begin_sign_in(std::move(done));
    send_sign_in("signInWithPassword", Json{{"email", email}, {"password", password}, {"returnSecureToken", true}});
}

void Auth::Core::sign_in_google(GoogleClient client, OpenBrowser open_browser, Done done) {
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

void Auth::Core::sign_out() {
    cancel_sign_in();
    forget_tokens();
    refresh_token_.clear();
    change([](Session& s) { s = Session{}; });
    keyring_.erase(profile_, queue_, [](base::Status erased) {
        if (!erased) base::log(base::LogLevel::warning, "sync", erased.error());
    });
    answer_waiters(signed_out_error());
}

void Auth::Core::begin_sign_in(Done done) {
    cancel_sign_in();
    sign_in_done_ = std::move(done);
    before_sign_in_ = session().state;
    change([](Session& s) {
        s.state = SessionState::signing_in;
        s.reason.clear();
    });
}

// A sign-in that is replaced leaves the session as it was before.
void Auth::Core::cancel_sign_in() {
    if (!sign_in_done_) return;
    sign_in_call_.cancel();
    change([&](Session& s) { s.state = before_sign_in_; });
    finish_sign_in(make_error(ErrorKind::cancelled, "The sign-in was stopped."));
}

void Auth::Core::finish_sign_in(const base::Status& status) {
    const Done done = std::move(sign_in_done_);
    sign_in_done_ = nullptr;
    if (done) done(status);
}

void Auth::Core::send_sign_in(const std::string& method, const Json& body) {
    if (endpoints_.api_key.empty()) {
        return post([](Core& self) {
            self.end_sign_in(
                make_error(ErrorKind::configuration, "The profile has no API key. Set api_key to sign in."));
        });
    }
    const std::string url = identity_host("identitytoolkit.googleapis.com", endpoints_.identity);
    sign_in_call_ =
        http_.send(identity_request(url + "/v1/accounts:" + method, "application/json", base::to_text(body)), queue_,
                   [weak = weak_from_this()](base::Result<net::Response> r) {
                       const auto self = weak.lock();
                       if (!self) return;
                       if (!r) return self->end_sign_in(r.error());
                       self->note_clock(*r);
                       auto tokens = read_sign_in_reply(*r);
                       if (!tokens) return self->end_sign_in(tokens.error());
                       self->end_sign_in(std::move(*tokens));
                   });
}

void Auth::Core::end_sign_in(base::Result<Tokens> tokens) {
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

}  // namespace linesman::sync
