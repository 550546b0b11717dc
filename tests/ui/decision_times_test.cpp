#include "ui/decision_times.h"

#include <gtest/gtest.h>

namespace linesman::ui {
namespace {

// One frame: made at `begun_s`, on the screen 10 ms later.
void frame(DecisionTimes& times, const DecisionTimes::Seen& seen, double begun_s) {
    times.frame_made(seen, begun_s);
    times.frame_shown(begun_s + 0.010);
}

TEST(DecisionTimes, ThePhotoInTheFrameOfTheKeyIsOneFrame) {
    DecisionTimes times;
    frame(times, {0, false, true}, 1.0);
    frame(times, {1, false, true}, 2.0);
    frame(times, {1, false, true}, 3.0);
    ASSERT_EQ(times.times().size(), 1U);
    EXPECT_EQ(times.times()[0].frames, 1U);
    EXPECT_NEAR(times.times()[0].ms, 10, 0.01);
}

TEST(DecisionTimes, APhotoThatComesLaterCountsEveryFrameUntilThen) {
    DecisionTimes times;
    frame(times, {1, false, false}, 2.0);
    frame(times, {1, false, false}, 2.1);
    frame(times, {1, false, true}, 2.2);
    ASSERT_EQ(times.times().size(), 1U);
    EXPECT_EQ(times.times()[0].frames, 3U);
    EXPECT_NEAR(times.times()[0].ms, 210, 0.01);
}

// The old photo is still on the screen while the decision is written: it is not the answer.
TEST(DecisionTimes, TheWaitForTheDiskIsPartOfIt) {
    DecisionTimes times;
    frame(times, {0, true, true}, 2.0);
    frame(times, {0, true, true}, 2.1);
    frame(times, {1, false, true}, 2.2);
    ASSERT_EQ(times.times().size(), 1U);
    EXPECT_EQ(times.times()[0].frames, 3U);
    EXPECT_NEAR(times.times()[0].ms, 210, 0.01);
}

TEST(DecisionTimes, ARefusedDecisionIsNone) {
    DecisionTimes times;
    frame(times, {0, true, true}, 2.0);
    frame(times, {0, false, true}, 2.1);
    frame(times, {1, false, true}, 5.0);
    ASSERT_EQ(times.times().size(), 1U);
    EXPECT_EQ(times.times()[0].frames, 1U);
}

TEST(DecisionTimes, EveryDecisionIsOneTime) {
    DecisionTimes times;
    for (uint64_t i = 1; i <= 5; ++i) frame(times, {i, false, true}, static_cast<double>(i));
    EXPECT_EQ(times.times().size(), 5U);
}

}  // namespace
}  // namespace linesman::ui
