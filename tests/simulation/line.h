// The line between one desk and the server in a simulation: takes time, loses requests and replies, cuts bodies, and
// brings refusals of a busy server. No sockets, no threads: everything runs on manual queues.
#pragma once

#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "backend/server.h"
#include "base/queue.h"
#include "net/http.h"
#include "support/in_process_call.h"
#include "sync/stream_line.h"

namespace linesman::simulation {

class Random {
  public:
    explicit Random(uint64_t seed) : engine_(seed) {}
    size_t below(size_t n) { return static_cast<size_t>(engine_() % n); }
    bool chance(double probability) { return std::uniform_real_distribution<>(0, 1)(engine_) < probability; }
    base::Duration up_to_ms(size_t ms) { return base::milliseconds(static_cast<int64_t>(below(ms + 1))); }

  private:
    std::mt19937_64 engine_;
};

struct LineFaults {
    double lost_request = 0;  // it never arrives
    double lost_reply = 0;    // it takes effect, and nobody says so
    double cut_reply = 0;     // it takes effect, and the reply stops in the middle
    double busy = 0;          // 429 or 503
    double denied_again = 0;  // a commit that took effect is denied when it is sent again
    double slow = 0;          // of the answers that take up to 100 s
    double cut_stream = 0;    // of the times that the Listen stream has something to say
};

class Line final : public net::Http {
  public:
    Line(backend::Server& server, base::Queue& world, Random& random)
        : server_(server), world_(world), random_(random), stream_(server, random.below(1'000'000)) {}

    LineFaults faults;
    bool down = false;
    uint64_t requests = 0, hurt = 0;

    // The desk stopped: what is on its way may still arrive at the server, but no reply comes back.
    void hang_up() { ++generation_; }

    // What the Listen stream has to say now reaches the desk, or part of it. Asked only when there may be something,
    // and every ten seconds for the rest: an empty answer costs the backend a moment of real time.
    void pump(base::Duration now) {
        const uint64_t sequence = server_.documents().last_sequence();
        if (stream_dirty_ || sequence != pumped_sequence_) pumps_left_ = 3;  // the backend tells in its own time
        if (pumps_left_ == 0 && now.us - pumped_at_.us <= 10'000'000) return;
        pumps_left_ -= pumps_left_ > 0 ? 1 : 0;
        stream_dirty_ = false;
        pumped_sequence_ = sequence;
        pumped_at_ = now;
        stream_.dead = down;
        stream_.cut_share = faults.cut_stream;
        stream_.pump();
    }

    net::Call send(net::Request request, base::Queue& queue, net::ResponseCallback done) override {
        auto alive = std::make_shared<bool>(true);
        ++requests;
        if (request.on_data && request.url.find("TYPE=xmlhttp") != std::string::npos) {
            stream_.dead = down;
            stream_dirty_ = true;
            return stream_.send(std::move(request), queue, std::move(done));
        }
        Answer answer{&queue, std::move(done), alive, generation_};
        if (down) {
            ++hurt;
            reply(std::move(answer), offline(), random_.up_to_ms(2000));
            return net::Call(std::move(alive));
        }
        world_.post_after(random_.up_to_ms(300),
                          [this, request = std::move(request), answer = std::move(answer)]() mutable {
                              // Cancelled before it left, or already under way: both happen.
                              if (!answer.alive.lock() && random_.chance(0.5)) return;
                              arrive(request, std::move(answer));
                          });
        return net::Call(std::move(alive));
    }

  private:
    struct Answer {
        base::Queue* queue;
        net::ResponseCallback done;
        std::weak_ptr<bool> alive;
        int generation;
    };

    static base::Error offline() { return base::make_error(base::ErrorKind::offline, "The line is down."); }

    void arrive(const net::Request& request, Answer answer) {
        stream_dirty_ = stream_dirty_ || request.url.find("/channel") != std::string::npos;
        const bool is_commit = request.url.ends_with(":commit");
        if (random_.chance(faults.lost_request)) return hurt_by(std::move(answer), offline(), 3000);
        if (random_.chance(faults.busy)) return hurt_by(std::move(answer), busy(), 300);
        if (is_commit && took_effect(request.body) && random_.chance(faults.denied_again))
            return hurt_by(std::move(answer), refusal(403, "PERMISSION_DENIED"), 300);
        auto response = test::answer_of(server_, request);
        if (is_commit && response.status == 200) committed_.insert(op_id_of(request.body));
        if (random_.chance(faults.lost_reply))
            return hurt_by(std::move(answer), base::make_error(base::ErrorKind::timed_out, "No answer."), 30'000);
        if (random_.chance(faults.cut_reply))
            return hurt_by(std::move(answer), base::make_error(base::ErrorKind::corrupt, "The reply was cut."), 300);
        const bool slow = faults.slow > 0 && random_.chance(faults.slow);
        reply(std::move(answer), std::move(response), random_.up_to_ms(slow ? 100'000 : 300));
    }

    void hurt_by(Answer answer, base::Result<net::Response> result, size_t up_to_ms) {
        ++hurt;
        reply(std::move(answer), std::move(result), random_.up_to_ms(up_to_ms));
    }

    void reply(Answer answer, base::Result<net::Response> result, base::Duration after) {
        auto held = std::make_shared<base::Result<net::Response>>(std::move(result));
        world_.post_after(after, [this, answer = std::move(answer), held] {
            if (answer.generation != generation_ || !answer.alive.lock()) return;
            answer.queue->post([answer, held] {
                if (answer.alive.lock()) answer.done(std::move(*held));
            });
        });
    }

    net::Response busy() {
        net::Response out = random_.chance(0.5) ? refusal(503, "UNAVAILABLE") : refusal(429, "RESOURCE_EXHAUSTED");
        if (out.status == 429) out.headers.emplace_back("Retry-After", "3");
        return out;
    }
    static net::Response refusal(int status, const std::string& name) {
        net::Response out;
        out.status = status;
        out.body = R"({"error":{"code":)" + std::to_string(status) + R"(,"status":")" + name + R"(","message":"no"}})";
        out.headers = {{"Content-Type", "application/json"}};
        return out;
    }

    // The id of the audit entry that the commit writes.
    static std::string op_id_of(const std::string& body) {
        static const std::string kMark = "/capture-audit/";
        const size_t at = body.find(kMark);
        if (at == std::string::npos) return {};
        return body.substr(at + kMark.size(), body.find('"', at) - at - kMark.size());
    }
    bool took_effect(const std::string& body) const { return committed_.contains(op_id_of(body)); }

    backend::Server& server_;
    base::Queue& world_;
    Random& random_;
    sync::test::StreamLine stream_;
    bool stream_dirty_ = false;
    int pumps_left_ = 0;
    uint64_t pumped_sequence_ = 0;
    base::Duration pumped_at_{};
    std::set<std::string> committed_;
    int generation_ = 0;
};

}  // namespace linesman::simulation
