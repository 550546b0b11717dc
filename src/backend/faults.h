// Faults that tests and the demo switch on: what a bad line or a busy server does to a client. Rules are tried in the
// order they were added; several may act on one request. Random choices come from a seeded generator, so a run repeats.
#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "backend/http.h"
#include "base/json.h"
#include "base/time.h"

namespace linesman::backend {

struct FaultRule {
    enum class Kind {
        delay,         // wait before the request is handled
        rate_limited,  // 429 with Retry-After; nothing happens
        unavailable,   // 503; nothing happens
        reset,         // connection reset before anything happens
        drop_reply,    // handled, then the connection is closed without a reply
        cut_body,      // handled, then the reply stops in the middle of its body
    };
    Kind kind = Kind::delay;
    std::string method;         // empty: any
    std::string path_contains;  // of the decoded path; empty: any
    int64_t delay_ms = 0;
    int64_t retry_after_s = 0;
    double probability = 1;
    int64_t remaining = -1;  // how many requests it still hits; -1: no end
};

// What to do with one request.
struct FaultDecision {
    base::Duration delay;
    bool reset = false;
    bool drop_reply = false;
    bool cut_body = false;
    std::optional<HttpReply> reply;  // instead of handling it
};

// Thread: any.
class Faults {
  public:
    explicit Faults(uint64_t seed = 1) : random_(seed) {}

    void add(FaultRule rule);
    // The next `count` requests whose path contains `path` suffer `kind`.
    void next(FaultRule::Kind kind, int64_t count = 1, const std::string& path = {});
    void clear();
    void seed(uint64_t seed);

    FaultDecision decide(const std::string& method, const std::string& decoded_path);
    uint64_t hits() const;  // how many requests suffered any fault

    // {"seed":7,"rules":[{"kind":"drop_reply","method":"POST","path":":commit","delayMs":0,"retryAfterS":0,
    //  "probability":1,"count":2}]}. Errors: invalid_argument; then nothing is changed.
    base::Status from_json(const base::Json& json);
    base::Json to_json() const;

  private:
    mutable std::mutex mutex_;
    std::vector<FaultRule> rules_;
    std::mt19937_64 random_;
    uint64_t hits_ = 0;
};

}  // namespace linesman::backend
