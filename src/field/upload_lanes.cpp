#include "field/upload_lanes.h"

namespace linesman::field {
namespace {

constexpr double kWorthIt = 1.05;     // a lane more must bring 5 % more, else it only takes from the others
constexpr int kRoundsToHold = 4;      // before the next trial after one that brought nothing
constexpr int64_t kLeastBusy_us = 1;  // of a round, so that a rate can be worked out

}  // namespace

void UploadLanes::sent(uint64_t bytes, base::Duration took) {
    bytes_ += bytes;
    busy_us_ += std::max<int64_t>(took.us, 0);
    if (++ended_ >= 2 * lanes_) judge();
}

void UploadLanes::failed() {
    lanes_ = std::max(1, lanes_ / 2);
    stepped_up_ = false;
    rounds_to_wait_ = 1;
    ended_ = 0;
    bytes_ = 0;
    busy_us_ = 0;
}

// A round is two captures per lane. Captures without photos left to send say nothing about the line.
void UploadLanes::judge() {
    const double rate =
        static_cast<double>(bytes_) * 1e6 * lanes_ / static_cast<double>(std::max(busy_us_, kLeastBusy_us));
    const bool is_told = bytes_ > 0;
    ended_ = 0;
    bytes_ = 0;
    busy_us_ = 0;
    if (!is_told) {
        lanes_ = std::min(most_, lanes_ + 1);
        return;
    }
    if (rounds_to_wait_ > 0) {
        --rounds_to_wait_;
        return;
    }
    if (stepped_up_ && rate <= best_rate_ * kWorthIt) {
        // The step brought nothing: back, and try again later, since lines change.
        stepped_up_ = false;
        lanes_ = std::max(1, lanes_ - 1);
        rounds_to_wait_ = kRoundsToHold;
        return;
    }
    best_rate_ = rate;
    stepped_up_ = lanes_ < most_;
    if (stepped_up_) ++lanes_;
}

}  // namespace linesman::field
