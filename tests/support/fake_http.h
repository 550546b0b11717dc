// An Http without a network: answers come from a script, one after another, delivered through the caller's queue.
// Deterministic with a ManualQueue. Thread: one.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/http.h"

namespace linesman::test {

inline net::Response reply(int status, std::string body = "{}",
                           net::Headers headers = {{"Content-Type", "application/json"}}) {
    net::Response out;
    out.status = status;
    out.body = std::move(body);
    out.headers = std::move(headers);
    out.bytes_received = out.body.size();
    return out;
}

class FakeHttp final : public net::Http {
  public:
    using Answer = base::Result<net::Response>;
    // Asked when the script is empty; without it the answer is `offline`.
    std::function<Answer(const net::Request&)> handler;
    std::deque<Answer> script;
    std::vector<net::Request> requests;
    bool hold = false;  // keep answers back until release()

    net::Call send(net::Request request, base::Queue& queue, net::ResponseCallback done) override {
        requests.push_back(request);
        auto alive = std::make_shared<bool>(true);
        auto deliver = [this, request = std::move(request), weak = std::weak_ptr<bool>(alive), &queue,
                        done = std::move(done)] {
            queue.post([this, request, weak, done] {
                if (weak.lock()) done(answer(request));
            });
        };
        if (hold) {
            held_.push_back(std::move(deliver));
        } else {
            deliver();
        }
        return net::Call(std::move(alive));
    }

    void release() {
        hold = false;
        for (auto& deliver : held_) deliver();
        held_.clear();
    }

  private:
    Answer answer(const net::Request& request) {
        if (!script.empty()) {
            Answer next = std::move(script.front());
            script.pop_front();
            return next;
        }
        if (handler) return handler(request);
        return base::make_error(base::ErrorKind::offline, "No connection to the server could be made.");
    }

    std::deque<std::function<void()>> held_;
};

}  // namespace linesman::test
