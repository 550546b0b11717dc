// How the stream of live changes is opened, resumed, refused and closed.
#include "sync/listen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/live_desk.h"

namespace linesman::sync::test {
namespace {

using base::Json;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ListenConnection, ACutGoesOnFromTheTokenWithTheNumberOfKnownDocuments) {
    Live t;
    t.show_all("t2");
    t.desk->line.forget_sessions();
    t.desk->line.cut();
    t.desk->run(base::seconds(1));
    ASSERT_EQ(t.desk->line.handshakes.size(), 2U);
    const auto& add = t.desk->targets[t.desk->target()];
    EXPECT_EQ(add["resumeToken"], LiveDesk::token("t2"));
    EXPECT_EQ(add["expectedCount"], 3);
    EXPECT_EQ(t.desk->polls(), 0);
    t.desk->welcome("t3");
    EXPECT_EQ(t.phase(), PullPhase::listening);
}

TEST(ListenConnection, WhatWasHalfTransferredIsNotCounted) {
    Live t;
    t.show_all("t2");
    t.backend.stage(phone_capture("d"));
    t.desk->show("d", {t.desk->target()});
    t.desk->run();
    t.desk->line.forget_sessions();
    t.desk->line.cut();
    t.desk->run(base::seconds(1));
    EXPECT_EQ(t.desk->targets[t.desk->target()]["expectedCount"], 3);
    EXPECT_EQ(t.notes("d"), "(gone)");
}

TEST(ListenConnection, ARestartWithinMinutesIsTakenUpWithoutAPoll) {
    Live t;
    t.show_all("t2");
    t.backend.clock.advance(base::minutes(10));
    t.desk->open();
    t.desk->run(base::seconds(1));
    const auto& add = t.desk->targets[t.desk->target()];
    EXPECT_EQ(add["resumeToken"], LiveDesk::token("t2"));
    EXPECT_EQ(add["expectedCount"], 3);
    t.desk->rest.paths.clear();
    t.desk->welcome("t3");
    EXPECT_EQ(t.phase(), PullPhase::listening);
    EXPECT_EQ(t.desk->polls(), 0);
}

TEST(ListenConnection, AfterALongTimeAwayPagesComeFirstAndTheWindowIsNew) {
    Live t;
    t.show_all("t2");
    t.desk->close();
    t.backend.clock.advance(base::minutes(40));
    t.write("a", "unseen");
    t.desk->rest.paths.clear();
    t.desk->open();
    t.desk->run(base::seconds(1));
    EXPECT_GT(t.desk->polls(), 0);
    ASSERT_FALSE(t.desk->targets.empty());
    EXPECT_FALSE(t.desk->targets[t.desk->target()].contains("resumeToken"));
}

TEST(ListenConnection, EveryHourTheWindowsAreOpenedAnew) {
    Live t;
    t.show_all("t2");
    const auto before = t.desk->targets;
    for (int i = 0; i < 122; ++i) {
        t.desk->run(base::seconds(30));
        t.desk->snapshot(numbered("s", i));
    }
    EXPECT_EQ(t.desk->targets.size(), 2 * before.size()) << "the old ones stay until the new ones are current";
    t.change("a", "in between", "t8");
    EXPECT_EQ(t.notes("a"), "in between");
    t.desk->welcome("t9");
    EXPECT_EQ(t.desk->targets.size(), before.size());
    EXPECT_FALSE(before.contains(t.desk->target()));
    t.change("b", "after", "t10");
    EXPECT_EQ(t.notes("b"), "after");
    EXPECT_NE(t.notes("c"), "(gone)") << "leaving the window is not leaving the desk";
    EXPECT_EQ(t.desk->lookups(), 0);
    EXPECT_EQ(t.desk->line.handshakes.size(), 1U);
}

TEST(ListenConnection, ARefusedWindowMeansPollingWithTheReasonAndAnotherTryLater) {
    Live t;
    t.desk->refuse_target(t.desk->target(), 7);
    t.desk->run(base::seconds(20));
    EXPECT_EQ(t.phase(), PullPhase::waiting);
    EXPECT_THAT(t.desk->pull->progress().live.why, HasSubstr("does not allow"));
    t.write("a", "polled");
    FieldChanges stamp;
    stamp.server_times = {"updated_at"};
    t.backend.patch("a", stamp);
    t.desk->run(base::seconds(40));
    EXPECT_EQ(t.notes("a"), "polled");
    EXPECT_EQ(t.desk->line.handshakes.size(), 1U);
    t.desk->run(base::minutes(10));
    EXPECT_GE(t.desk->line.handshakes.size(), 2U);
}

TEST(ListenConnection, ATokenThatTheServerDoesNotLikeIsLeftOut) {
    Live t;
    t.show_all("t2");
    t.desk->line.forget_sessions();
    t.desk->line.cut();
    t.desk->run(base::seconds(1));
    const int64_t before = t.desk->target();
    ASSERT_TRUE(t.desk->targets[before].contains("resumeToken"));
    t.desk->targets.erase(before);
    t.desk->refuse_target(before, 3);
    const int64_t after = t.desk->target();
    EXPECT_NE(after, before);
    EXPECT_FALSE(t.desk->targets[after].contains("resumeToken"));
    t.desk->welcome("t3");
    EXPECT_EQ(t.phase(), PullPhase::listening);
}

TEST(ListenConnection, AStreamThatFailsOverItsTokensIsOpenedWithoutThem) {
    Live t;
    t.show_all("t2");
    t.desk->line.push(Json{{"error", {{"code", 400}, {"status", "INVALID_ARGUMENT"}, {"message", "bad token"}}}});
    t.desk->run(base::seconds(1));
    ASSERT_EQ(t.desk->line.handshakes.size(), 2U);
    for (const auto& message : t.desk->line.handshakes[1].messages)
        EXPECT_FALSE(message["addTarget"].contains("resumeToken"));
}

TEST(ListenConnection, AnExpiredSessionIsRenewedAndTheStreamGoesOn) {
    Live t;
    t.show_all("t2");
    t.desk->line.push(Json{{"error", {{"code", 401}, {"status", "UNAUTHENTICATED"}, {"message", "expired"}}}});
    t.desk->run(base::seconds(1));
    EXPECT_EQ(t.desk->tokens.forced, 1);
    EXPECT_EQ(t.desk->line.handshakes.size(), 2U);
    EXPECT_EQ(t.desk->polls(), 0);
}

TEST(ListenConnection, ANewIdTokenOpensTheStreamAgain) {
    Live t;
    t.show_all("t2");
    t.desk->tokens.current = "fresh";
    t.desk->run(base::seconds(61));
    ASSERT_EQ(t.desk->line.handshakes.size(), 2U);
    EXPECT_EQ(t.desk->line.terminated, 1);
    EXPECT_THAT(t.desk->line.handshakes[1].form.find("headers")->second, HasSubstr("Bearer fresh"));
    EXPECT_EQ(t.desk->targets[t.desk->target()]["resumeToken"], LiveDesk::token("t2"));
}

TEST(ListenConnection, WaitingGrowsToAMinuteAndSyncNowEndsIt) {
    Live t;
    t.desk->run(base::seconds(20));
    t.desk->line.answer = [](bool) -> std::optional<base::Result<net::Response>> {
        return base::make_error(base::ErrorKind::offline, "No connection to the server could be made.");
    };
    std::vector<base::Duration> tried;
    t.desk->line.forget_sessions();
    t.desk->line.cut();
    size_t before = t.desk->line.handshakes.size();
    for (int second = 0; second < 900; ++second) {
        // The other requests get through, which would end the waiting.
        t.desk->rest.before = [](const std::string&, const std::string&) -> std::optional<base::Error> {
            return base::make_error(base::ErrorKind::offline, "The line is dead.");
        };
        t.desk->run(base::milliseconds(900));
        if (t.desk->line.handshakes.size() == before) continue;
        before = t.desk->line.handshakes.size();
        tried.push_back(t.backend.clock.steady());
    }
    ASSERT_GT(tried.size(), 10U);
    EXPECT_LE(tried[1].us - tried[0].us, base::seconds(3).us);
    const auto last = base::Duration{tried.back().us - tried[tried.size() - 2].us};
    EXPECT_GE(last, base::seconds(29));
    EXPECT_LE(last, base::seconds(92));
    t.desk->line.answer = nullptr;
    t.desk->rest.before = nullptr;
    t.desk->pull->sync_now();
    t.desk->run(base::seconds(1));
    EXPECT_EQ(t.desk->line.handshakes.size(), before + 1);
    t.desk->welcome("t9");
    t.desk->run(base::seconds(1));
    EXPECT_EQ(t.phase(), PullPhase::listening);
    EXPECT_THAT(t.desk->said, Contains(HasSubstr("backing off: no connection")));
}

TEST(ListenConnection, APauseClosesTheStreamAndGoingOnOpensIt) {
    Live t;
    t.show_all("t2");
    t.desk->pull->pause(true);
    t.desk->run(base::minutes(3));
    EXPECT_EQ(t.desk->line.terminated, 1);
    EXPECT_EQ(t.desk->line.handshakes.size(), 1U);
    EXPECT_FALSE(t.desk->line.connected());
    t.desk->pull->pause(false);
    t.desk->run(base::seconds(1));
    EXPECT_EQ(t.desk->line.handshakes.size(), 2U);
    EXPECT_EQ(t.desk->targets[t.desk->target()]["resumeToken"], LiveDesk::token("t2"));
}

TEST(ListenConnection, WorkingOfflineSendsNothing) {
    Live t;
    t.desk->pull->work_offline(true);
    t.desk->run(base::seconds(1));
    t.desk->rest.paths.clear();
    t.desk->run(base::minutes(10));
    EXPECT_EQ(t.desk->line.handshakes.size(), 1U);
    EXPECT_THAT(t.desk->rest.paths, IsEmpty());
}

TEST(ListenConnection, ANetworkThatHoldsTheStreamBackIsNamedAndPolledThrough) {
    Live t(false);
    t.desk->line.swallow_all = true;
    t.desk->run(base::seconds(30));
    EXPECT_EQ(t.phase(), PullPhase::waiting);
    EXPECT_THAT(t.desk->said, Contains(HasSubstr("waiting: the network holds live changes back")));
    EXPECT_GT(t.desk->polls(), 3);
    t.desk->line.swallow_all = false;
    t.desk->run(base::seconds(70));
    t.desk->welcome("t1");
    EXPECT_EQ(t.phase(), PullPhase::listening);
}

TEST(ListenConnection, ALongPollingNetworkStaysLongPollingAfterAReconnect) {
    Live t(false);
    t.desk->line.swallow_streams = true;
    t.desk->run(base::seconds(1));
    t.desk->line.push_raw({R"(["noop"])"});
    t.desk->run(base::seconds(5));
    t.desk->welcome("t1");
    ASSERT_EQ(t.phase(), PullPhase::listening);
    EXPECT_TRUE(t.desk->pull->progress().live.long_polling);
    t.desk->line.forget_sessions();
    t.desk->line.end_get(400, "Unknown SID");
    t.desk->run(base::seconds(1));
    EXPECT_TRUE(t.desk->line.long_polling());
}

}  // namespace
}  // namespace linesman::sync::test
