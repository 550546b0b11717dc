#include "sync/google_sign_in.h"

#include <map>
#include <memory>
#include <optional>

#include "base/ids.h"
#include "base/json.h"
#include "net/loopback_listener.h"
#include "net/url.h"
#include "sync/api_reply.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr int kVerifierBytes = 48;  // 96 hex characters; RFC 7636 asks for 43 to 128
constexpr int kStateBytes = 16;

std::map<std::string, std::string> query_of(const std::string& target) {
    std::map<std::string, std::string> out;
    const size_t question = target.find('?');
    if (question == std::string::npos) return out;
    std::string_view rest = std::string_view(target).substr(question + 1);
    while (!rest.empty()) {
        const size_t end = rest.find('&');
        const std::string_view pair = rest.substr(0, end);
        const size_t equals = pair.find('=');
        if (equals != std::string_view::npos) {
            if (auto value = net::url_decode(pair.substr(equals + 1)))
                out[std::string(pair.substr(0, equals))] = *value;
        }
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    }
    return out;
}

std::string page(std::string_view text) {
    return "<!doctype html><meta charset=utf-8><title>Linesman</title><p style=\"font:18px sans-serif;margin:3em\">" +
           std::string(text) + "</p>";
}

class Flow : public std::enable_shared_from_this<Flow> {
  public:
    Flow(GoogleClient client, net::Http& http, base::Queue& queue, OpenBrowser open_browser,
         std::function<void(base::Result<std::string>)> done)
        : client_(std::move(client)),
          http_(http),
          queue_(queue),
          open_browser_(std::move(open_browser)),
          done_(std::move(done)) {}

    ~Flow() {
        if (timer_ != 0) queue_.cancel(timer_);
    }

    void start() {
        if (client_.client_id.empty()) {
            return fail_later(make_error(
                ErrorKind::configuration,
                "The profile names no Google client. Set google_client_id, or sign in with email and password."));
        }
        // The listener's thread knows the state and a weak pointer, nothing else of this object.
        auto listener = net::LoopbackListener::open(
            [state = state_, queue = &queue_, weak = weak_from_this()](const std::string& target) {
                return answer_browser(target, state, *queue, weak);
            });
        if (!listener) return fail_later(listener.error());
        listener_ = std::move(*listener);
        redirect_uri_ = "http://127.0.0.1:" + std::to_string(listener_->port());
        timer_ = queue_.post_after(client_.timeout, [weak = weak_from_this()] {
            if (const auto self = weak.lock())
                self->end(make_error(ErrorKind::timed_out, "Nobody finished the sign-in in the browser. Start again."));
        });
        queue_.post([weak = weak_from_this()] {
            const auto self = weak.lock();
            if (!self) return;
            if (auto opened = self->open_browser_(self->authorize_url()); !opened) self->end(opened.error());
        });
    }

  private:
    std::string authorize_url() const {
        return client_.authorize_url + "?client_id=" + net::url_encode(client_.client_id) +
               "&redirect_uri=" + net::url_encode(redirect_uri_) +
               "&response_type=code&scope=openid%20email%20profile&code_challenge=" + pkce_challenge(verifier_) +
               "&code_challenge_method=S256&state=" + state_;
    }

    // Listener thread. A request with a wrong state is answered and forgotten: any program of this machine can send
    // one.
    static net::LoopbackAnswer answer_browser(const std::string& target, const std::string& state, base::Queue& queue,
                                              const std::weak_ptr<Flow>& weak) {
        auto fields = query_of(target);
        if (fields["state"] != state) return {404, page("Nothing is here."), false};
        if (fields["code"].empty()) {
            const bool declined = fields["error"] == "access_denied";
            queue.post([weak, declined] {
                const auto self = weak.lock();
                if (!self) return;
                self->end(declined
                              ? make_error(ErrorKind::permission_denied, "The sign-in was declined in the browser.")
                              : make_error(ErrorKind::configuration,
                                           "Google refused the sign-in. Check the profile's Google client."));
            });
            return {200, page("The sign-in was not completed. You can close this page and go back to Linesman."), true};
        }
        queue.post([weak, code = fields["code"]] {
            if (const auto self = weak.lock()) self->exchange(code);
        });
        return {200, page("You are signed in. You can close this page and go back to Linesman."), true};
    }

    void exchange(const std::string& code) {
        net::Request request;
        request.method = "POST";
        request.url = client_.token_url;
        request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
        request.body = "grant_type=authorization_code&client_id=" + net::url_encode(client_.client_id) +
                       "&client_secret=" + net::url_encode(client_.client_secret) + "&code=" + net::url_encode(code) +
                       "&code_verifier=" + verifier_ + "&redirect_uri=" + net::url_encode(redirect_uri_);
        call_ = http_.send(std::move(request), queue_, [weak = weak_from_this()](base::Result<net::Response> r) {
            if (const auto self = weak.lock()) self->end(r ? read_id_token(*r) : base::Result<std::string>(r.error()));
        });
    }

    // Google's OAuth errors are {"error":"invalid_grant","error_description":...}: a text, not an object.
    static base::Result<std::string> read_id_token(const net::Response& response) {
        if (!looks_like_json(response.body)) return error_of_reply(response);
        const auto json = base::parse_json(response.body, "answer of Google");
        if (!json) return json.error();
        if (auto token = base::string_at(*json, "id_token"); response.status == 200 && token && !token->empty())
            return *token;
        if (response.status == 429 || response.status >= 500) return error_of_reply(response);
        return make_error(
            ErrorKind::configuration, "Google refused the sign-in. Try again, or check the profile's Google client.",
            "HTTP " + std::to_string(response.status) + " " + base::string_at(*json, "error").value_or(""));
    }

    void fail_later(base::Error error) {
        queue_.post([weak = weak_from_this(), error = std::move(error)] {
            if (const auto self = weak.lock()) self->end(error);
        });
    }

    void end(base::Result<std::string> result) {
        if (!done_) return;
        if (timer_ != 0) queue_.cancel(timer_);
        timer_ = 0;
        listener_.reset();
        const auto done = std::move(done_);
        done_ = nullptr;
        done(std::move(result));
    }

    GoogleClient client_;
    net::Http& http_;
    base::Queue& queue_;
    OpenBrowser open_browser_;
    std::function<void(base::Result<std::string>)> done_;
    std::string verifier_ = base::random_hex(kVerifierBytes);
    std::string state_ = base::random_hex(kStateBytes);
    std::string redirect_uri_;
    base::TimerId timer_ = 0;
    net::Call call_;
    std::unique_ptr<net::LoopbackListener> listener_;
};

}  // namespace

std::string pkce_challenge(const std::string& verifier) {
    const auto digest = base::sha256(verifier);
    return base::base64url_encode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

net::Call google_sign_in(GoogleClient client, net::Http& http, base::Queue& queue, OpenBrowser open_browser,
                         std::function<void(base::Result<std::string>)> done) {
    auto flow = std::make_shared<Flow>(std::move(client), http, queue, std::move(open_browser), std::move(done));
    flow->start();
    return net::Call(std::move(flow));
}

}  // namespace linesman::sync
