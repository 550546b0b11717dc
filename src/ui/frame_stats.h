// How long frames take: our own work (CPU time of the main thread, without waiting for the screen, for the driver's
// rasteriser or for a core that something else has), and begin to shown as a person sees it. Thread: main.
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
    // "p50 1.25 p95 3.00 p99 4.75 max 6.10", in milliseconds.
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

// The frames of one part of a run; a script's `measure NAME` begins the next.
struct FrameSection {
    std::string name;  // empty: the whole run
    FrameStats own;    // CPU time of the main thread
    FrameStats shown;  // from the frame's begin until it is on the screen
    // "pan: 120 frames, own CPU ms p50 ..., shown after ms p50 ...".
    std::string text() const;
};

}  // namespace linesman::ui
