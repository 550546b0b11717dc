#include "sync/listen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/live_desk.h"

namespace linesman::sync::test {
namespace {

using base::Json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kAsStaged = "near the school";

// A desk with some captures that is live.
struct Live {
    Backend backend;
    std::unique_ptr<LiveDesk> desk;

    explicit Live(bool live = true) {
        for (const char* id : {"a", "b", "c"}) backend.stage(phone_capture(id));
        desk = std::make_unique<LiveDesk>(backend);
        if (live) desk->go_live();
    }
    void write(const std::string& id, const std::string& text) {
        FieldChanges changes;
        changes.set = {{"notes", value::text(text)}};
        backend.patch(id, changes);
    }
    // A change on the server that the stream tells.
    void change(const std::string& id, const std::string& text, const std::string& token) {
        write(id, text);
        desk->show(id, {desk->target()});
        desk->snapshot(token);
    }
    // The captures are part of the window, as after their creation an instant ago.
    void show_all(const std::string& token) {
        for (const char* id : {"a", "b", "c"}) desk->show(id, {desk->target()});
        desk->snapshot(token);
    }
    std::string notes(const std::string& id) {
        const auto capture = desk->capture(id);
        return capture ? capture->notes : "(gone)";
    }
    PullPhase phase() const { return desk->pull->progress().phase; }
    const Json& last_add() const { return std::prev(desk->targets.end())->second; }
};

// The bloom filter of these names, made a second time.
Json bloom_of(const Backend& backend, const std::vector<std::string>& ids) {
    std::string bitmap(64, '\0');
    for (const auto& id : ids) {
        const auto digest = base::md5(backend.name(kStaging, id));
        uint64_t first = 0, second = 0;
        for (size_t i = 0; i < 8; ++i) {
            first |= static_cast<uint64_t>(digest[i]) << (8 * i);
            second |= static_cast<uint64_t>(digest[8 + i]) << (8 * i);
        }
        for (uint64_t i = 0; i < 7; ++i) {
            const uint64_t bit = (first + i * second) % (bitmap.size() * 8);
            bitmap[bit / 8] = static_cast<char>(bitmap[bit / 8] | 1 << (bit % 8));
        }
    }
    return {{"bits", {{"bitmap", base::base64_encode(bitmap)}, {"padding", 0}}}, {"hashCount", 7}};
}

TEST(Listen, EveryWindowOfThePullIsATargetAtItsCursor) {
    Live t;
    EXPECT_EQ(t.desk->targets.size(), 11U);
    EXPECT_EQ(t.desk->line.handshakes.size(), 1U);
    for (const char* field : {"updated_at", "submitted_at", "validated_at"}) EXPECT_NE(t.desk->target(field), 0);
    const auto cursor = t.desk->cache->read().value("pull.cursor." + std::string(kStaging));
    ASSERT_TRUE(cursor.ok() && *cursor);
    const auto& where = t.desk->targets[t.desk->target()]["query"]["structuredQuery"]["where"]["compositeFilter"];
    const auto from =
        base::parse_rfc3339(where["filters"][0]["fieldFilter"]["value"]["timestampValue"].get<std::string>());
    ASSERT_TRUE(from.ok());
    EXPECT_LE(from->us, std::stoll(**cursor));
    EXPECT_GE(from->us, std::stoll(**cursor) - base::seconds(3).us);
    EXPECT_EQ(t.phase(), PullPhase::listening);
}

TEST(Listen, AChangeIsHereAtOnceAndNothingIsPolled) {
    Live t;
    t.change("b", "moved", "t2");
    EXPECT_EQ(t.notes("b"), "moved");
    EXPECT_EQ(t.desk->pull->progress().live_documents, 1U);
    for (int minute = 0; minute < 3; ++minute) {
        t.desk->run(base::seconds(30));
        t.desk->snapshot("t3");
    }
    EXPECT_EQ(t.desk->polls(), 0);
    EXPECT_EQ(t.phase(), PullPhase::listening);
}

TEST(Listen, CountsGoOnAsTheProof) {
    Live t;
    t.backend.erase(kStaging, "c");  // too old for the window: the stream says nothing
    for (int i = 0; i < 12; ++i) {
        t.desk->run(base::seconds(30));
        t.desk->snapshot("t2");
    }
    EXPECT_EQ(t.notes("c"), "(gone)");
    EXPECT_EQ(t.desk->polls(), 1) << "the names of the part whose count differed";
}

TEST(Listen, NothingIsTakenOverBeforeItsSnapshot) {
    Live t;
    t.write("a", "half");
    t.desk->show("a", {t.desk->target()});
    t.desk->run();
    EXPECT_NE(t.notes("a"), "half");
    t.desk->snapshot("t2");
    EXPECT_EQ(t.notes("a"), "half");
}

TEST(Listen, ADeletedDocumentLeavesTheDesk) {
    Live t;
    t.show_all("t2");
    t.backend.erase(kStaging, "a");
    t.desk->gone("documentDelete", "a", {t.desk->target()});
    t.desk->snapshot("t3");
    EXPECT_EQ(t.notes("a"), "(gone)");
    EXPECT_THAT(t.desk->lost, ElementsAre("a"));
    EXPECT_EQ(t.desk->lookups(), 0);
}

TEST(Listen, ADocumentThatOnlyLeftTheWindowStaysInItsNewVersion) {
    Live t;
    t.show_all("t2");
    t.write("a", "left");
    t.desk->show("a", {}, {t.desk->target()});
    t.desk->snapshot("t3");
    EXPECT_EQ(t.notes("a"), "left");
    EXPECT_EQ(t.desk->lookups(), 0);
}

TEST(Listen, ADocumentRemovedWithoutAWordIsLookedUp) {
    Live t;
    t.show_all("t2");
    t.backend.erase(kStaging, "a");
    t.write("b", "still there");
    t.desk->gone("documentRemove", "a", {t.desk->target()});
    t.desk->gone("documentRemove", "b", {t.desk->target()});
    t.desk->snapshot("t3");
    t.desk->run();
    EXPECT_EQ(t.notes("a"), "(gone)");
    EXPECT_EQ(t.notes("b"), "still there");
    EXPECT_EQ(t.desk->lookups(), 1);
}

TEST(Listen, ALookUpThatFailedIsRepeatedEvenAfterAKill) {
    Live t;
    t.show_all("t2");
    t.backend.erase(kStaging, "a");
    bool dead = true;
    t.desk->rest.before = [&](const std::string& path, const std::string&) -> std::optional<base::Error> {
        if (!dead || !path.ends_with(":batchGet")) return std::nullopt;
        return base::make_error(base::ErrorKind::offline, "The line is dead.");
    };
    t.desk->gone("documentRemove", "a", {t.desk->target()});
    t.desk->snapshot("t3");
    t.desk->run(base::seconds(1));
    EXPECT_NE(t.notes("a"), "(gone)");
    dead = false;
    t.desk->open();
    t.desk->run(base::seconds(1));
    EXPECT_EQ(t.notes("a"), "(gone)");
}

TEST(Listen, AResetShowsTheWindowAgainAndWhatIsMissingIsLookedUp) {
    Live t;
    t.show_all("t2");
    t.backend.erase(kStaging, "b");
    t.write("a", "new");
    t.desk->change_target("RESET", {t.desk->target()}, "t3");
    t.desk->snapshot("t3");  // before the window is whole again
    EXPECT_EQ(t.notes("a"), kAsStaged);
    EXPECT_NE(t.notes("b"), "(gone)") << "not gone only because it was not shown yet";
    t.desk->show("a", {t.desk->target()});
    t.desk->show("c", {t.desk->target()});
    t.desk->change_target("CURRENT", {t.desk->target()}, "t4");
    t.desk->snapshot("t4");
    t.desk->run();
    EXPECT_EQ(t.notes("a"), "new");
    EXPECT_EQ(t.notes("b"), "(gone)");
    EXPECT_EQ(t.notes("c"), kAsStaged);
}

// Google's emulator does this with every change.
TEST(Listen, AFullResendWithEveryChangeConverges) {
    Live t;
    for (int i = 1; i <= 3; ++i) {
        t.write("b", numbered("n", i));
        const int64_t id = t.desk->target();
        t.desk->change_target("RESET", {id});
        for (const char* each : {"a", "b", "c"}) t.desk->show(each, {id});
        t.desk->change_target("CURRENT", {id}, numbered("t", i + 1));
        t.desk->snapshot(numbered("t", i + 1));
        EXPECT_EQ(t.notes("b"), numbered("n", i));
    }
    EXPECT_EQ(t.desk->lookups(), 0);
    EXPECT_THAT(t.desk->lost, IsEmpty());
}

TEST(Listen, AFilterThatAgreesChangesNothing) {
    Live t;
    t.show_all("t2");
    t.desk->line.push(Json{{"filter", {{"targetId", t.desk->target()}, {"count", 3}}}});
    t.desk->snapshot("t3");
    EXPECT_EQ(t.desk->lookups(), 0);
    EXPECT_THAT(t.desk->removed, IsEmpty());
}

TEST(Listen, AFilterWithABloomFilterNamesWhatIsGone) {
    Live t;
    t.show_all("t2");
    t.backend.erase(kStaging, "b");
    t.desk->line.push(
        Json{{"filter",
              {{"targetId", t.desk->target()}, {"count", 2}, {"unchangedNames", bloom_of(t.backend, {"a", "c"})}}}});
    t.desk->snapshot("t3");
    t.desk->run();
    EXPECT_EQ(t.notes("b"), "(gone)");
    EXPECT_EQ(t.notes("a"), kAsStaged);
    EXPECT_THAT(t.desk->removed, IsEmpty()) << "no second reading of the window";
}

TEST(Listen, AFilterThatABloomFilterDoesNotExplainOpensTheWindowAgain) {
    for (const bool with_bloom : {true, false}) {
        Live t;
        t.show_all("t2");
        const int64_t before = t.desk->target();
        t.backend.erase(kStaging, "b");
        Json filter = {{"targetId", before}, {"count", 2}};
        // A coincidence: the filter seems to contain b as well.
        if (with_bloom) filter["unchangedNames"] = bloom_of(t.backend, {"a", "b", "c"});
        t.desk->line.push(Json{{"filter", filter}});
        t.desk->run();
        EXPECT_THAT(t.desk->removed, ElementsAre(before));
        const int64_t again = t.desk->target();
        ASSERT_NE(again, before);
        EXPECT_FALSE(t.desk->targets[again].contains("resumeToken"));
        t.desk->show("a", {again});
        t.desk->show("c", {again});
        t.desk->change_target("CURRENT", {again}, "t3");
        t.desk->snapshot("t3");
        t.desk->run();
        EXPECT_EQ(t.notes("b"), "(gone)") << with_bloom;
        EXPECT_EQ(t.notes("c"), kAsStaged);
    }
}

TEST(Listen, ACutGoesOnFromTheTokenWithTheNumberOfKnownDocuments) {
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

TEST(Listen, WhatWasHalfTransferredIsNotCounted) {
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

TEST(Listen, ARestartWithinMinutesIsTakenUpWithoutAPoll) {
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

TEST(Listen, AfterALongTimeAwayPagesComeFirstAndTheWindowIsNew) {
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

TEST(Listen, EveryHourTheWindowsAreOpenedAnew) {
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

TEST(Listen, ARefusedWindowMeansPollingWithTheReasonAndAnotherTryLater) {
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

TEST(Listen, ATokenThatTheServerDoesNotLikeIsLeftOut) {
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

TEST(Listen, AStreamThatFailsOverItsTokensIsOpenedWithoutThem) {
    Live t;
    t.show_all("t2");
    t.desk->line.push(Json{{"error", {{"code", 400}, {"status", "INVALID_ARGUMENT"}, {"message", "bad token"}}}});
    t.desk->run(base::seconds(1));
    ASSERT_EQ(t.desk->line.handshakes.size(), 2U);
    for (const auto& message : t.desk->line.handshakes[1].messages)
        EXPECT_FALSE(message["addTarget"].contains("resumeToken"));
}

TEST(Listen, AnExpiredSessionIsRenewedAndTheStreamGoesOn) {
    Live t;
    t.show_all("t2");
    t.desk->line.push(Json{{"error", {{"code", 401}, {"status", "UNAUTHENTICATED"}, {"message", "expired"}}}});
    t.desk->run(base::seconds(1));
    EXPECT_EQ(t.desk->tokens.forced, 1);
    EXPECT_EQ(t.desk->line.handshakes.size(), 2U);
    EXPECT_EQ(t.desk->polls(), 0);
}

TEST(Listen, ANewIdTokenOpensTheStreamAgain) {
    Live t;
    t.show_all("t2");
    t.desk->tokens.current = "fresh";
    t.desk->run(base::seconds(61));
    ASSERT_EQ(t.desk->line.handshakes.size(), 2U);
    EXPECT_EQ(t.desk->line.terminated, 1);
    EXPECT_THAT(t.desk->line.handshakes[1].form.find("headers")->second, HasSubstr("Bearer fresh"));
    EXPECT_EQ(t.desk->targets[t.desk->target()]["resumeToken"], LiveDesk::token("t2"));
}

TEST(Listen, WaitingGrowsToAMinuteAndSyncNowEndsIt) {
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

TEST(Listen, APauseClosesTheStreamAndGoingOnOpensIt) {
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

TEST(Listen, WorkingOfflineSendsNothing) {
    Live t;
    t.desk->pull->work_offline(true);
    t.desk->run(base::seconds(1));
    t.desk->rest.paths.clear();
    t.desk->run(base::minutes(10));
    EXPECT_EQ(t.desk->line.handshakes.size(), 1U);
    EXPECT_THAT(t.desk->rest.paths, IsEmpty());
}

TEST(Listen, ANetworkThatHoldsTheStreamBackIsNamedAndPolledThrough) {
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

TEST(Listen, ALongPollingNetworkStaysLongPollingAfterAReconnect) {
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

TEST(Listen, AnswersOfADocumentThatCannotBeReadAreReportedAndLoseNothing) {
    Live t;
    t.desk->line.push(Json{{"documentChange", {{"document", {{"fields", Json::object()}}}, {"targetIds", {2}}}}});
    t.change("a", "fine", "t2");
    EXPECT_EQ(t.notes("a"), "fine");
    EXPECT_EQ(t.desk->pull->issues().size(), 1U);
}

TEST(Listen, ADeskThatDecidesItselfSeesItsEchoAsNothingNew) {
    Live t;
    t.write("a", "mine");
    const auto mine = t.backend.get(kStaging, "a");
    RawDocument document{mine->name, mine->update_time, mine->update_time, mine->fields.dump()};
    ASSERT_TRUE(t.desk->pull->take_document(kStaging, document).ok());
    t.desk->seen.clear();
    t.desk->show("a", {t.desk->target()});
    t.desk->snapshot("t2");
    EXPECT_THAT(t.desk->seen, IsEmpty());
}

TEST(Listen, AnOlderSnapshotDoesNotTakeTheDeskBack) {
    Live t;
    t.write("a", "first");
    t.desk->show("a", {t.desk->target()});
    const auto old = t.backend.get(kStaging, "a");
    t.desk->snapshot("t2");
    t.change("a", "second", "t3");
    Json change = {{"document",
                    {{"name", old->name},
                     {"fields", old->fields},
                     {"createTime", old->update_time},
                     {"updateTime", old->update_time}}},
                   {"targetIds", {t.desk->target()}}};
    t.desk->line.push(Json{{"documentChange", change}});
    t.desk->snapshot("t4");
    EXPECT_EQ(t.notes("a"), "second");
}

}  // namespace
}  // namespace linesman::sync::test
