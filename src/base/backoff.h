// Exponential backoff with jitter. Defaults are Firestore's own for streams: 1 s × 1.5, at most 60 s, ± 50 %
// (firebase-ios-sdk exponential backoff; shared with our outbox, pull and field sync).
#pragma once

#include <cstdint>
#include <random>

#include "base/time.h"

namespace linesman::base {

struct BackoffTuning {
    Duration initial = seconds(1);
    double factor = 1.5;
    Duration max = seconds(60);
    double jitter = 0.5;  // the delay is spread over [1 - jitter, 1 + jitter] of the base
};

// Thread: one.
class Backoff {
  public:
    explicit Backoff(BackoffTuning tuning = {}, uint64_t seed = std::random_device{}())
        : tuning_(tuning), random_(seed) {}

    // The delay before the next attempt; grows with each call. `at_least_s` is the server's Retry-After, 0 if none.
    Duration next(double at_least_s = 0);
    void jump_to_max() { base_us_ = static_cast<double>(tuning_.max.us); }
    void reset() { base_us_ = 0; }
    int attempts() const { return attempts_; }

  private:
    BackoffTuning tuning_;
    std::mt19937_64 random_;
    double base_us_ = 0;
    int attempts_ = 0;
};

}  // namespace linesman::base
