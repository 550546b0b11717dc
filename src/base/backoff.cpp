#include "base/backoff.h"

#include <algorithm>

namespace linesman::base {

Duration Backoff::next(double at_least_s) {
    ++attempts_;
    const auto max_us = static_cast<double>(tuning_.max.us);
    base_us_ = base_us_ <= 0 ? static_cast<double>(tuning_.initial.us) : std::min(base_us_ * tuning_.factor, max_us);
    std::uniform_real_distribution<double> spread(1 - tuning_.jitter, 1 + tuning_.jitter);
    const double delay = std::max(base_us_ * spread(random_), at_least_s * 1e6);
    return {static_cast<int64_t>(delay)};
}

}  // namespace linesman::base
