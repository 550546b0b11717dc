#include "sync/authorized_call.h"

#include "sync/api_reply.h"

namespace linesman::sync {
namespace {

//   token ─► send ─► answer ─► done
//              └──► UNAUTHENTICATED, first time ─► token(forced) ─► send ─► done, whatever comes
class Exchange : public std::enable_shared_from_this<Exchange> {
  public:
    Exchange(net::Http& http, TokenSource& tokens, base::Queue& queue, BuildRequest build, net::ResponseCallback done)
        : http_(http), tokens_(tokens), queue_(queue), build_(std::move(build)), done_(std::move(done)) {}

    void ask_token(bool force) {
        tokens_.token(force, queue_, [weak = weak_from_this()](base::Result<std::string> token) {
            const auto self = weak.lock();  // gone when the handle was dropped
            if (!self) return;
            if (!token) return self->done_(std::move(token).error());
            self->send(*token);
        });
    }

  private:
    void send(const std::string& token) {
        call_ = http_.send(build_(token), queue_, [weak = weak_from_this()](base::Result<net::Response> r) {
            if (const auto self = weak.lock()) self->on_response(std::move(r));
        });
    }

    void on_response(base::Result<net::Response> result) {
        const bool refused = result && (result->status == 401 || result->status == 403) && !retried_ &&
                             error_of_reply(*result).kind == base::ErrorKind::unauthenticated;
        if (!refused) return done_(std::move(result));
        retried_ = true;
        ask_token(true);
    }

    net::Http& http_;
    TokenSource& tokens_;
    base::Queue& queue_;
    BuildRequest build_;
    net::ResponseCallback done_;
    net::Call call_;
    bool retried_ = false;
};

}  // namespace

net::Call authorized_call(net::Http& http, TokenSource& tokens, base::Queue& queue, BuildRequest build,
                          net::ResponseCallback done) {
    auto exchange = std::make_shared<Exchange>(http, tokens, queue, std::move(build), std::move(done));
    exchange->ask_token(false);
    return net::Call(std::move(exchange));
}

}  // namespace linesman::sync
