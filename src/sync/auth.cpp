#include "sync/auth.h"

#include "base/log.h"
#include "net/http.h"
#include "sync/auth_core.h"

namespace linesman::sync {

std::string pack(const KeptSession& kept) {
    const Identity& id = kept.identity;
    return base::to_text(base::Json{{"refresh_token", kept.refresh_token},
                                    {"uid", id.uid},
                                    {"name", id.name},
                                    {"email", id.email},
                                    {"role", id.role}});
}

std::optional<KeptSession> unpack_session(const std::string& secret) {
    const auto json = base::parse_json(secret, "kept session");
    if (!json) return std::nullopt;
    const auto text = [&](std::string_view key) { return base::string_at(*json, key).value_or(""); };
    KeptSession kept{text("refresh_token"), {text("uid"), text("name"), text("email"), text("role")}};
    if (kept.identity.uid.empty()) return std::nullopt;
    return kept;
}

std::string identity_host(const std::string& host, const std::string& base_url) {
    return base_url.starts_with("http://") ? base_url + "/" + host : base_url;
}

base::Error signed_out_error() {
    return base::make_error(base::ErrorKind::unauthenticated, "Nobody is signed in. Sign in to reach the server.");
}

Auth::Core::Core(Endpoints endpoints, std::string profile, net::Http& http, Keyring& keyring, const base::Clock& clock,
                 base::Queue& queue)
    : endpoints_(std::move(endpoints)),
      profile_(std::move(profile)),
      http_(http),
      keyring_(keyring),
      clock_(clock),
      queue_(queue) {}

Auth::Core::~Core() {
    if (timer_ != 0) queue_.cancel(timer_);
}

// What a refresh finds while a sign-in is under way counts once that one has failed.
void Auth::Core::settle(SessionState state, const std::string& reason) {
    if (sign_in_done_) {
        before_sign_in_ = state;
        return;
    }
    change([&](Session& s) {
        s.state = state;
        s.reason = reason;
    });
}

net::Request Auth::Core::identity_request(const std::string& url, std::string content_type, std::string body) const {
    net::Request request;
    request.method = "POST";
    request.url = url + "?key=" + net::url_encode(endpoints_.api_key);
    request.headers = {{"Content-Type", std::move(content_type)}};
    request.body = std::move(body);
    request.timeout = base::seconds(30);
    request.max_body_bytes = 1 << 20;
    return request;
}

void Auth::Core::note_clock(const net::Response& response) {
    const auto date = net::parse_http_date(response.header("Date"));
    if (!date) return;
    const std::lock_guard lock(mutex_);
    offset_ = base::Duration{(*date - clock_.now()).us / base::kMicrosPerSecond * base::kMicrosPerSecond};
}

void Auth::Core::save(const KeptSession& kept) {
    keyring_.save(profile_, pack(kept), queue_, [weak = weak_from_this()](base::Status saved) {
        const auto self = weak.lock();
        if (!self) return;
        std::string note = saved ? "" : saved.error().what;
        if (saved && !self->keyring_.lasting())
            note = "There is no keyring, so the sign-in is kept only until Linesman closes.";
        self->change([&](Session& s) { s.keyring_note = std::move(note); });
    });
}

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
