#include "ui/frame_stats.h"

#include <gtest/gtest.h>

namespace linesman::ui {
namespace {

TEST(FrameStats, APercentileIsTheUpperEdgeOfItsBucket) {
    FrameStats stats;
    EXPECT_EQ(stats.percentile_ms(0.5), 0);
    for (int i = 0; i < 98; ++i) stats.add(1.1);
    stats.add(7.0);
    stats.add(33.4);
    EXPECT_EQ(stats.frames(), 100U);
    EXPECT_DOUBLE_EQ(stats.percentile_ms(0.5), 1.25);
    EXPECT_DOUBLE_EQ(stats.percentile_ms(0.98), 7.25);
    EXPECT_DOUBLE_EQ(stats.percentile_ms(0.99), 33.5);
}

TEST(FrameStats, FramesOutsideTheBucketsAreCountedAtTheEnds) {
    FrameStats stats;
    stats.add(-1);
    stats.add(5000);
    EXPECT_DOUBLE_EQ(stats.percentile_ms(0), 0.25);
    EXPECT_DOUBLE_EQ(stats.percentile_ms(0.99), 100);
    EXPECT_EQ(stats.text(), "p50 100.00 p95 100.00 p99 100.00 max 5000.00");
}

TEST(FrameStats, ASectionNamesBothTimes) {
    FrameSection section{"pan", {}, {}};
    section.own.add(1);
    section.shown.add(20);
    EXPECT_EQ(section.text(),
              "pan: 1 frames, own CPU ms p50 1.25 p95 1.25 p99 1.25 max 1.00; shown after ms p50 20.25 "
              "p95 20.25 p99 20.25 max 20.00");
}

TEST(FrameStats, CpuTimeOfTheThreadNeverGoesBack) {
    const double before = FrameStats::thread_cpu_ms();
    EXPECT_GT(before, 0);
    EXPECT_GE(FrameStats::thread_cpu_ms(), before);
}

}  // namespace
}  // namespace linesman::ui
