#include "sync/network_quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linesman::sync {
namespace {

using ::testing::HasSubstr;

class NetworkQualityTest : public ::testing::Test {
  protected:
    void answer(int rtt_ms, uint64_t bytes = 0, int transfer_ms = 0) {
        net::Sample s;
        s.answered = true;
        s.time_to_first_byte = base::milliseconds(rtt_ms);
        s.bytes = bytes;
        s.transfer_time = base::milliseconds(transfer_ms);
        quality.add(s);
    }
    void fail() { quality.add({}); }
    void many(int n, int rtt_ms) {
        for (int i = 0; i < n; ++i) answer(rtt_ms);
    }
    NetworkState state() const { return quality.report().state; }

    base::ManualClock clock;
    NetworkQuality quality{clock};
};

TEST_F(NetworkQualityTest, StartsGoodAndStaysSoOnAFastLine) {
    EXPECT_EQ(state(), NetworkState::good);
    many(20, 80);
    EXPECT_EQ(state(), NetworkState::good);
    EXPECT_NEAR(quality.report().rtt_ms, 80, 1);
    EXPECT_EQ(quality.report().page_size, 1000);
}

TEST_F(NetworkQualityTest, SlowAnswersMakeItPoorWithTheReason) {
    many(20, 2000);
    EXPECT_EQ(state(), NetworkState::poor);
    EXPECT_THAT(quality.report().reason, HasSubstr("2.0 s"));
    EXPECT_LT(quality.report().concurrency, 6);
    EXPECT_LE(quality.report().page_size, 300);
}

TEST_F(NetworkQualityTest, OneSlowAnswerAmongFastOnesChangesNothing) {
    many(10, 80);
    answer(3000);
    EXPECT_EQ(state(), NetworkState::good);
}

TEST_F(NetworkQualityTest, OneFailureIsNoPoorLineTwoAreThreeAreOffline) {
    fail();
    EXPECT_EQ(state(), NetworkState::good);
    fail();
    EXPECT_EQ(state(), NetworkState::poor);
    fail();
    EXPECT_EQ(state(), NetworkState::offline);
    EXPECT_THAT(quality.report().reason, HasSubstr("No connection"));
    EXPECT_EQ(quality.report().concurrency, 1);
    EXPECT_EQ(quality.report().prefetch_photos, 0);
}

TEST_F(NetworkQualityTest, AnyAnswerEndsOfflineButGoodComesOnlyAfterAWhile) {
    for (int i = 0; i < 5; ++i) fail();
    answer(100);
    EXPECT_EQ(state(), NetworkState::poor);
    EXPECT_THAT(quality.report().reason, HasSubstr("recovering"));
    clock.advance(base::seconds(9));
    answer(100);
    EXPECT_EQ(state(), NetworkState::poor);
    clock.advance(base::seconds(2));
    answer(100);
    EXPECT_EQ(state(), NetworkState::good);
}

TEST_F(NetworkQualityTest, BetweenTheLimitsTheStateStays) {
    many(20, 2000);
    ASSERT_EQ(state(), NetworkState::poor);
    for (int i = 0; i < 60; ++i) {
        clock.advance(base::seconds(1));
        answer(700);
    }
    EXPECT_EQ(state(), NetworkState::poor)
        << "700 ms would not make a good line poor, and does not make a poor one good";
}

TEST_F(NetworkQualityTest, ThinLineIsPoorAndSmallAnswersDoNotCountForIt) {
    answer(80, 100, 50);
    EXPECT_EQ(quality.report().throughput_bps, 0);
    for (int i = 0; i < 10; ++i) answer(80, 100'000, 10'000);
    EXPECT_EQ(state(), NetworkState::poor);
    EXPECT_THAT(quality.report().reason, HasSubstr("10 kB/s"));
    EXPECT_EQ(quality.report().page_size, 50);
}

TEST_F(NetworkQualityTest, BusyServerLowersTheLoadWithoutBlamingTheLine) {
    for (int i = 0; i < 10; ++i) {
        net::Sample s;
        s.answered = true;
        s.server_busy = true;
        quality.add(s);
    }
    EXPECT_EQ(state(), NetworkState::good);
    EXPECT_THAT(quality.report().reason, HasSubstr("busy"));
    EXPECT_EQ(quality.report().concurrency, 2);
}

}  // namespace
}  // namespace linesman::sync
