#include "app/run_log.h"

#include <gtest/gtest.h>

namespace linesman::app {
namespace {

using Stage = RunLog::Stage;

struct RunLogTest : testing::Test {
    base::Timestamp now{1'763'805'600'000'000};
    RunLog log;
    uint64_t total = 0;

    // `documents` more have arrived by now.
    void at(Stage stage, uint64_t documents = 0, const std::string& error = {}) {
        log.at(stage, total += documents, error, now);
    }
    void pass(base::Duration time) { now = now + time; }
    void answers(double ms, int times = 1) {
        for (int i = 0; i < times; ++i) log.request(true, base::Duration{static_cast<int64_t>(ms * 1000)}, 1000);
    }
    std::vector<SyncRun> runs() const { return *log.runs(now); }
};

TEST(LatencyHistogram, PercentilesAreRightToFivePercent) {
    LatencyHistogram histogram;
    for (int ms = 1; ms <= 1000; ++ms) histogram.add(ms);
    EXPECT_NEAR(histogram.percentile(0.50), 500, 25);
    EXPECT_NEAR(histogram.percentile(0.95), 950, 48);
    EXPECT_NEAR(histogram.percentile(0.99), 990, 50);
    EXPECT_EQ(LatencyHistogram().percentile(0.5), 0);
    LatencyHistogram slow;
    slow.add(1e9);
    slow.add(0);
    EXPECT_GT(slow.percentile(1), 100'000) << "what is longer than two minutes counts as two minutes";
    EXPECT_EQ(slow.percentile(0.1), 1);
}

TEST_F(RunLogTest, AFirstSyncIsOneRunWithItsDocumentsAndAnswerTimes) {
    at(Stage::first_sync);
    answers(40, 98);
    answers(900, 2);
    log.request(false, {}, 0);
    pass(base::seconds(30));
    at(Stage::first_sync, 1000);
    EXPECT_TRUE(runs()[0].open);
    at(Stage::pull);
    at(Stage::rest, 3);
    ASSERT_EQ(runs().size(), 2U);
    const SyncRun first = runs()[1];
    EXPECT_EQ(first.kind, SyncRun::Kind::first_sync);
    EXPECT_EQ(first.documents, 1000U);
    EXPECT_EQ((first.ended - first.began).us, base::seconds(30).us);
    EXPECT_EQ(first.requests, 101U);
    EXPECT_EQ(first.failed, 1U);
    EXPECT_EQ(first.bytes, 100'000U);
    EXPECT_NEAR(first.p50_ms, 40, 2);
    EXPECT_NEAR(first.p99_ms, 900, 45);
    EXPECT_EQ(runs()[0].documents, 3U);
}

TEST_F(RunLogTest, QuietPullsAreOneLine) {
    for (int i = 0; i < 5; ++i) {
        at(Stage::pull);
        answers(50, 2);
        pass(base::seconds(1));
        at(Stage::rest);
        pass(base::seconds(15));
    }
    ASSERT_EQ(runs().size(), 1U);
    EXPECT_EQ(runs()[0].rounds, 5U);
    EXPECT_EQ(runs()[0].requests, 10U);
    EXPECT_NEAR(runs()[0].p50_ms, 50, 3);
    at(Stage::pull);
    at(Stage::rest, 7);
    ASSERT_EQ(runs().size(), 2U) << "one that brought something stands alone";
    EXPECT_EQ(runs()[0].documents, 7U);
    at(Stage::pull);
    at(Stage::rest);
    EXPECT_EQ(runs().size(), 3U);
    pass(base::hours(9));
    at(Stage::pull);
    at(Stage::rest);
    EXPECT_EQ(runs().size(), 4U) << "the next morning is another line";
}

TEST_F(RunLogTest, ARunThatFailsSaysWhyAndIsNotJoined) {
    for (int i = 0; i < 2; ++i) {
        at(Stage::pull);
        log.request(false, {}, 0);
        at(Stage::rest, 0, "No answer from the server.");
    }
    ASSERT_EQ(runs().size(), 2U);
    EXPECT_EQ(runs()[0].error, "No answer from the server.");
    EXPECT_EQ(runs()[0].p50_ms, 0);
    EXPECT_FALSE(runs()[0].open);
}

TEST_F(RunLogTest, CountsWhileListeningBelongToTheListening) {
    at(Stage::live, 10);
    pass(base::minutes(5));
    at(Stage::pull, 2);
    at(Stage::live);
    pass(base::minutes(5));
    at(Stage::live, 8);
    ASSERT_EQ(runs().size(), 1U);
    EXPECT_EQ(runs()[0].kind, SyncRun::Kind::live);
    EXPECT_EQ(runs()[0].documents, 20U);
    EXPECT_EQ((runs()[0].ended - runs()[0].began).us, base::minutes(10).us) << "an open run lasts until now";
    at(Stage::rest, 0, "Paused");
    EXPECT_EQ(runs()[0].error, "Paused");
}

TEST_F(RunLogTest, RequestsBetweenRunsAreNobodys) {
    log.request(true, base::milliseconds(5), 100);
    at(Stage::pull);
    at(Stage::rest, 1);
    log.request(true, base::milliseconds(5), 100);
    ASSERT_EQ(runs().size(), 1U);
    EXPECT_EQ(runs()[0].requests, 0U);
}

TEST_F(RunLogTest, ARestartKeepsTheHistory) {
    at(Stage::first_sync);
    answers(80, 10);
    pass(base::seconds(3));
    at(Stage::rest, 500, "The disk is full.");
    at(Stage::pull);
    RunLog next;
    next.load(log.text(now));
    const auto kept = *next.runs(now);
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[1], runs()[1]);
    EXPECT_FALSE(kept[0].open) << "what was open when the program ended is over";
    next.at(Stage::pull, 0, {}, now);
    next.at(Stage::rest, 0, {}, now);
    EXPECT_EQ(next.runs(now)->size(), 3U);
}

TEST_F(RunLogTest, ANewExchangeCountsFromNothing) {
    at(Stage::pull);
    at(Stage::rest, 100);
    log.at(Stage::pull, 0, {}, now);
    log.at(Stage::rest, 4, {}, now);
    EXPECT_EQ(runs()[0].documents, 4U);
}

TEST_F(RunLogTest, OnlyTheNewestAreKept) {
    for (size_t i = 0; i < kMostRuns + 20; ++i) {
        at(Stage::pull);
        at(Stage::rest, i + 1);
    }
    EXPECT_EQ(runs().size(), kMostRuns);
    EXPECT_EQ(runs()[0].documents, kMostRuns + 20);
    EXPECT_EQ(runs().back().documents, 21U);
    RunLog next;
    next.load(log.text(now));
    EXPECT_EQ(next.runs(now)->size(), kMostRuns);
}

TEST_F(RunLogTest, ForeignTextCountsAsNothing) {
    for (const char* text :
         {"", "{", "{}", "[1]", R"([{"kind":"pull"}])", R"([{"kind":"pull","began_us":5,"ended_us":1}])",
          R"([{"kind":"dance","began_us":1,"ended_us":2}])"}) {
        RunLog other;
        other.load(text);
        EXPECT_TRUE(other.runs(now)->empty()) << text;
    }
    RunLog other;
    other.load(R"([{"kind":"live","began_us":1,"ended_us":2,"requests":-4,"p50_ms":-1,"rounds":0}])");
    ASSERT_EQ(other.runs(now)->size(), 1U);
    EXPECT_EQ((*other.runs(now))[0].requests, 0U);
    EXPECT_EQ((*other.runs(now))[0].rounds, 1U);
}

}  // namespace
}  // namespace linesman::app
