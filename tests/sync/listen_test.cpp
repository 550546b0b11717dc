#include "sync/listen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/live_desk.h"

namespace linesman::sync::test {
namespace {

using base::Json;
using testing::ElementsAre;
using testing::IsEmpty;

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
