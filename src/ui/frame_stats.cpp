#include "ui/frame_stats.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace linesman::ui {

void FrameStats::add(double milliseconds) {
    const auto bucket =
        static_cast<size_t>(std::clamp(milliseconds / kBucketMs, 0.0, static_cast<double>(kBuckets - 1)));
    ++count_[bucket];
    ++frames_;
    worst_ms_ = std::max(worst_ms_, milliseconds);
}

double FrameStats::percentile_ms(double share) const {
    const auto wanted = static_cast<uint64_t>(share * static_cast<double>(frames_));
    uint64_t seen = 0;
    for (size_t i = 0; i < kBuckets && frames_ > 0; ++i) {
        seen += count_[i];
        if (seen > wanted || seen == frames_) return static_cast<double>(i + 1) * kBucketMs;
    }
    return 0;
}

double FrameStats::thread_cpu_ms() {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) * 1000 + static_cast<double>(used.tv_nsec) / 1e6;
}

std::string FrameStats::text() const {
    char text[128];
    std::snprintf(text, sizeof text, "p50 %.2f p95 %.2f p99 %.2f max %.2f", percentile_ms(0.5), percentile_ms(0.95),
                  percentile_ms(0.99), worst_ms_);
    return text;
}

std::string FrameSection::text() const {
    return (name.empty() ? "" : name + ": ") + std::to_string(own.frames()) + " frames, own CPU ms " + own.text() +
           "; shown after ms " + shown.text();
}

}  // namespace linesman::ui
