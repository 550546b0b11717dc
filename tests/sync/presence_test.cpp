#include "sync/presence.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sync/commit_parts.h"
#include "sync/in_process.h"
#include "sync/value_codec.h"

namespace linesman::sync::test {
namespace {

// One desk on a line of its own.
struct Seat {
    Seat(Backend& backend, const std::string& name)
        : line(backend.server), client(make_firestore(Backend::endpoints(), line, backend.tokens, backend.queue)) {
        presence = std::make_unique<Presence>(
            *client, backend.queue, backend.clock, backend.names, Presence::Me{"uid-" + name, name}, PresenceTuning{},
            [this] { ++changes; }, 1);
    }
    size_t sent(const std::string& verb) const {
        return static_cast<size_t>(std::count(line.paths.begin(), line.paths.end(), verb));
    }
    std::string names_at(const std::string& staging_id) const {
        std::string names;
        const auto found = presence->others().find(staging_id);
        if (found == presence->others().end()) return names;
        for (const auto& person : found->second) names += person.name + " ";
        return names;
    }
    InProcessHttp line;
    std::unique_ptr<Firestore> client;
    std::unique_ptr<Presence> presence;
    int changes = 0;
};

struct PresenceTest : testing::Test {
    Backend backend;
    Seat thandi{backend, "Thandi"}, nomsa{backend, "Nomsa"};

    // Time goes on in small steps; with `acts`, those desks' people do something every ten seconds.
    void run_for(base::Duration by, std::vector<std::pair<Seat*, std::string>> acts = {}) {
        int64_t step = 0;
        for (int64_t gone = 0; gone < by.us; gone += base::seconds(1).us) {
            if (step++ % 10 == 0) {
                for (const auto& [seat, id] : acts) seat->presence->looking_at(id);
            }
            backend.queue.run_for(base::seconds(1));
        }
    }
    std::optional<CurrentDocument> document(const std::string& id) { return backend.get(backend.names.presence, id); }
};

TEST_F(PresenceTest, OthersSeeWhoIsOnACaptureAndNobodySeesThemselves) {
    run_for(base::seconds(30), {{&thandi, "a"}, {&nomsa, "b"}});
    EXPECT_EQ(nomsa.names_at("a"), "Thandi ");
    EXPECT_EQ(thandi.names_at("b"), "Nomsa ");
    EXPECT_EQ(thandi.names_at("a"), "");
    EXPECT_GT(nomsa.changes, 0);
    EXPECT_GT(nomsa.presence->others().at("a")[0].until, backend.clock.now());
}

TEST_F(PresenceTest, AGlanceOnTheWayWritesNothing) {
    for (int i = 0; i < 30; ++i) {
        thandi.presence->looking_at("capture-" + std::to_string(i));
        backend.queue.run_for(base::seconds(2));
    }
    EXPECT_EQ(thandi.sent("commit"), 0U);
    EXPECT_TRUE(backend.list(backend.names.presence).empty());
}

TEST_F(PresenceTest, OneCaptureForMinutesCostsOneWriteInFortyFiveSeconds) {
    run_for(base::minutes(10), {{&thandi, "a"}});
    EXPECT_GE(thandi.sent("commit"), 12U);
    EXPECT_LE(thandi.sent("commit"), 15U);
    EXPECT_LE(thandi.sent("runQuery"), 31U);
}

TEST_F(PresenceTest, WhoMovesOnIsGoneAtOnceAndLeavesNoDocumentBehind) {
    run_for(base::seconds(10), {{&thandi, "a"}});
    ASSERT_TRUE(document("a"));
    thandi.presence->looking_at("b");
    backend.queue.run_for(base::seconds(1));
    EXPECT_FALSE(document("a"));
    run_for(base::seconds(10), {{&thandi, "b"}});
    EXPECT_TRUE(document("b"));
}

TEST_F(PresenceTest, TwoOnOneCaptureSeeEachOtherAndOneStaysWhenTheOtherLeaves) {
    run_for(base::seconds(30), {{&thandi, "a"}, {&nomsa, "a"}});
    EXPECT_EQ(nomsa.names_at("a"), "Thandi ");
    EXPECT_EQ(thandi.names_at("a"), "Nomsa ");
    thandi.presence->looking_at("b");
    run_for(base::seconds(25), {{&nomsa, "a"}});
    EXPECT_EQ(nomsa.names_at("a"), "");
    const auto left = document("a");
    ASSERT_TRUE(left);
    const auto* people = value::as_map(*value::member(left->fields, "people"));
    EXPECT_TRUE(people->contains("uid-Nomsa"));
    EXPECT_FALSE(people->contains("uid-Thandi"));
}

// Nomsa came after Thandi's last look: Thandi does not know that she would clear Nomsa's entry away.
TEST_F(PresenceTest, LeavingClearsNobodyElsesEntryAway) {
    run_for(base::seconds(5), {{&thandi, "a"}});
    ASSERT_TRUE(document("a"));
    nomsa.presence->looking_at("a");
    backend.queue.run_for(base::seconds(5));
    thandi.presence->looking_at("b");
    backend.queue.run_for(base::seconds(2));
    const auto left = document("a");
    ASSERT_TRUE(left);
    EXPECT_TRUE(value::as_map(*value::member(left->fields, "people"))->contains("uid-Nomsa"));
}

TEST_F(PresenceTest, ADeskThatDiesIsGoneWhenItsTimeHasPassed) {
    run_for(base::seconds(30), {{&thandi, "a"}, {&nomsa, "b"}});
    ASSERT_EQ(nomsa.names_at("a"), "Thandi ");
    thandi.presence.reset();
    run_for(base::seconds(125), {{&nomsa, "b"}});
    EXPECT_EQ(nomsa.names_at("a"), "");
}

TEST_F(PresenceTest, APersonWhoIsAwayWritesAndAsksNothing) {
    run_for(base::seconds(30), {{&thandi, "a"}});
    run_for(base::minutes(6));
    EXPECT_FALSE(document("a")) << "taken back when the person had gone";
    const size_t before = thandi.line.paths.size();
    run_for(base::minutes(60));
    EXPECT_EQ(thandi.line.paths.size(), before);
    run_for(base::seconds(10), {{&thandi, "a"}});
    EXPECT_TRUE(document("a")) << "back after lunch";
}

TEST_F(PresenceTest, AClosingDeskTakesItsEntryBack) {
    run_for(base::seconds(10), {{&thandi, "a"}});
    bool left = false;
    thandi.presence->leave([&] { left = true; });
    backend.queue.run_ready();
    EXPECT_TRUE(left);
    EXPECT_FALSE(document("a"));
}

TEST_F(PresenceTest, ClosingWithoutALineStillEnds) {
    run_for(base::seconds(10), {{&thandi, "a"}});
    thandi.line.before = [](const std::string&, const std::string&) {
        return std::optional(base::make_error(base::ErrorKind::offline, "no line"));
    };
    bool left = false;
    thandi.presence->leave([&] { left = true; });
    backend.queue.run_ready();
    EXPECT_TRUE(left);
}

TEST_F(PresenceTest, WithoutPermissionItIsNotTriedAgainSoon) {
    thandi.line.before = [](const std::string&, const std::string&) {
        return std::optional(base::make_error(base::ErrorKind::permission_denied, "no"));
    };
    run_for(base::minutes(9), {{&thandi, "a"}});
    EXPECT_LE(thandi.line.paths.size(), 2U);
}

TEST_F(PresenceTest, PausedItIsSilentAndGoesOnAfterwards) {
    thandi.presence->pause(true);
    run_for(base::minutes(3), {{&thandi, "a"}});
    EXPECT_TRUE(thandi.line.paths.empty());
    thandi.presence->pause(false);
    run_for(base::seconds(10), {{&thandi, "a"}});
    EXPECT_TRUE(document("a"));
}

TEST_F(PresenceTest, AnEntryOfAnHourAgoDoesNotCountWhoeverWroteTheDocumentSince) {
    const base::Json write = update_write(
        backend.name(backend.names.presence, "z"),
        {{{"people.old",
           value::map(base::Json{{"name", value::text("Old")}, {"at", value::timestamp(at("2026-11-22T07:00:00Z"))}})}},
         {},
         {"updated_at"}},
        {});
    ASSERT_TRUE(backend.commit(base::Json::array({write})).ok());
    run_for(base::seconds(25), {{&nomsa, "b"}});
    EXPECT_EQ(nomsa.names_at("z"), "");
}

TEST_F(PresenceTest, TheStagingDocumentIsNeverTouched) {
    model::Capture capture;
    capture.staging_id = "a";
    capture.pole_number = "LAW.P.A001";
    capture.project_id = "Law-001";
    capture.submitted_at = backend.clock.now();
    backend.stage(capture);
    const auto before = backend.get(backend.names.staging, "a");
    ASSERT_TRUE(before);
    run_for(base::minutes(3), {{&thandi, "a"}, {&nomsa, "a"}});
    EXPECT_EQ(backend.get(backend.names.staging, "a")->update_time, before->update_time);
}

}  // namespace
}  // namespace linesman::sync::test
