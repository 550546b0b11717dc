// How long our own work takes per frame: CPU time of the main thread, without waiting for the screen, for the driver's
// rasteriser or for a core that something else has. Thread: main.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace linesman::ui {

class FrameStats {
  public:
    void add(double milliseconds);
    uint64_t frames() const { return frames_; }
    // The upper edge of the bucket that holds this share of the frames; 0 without frames.
    double percentile_ms(double share) const;
    // "frames 120, own CPU ms p50 1.2 p99 4.8 max 6.1".
    std::string text() const;

    // CPU time that the calling thread has used so far (CLOCK_THREAD_CPUTIME_ID).
    static double thread_cpu_ms();

  private:
    static constexpr size_t kBuckets = 400;  // 0.25 ms each, 100 ms in all; the last holds everything longer
    static constexpr double kBucketMs = 0.25;
    std::array<uint32_t, kBuckets> count_{};
    uint64_t frames_ = 0;
    double worst_ms_ = 0;
};

}  // namespace linesman::ui
