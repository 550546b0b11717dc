// How many captures are sent at the same time, from how the last ones went: one lane more while that brings more bytes
// per second, half of them after a failure of the line (additive increase, multiplicative decrease, as TCP has it; RFC
// 5681). A thin line ends up with one or two lanes, a fast one with all of them.
//
// Thread: one. Pure: times come in with the samples.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace linesman::field {

class UploadLanes {
  public:
    // 1 to `most` lanes. `start`: of a line that nothing is known about.
    explicit UploadLanes(int most, int start = 2) : most_(std::max(1, most)), lanes_(std::clamp(start, 1, most_)) {}

    int lanes() const { return lanes_; }
    // One capture ended well, `bytes` of it sent in `took` on its lane.
    void sent(uint64_t bytes, base::Duration took);
    // One capture ended because the line or the server gave way (a retryable error).
    void failed();

  private:
    void judge();

    int most_;
    int lanes_;
    int ended_ = 0;            // in this round
    uint64_t bytes_ = 0;       // of this round
    int64_t busy_us_ = 0;      // summed over the lanes
    double best_rate_ = 0;     // bytes/s of all lanes together, before the last step
    bool stepped_up_ = false;  // by the last round, not judged yet
    int rounds_to_wait_ = 0;   // after a step that brought nothing
};

}  // namespace linesman::field
