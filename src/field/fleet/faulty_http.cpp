#include "field/fleet/faulty_http.h"

namespace linesman::field {

using base::ErrorKind;
using base::make_error;

FaultyHttp::Fault FaultyHttp::roll() {
    const std::lock_guard lock(mutex_);
    if (!dice_.chance(rate_)) return Fault::none;
    const double which = dice_.unit();
    return which < 0.45 ? Fault::cut : which < 0.85 ? Fault::lost_reply : Fault::stolen_token;
}

net::Call FaultyHttp::send(net::Request request, base::Queue& queue, net::ResponseCallback done) {
    ++counts_->requests;
    const Fault fault = roll();
    if (fault == Fault::cut) {
        ++counts_->cut;
        auto alive = std::make_shared<bool>(true);
        queue.post([weak = std::weak_ptr<bool>(alive), done = std::move(done)] {
            if (weak.lock()) done(make_error(ErrorKind::offline, "The connection was cut.", "simulated"));
        });
        return net::Call(std::move(alive));
    }
    if (fault == Fault::lost_reply) {
        ++counts_->lost_replies;
        return line_->send(std::move(request), queue, [done = std::move(done)](const base::Result<net::Response>&) {
            done(make_error(ErrorKind::offline, "The connection was cut before the answer.", "simulated"));
        });
    }
    if (fault == Fault::stolen_token) {
        for (auto& [name, value] : request.headers) {
            if (name != "Authorization") continue;
            ++counts_->stolen_tokens;
            value = value.substr(0, value.find(' ') + 1) + "revoked.after.theft";
        }
    }
    return line_->send(std::move(request), queue, std::move(done));
}

}  // namespace linesman::field
