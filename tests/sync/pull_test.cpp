#include "sync/pull.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/in_process.h"

namespace linesman::sync::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::string id_of(int i) {
    return numbered("c", 1000 + i);
}

TEST(Pull, FirstSyncMirrorsEveryPage) {
    Backend backend;
    for (int i = 0; i < 57; ++i) backend.stage(phone_capture(id_of(i)));
    backend.put(backend.names.projects, "Law-001", {{"name", value::text("Lawley")}});
    PullTuning tuning;
    tuning.page_documents = 10;
    tuning.batch_documents = 20;
    Desk desk(backend, "u", {}, tuning);
    ASSERT_TRUE(desk.sync().ok());
    EXPECT_EQ(desk.count(), 57);
    EXPECT_EQ(desk.count(backend.names.projects), 1);
    EXPECT_TRUE(desk.pull->progress().mirrored);
    EXPECT_EQ(desk.seen.size(), 58U);
    ASSERT_TRUE(desk.capture(id_of(3)).has_value());
    EXPECT_EQ(desk.capture(id_of(3))->update_time, backend.get(kStaging, id_of(3))->update_time);
}

TEST(Pull, AKilledFirstSyncGoesOnWhereItWas) {
    Backend backend;
    for (int i = 0; i < 60; ++i) backend.stage(phone_capture(id_of(i)));
    PullTuning tuning;
    tuning.page_documents = 5;
    tuning.batch_documents = 5;
    tuning.lanes_per_query = 1;
    Desk desk(backend, "u", {}, tuning);
    int queries = 0;
    desk.line.before = [&](const std::string& path, const std::string& body) -> std::optional<base::Error> {
        if (path.ends_with(":runQuery") && body.find(kStaging) != std::string::npos && ++queries > 8) {
            return base::make_error(base::ErrorKind::offline, "The line is dead.");
        }
        return std::nullopt;
    };
    EXPECT_FALSE(desk.sync().ok());
    const auto before = desk.count();
    EXPECT_GT(before, 20);
    EXPECT_LT(before, 60);
    queries = -1000;
    desk.line.documents_delivered = 0;
    desk.seen.clear();
    desk.open({}, tuning);
    ASSERT_TRUE(desk.sync().ok());
    EXPECT_EQ(desk.count(), 60);
    EXPECT_EQ(desk.seen.size(), static_cast<size_t>(60 - before)) << "pages that were stored are not read again";
}

TEST(Pull, AnOldReadTimeIsReplacedAndNothingBetweenIsMissed) {
    Backend backend;
    for (int i = 0; i < 40; ++i) backend.stage(phone_capture(id_of(i)));
    PullTuning tuning;
    tuning.page_documents = 5;
    tuning.batch_documents = 5;
    tuning.lanes_per_query = 1;
    Desk desk(backend, "u", {}, tuning);
    int queries = 0;
    desk.line.before = [&](const std::string& path, const std::string& body) -> std::optional<base::Error> {
        if (path.ends_with(":runQuery") && body.find(kStaging) != std::string::npos && ++queries > 4) {
            return base::make_error(base::ErrorKind::offline, "The line is dead.");
        }
        return std::nullopt;
    };
    EXPECT_FALSE(desk.sync().ok());
    desk.pull->work_offline(true);
    backend.queue.run_ready();
    backend.clock.advance(base::hours(2));
    // Changed on a page that is stored already.
    FieldChanges note;
    note.set = {{"notes", value::text("changed meanwhile")}};
    note.server_times = {"updated_at"};
    backend.patch(id_of(0), note);
    queries = -1000;
    desk.pull->work_offline(false);
    ASSERT_TRUE(desk.sync().ok());
    EXPECT_EQ(desk.count(), 40);
    EXPECT_EQ(desk.capture(id_of(0))->notes, "changed meanwhile");
}

TEST(Pull, WindowsBringChangesOfEveryKindOfWriter) {
    Backend backend;
    for (int i = 0; i < 5; ++i) backend.stage(phone_capture(id_of(i)));
    Desk desk(backend);
    ASSERT_TRUE(desk.sync().ok());
    desk.seen.clear();
    backend.clock.advance(base::minutes(10));
    FieldChanges ours;
    ours.set = {{"notes", value::text("by us")}};
    ours.server_times = {"updated_at"};
    backend.patch(id_of(0), ours);
    FieldChanges phone;
    phone.set = {{"validation_status", value::text("validated")}};
    phone.server_times = {"validated_at"};
    backend.patch(id_of(1), phone);
    auto fresh = phone_capture("fresh");
    fresh.submitted_at = backend.clock.now();
    backend.stage(fresh, false);
    backend.queue.run_for(base::seconds(30));
    EXPECT_THAT(desk.seen, testing::UnorderedElementsAre(id_of(0), id_of(1), "fresh"));
    EXPECT_EQ(desk.capture(id_of(1))->validation_status, model::ValidationStatus::validated);
}

TEST(Pull, AQuietServerCostsNoDocuments) {
    Backend backend;
    for (int i = 0; i < 20; ++i) backend.stage(phone_capture(id_of(i)));
    Desk desk(backend);
    backend.clock.advance(base::hours(1));
    ASSERT_TRUE(desk.sync().ok());
    desk.seen.clear();
    const auto before = desk.client->usage();
    backend.queue.run_for(base::hours(1));
    const auto after = desk.client->usage();
    EXPECT_THAT(desk.seen, IsEmpty());
    // Every query and count costs at least one read; no document may be among them.
    EXPECT_LE(after.documents_read - before.documents_read, after.requests - before.requests);
}

TEST(Pull, AChangeIsReadAboutThreeTimesNotWithEveryPoll) {
    Backend backend;
    Desk desk(backend);
    ASSERT_TRUE(desk.sync().ok());
    backend.queue.run_for(base::minutes(10));
    const auto quiet_before = desk.client->usage();
    backend.queue.run_for(base::minutes(15));
    const auto quiet = desk.client->usage().documents_read - quiet_before.documents_read;
    for (int i = 0; i < 50; ++i) backend.stage(phone_capture(id_of(i)));
    const auto before = desk.client->usage();
    backend.queue.run_for(base::minutes(15));
    const auto with_changes = desk.client->usage().documents_read - before.documents_read;
    // Two windows show each capture (updated_at and submitted_at).
    EXPECT_LE(with_changes, quiet + 50 * 2 * 4);
    EXPECT_EQ(desk.count(), 50);
}

TEST(Pull, ADocumentThatBecomesVisibleBehindTheCursorIsFoundByTheOverlap) {
    Backend backend;
    backend.stage(phone_capture("a"));
    Desk desk(backend);
    ASSERT_TRUE(desk.sync().ok());
    backend.queue.run_for(base::minutes(5));
    // Its stamp is two minutes old when it appears.
    auto late = phone_capture("late");
    late.submitted_at = backend.clock.now() - base::minutes(2);
    backend.stage(late, false);
    backend.queue.run_for(base::minutes(4));
    EXPECT_TRUE(desk.capture("late").has_value());
}

TEST(Pull, APhoneInTheYear2031DoesNotBlindTheDesk) {
    Backend backend;
    backend.stage(phone_capture("a"));
    Desk desk(backend);
    ASSERT_TRUE(desk.sync().ok());
    auto future = phone_capture("future");
    future.submitted_at = at("2031-01-01T00:00:00Z");
    backend.stage(future, false);
    backend.queue.run_for(base::minutes(6));  // found by the counts
    EXPECT_TRUE(desk.capture("future").has_value());
    backend.stage(phone_capture("b"));
    backend.queue.run_for(base::minutes(1));
    EXPECT_TRUE(desk.capture("b").has_value());
}

TEST(Pull, AChangeWithoutAnyStampIsFoundByTheDailySweep) {
    Backend backend;
    auto old = phone_capture("old");
    old.submitted_at = at("1970-01-02T00:00:00Z");
    backend.stage(old, false);
    Desk desk(backend);
    ASSERT_TRUE(desk.sync().ok());
    FieldChanges silent;
    silent.set = {{"notes", value::text("changed silently")}};
    backend.patch("old", silent);
    backend.queue.run_for(base::hours(2));
    EXPECT_NE(desk.capture("old")->notes, "changed silently");
    backend.queue.run_for(base::hours(23));
    EXPECT_EQ(desk.capture("old")->notes, "changed silently");
}

TEST(Pull, DeletedDocumentsAreFoundByCountsAndNamedByBisection) {
    Backend backend;
    for (int i = 0; i < 120; ++i) backend.stage(phone_capture(id_of(i)));
    PullTuning tuning;
    tuning.bisect_leaf = 5;
    tuning.bisect_ways = 3;
    Desk desk(backend, "u", {}, tuning);
    backend.clock.advance(base::hours(1));
    ASSERT_TRUE(desk.sync().ok());
    ASSERT_EQ(desk.count(), 120);
    backend.erase(kStaging, id_of(17));
    backend.erase(kStaging, id_of(99));
    const auto before = desk.client->usage();
    ASSERT_TRUE(desk.sync().ok());
    EXPECT_EQ(desk.count(), 118);
    EXPECT_THAT(desk.lost, testing::UnorderedElementsAre(id_of(17), id_of(99)));
    EXPECT_LT(desk.client->usage().documents_read - before.documents_read, 100U) << "the collection is never listed";
    EXPECT_EQ(desk.pull->progress().deletes_found, 2U);
}

TEST(Pull, AProductionCaptureThatWasDeletedIsFoundByTheSweep) {
    Backend backend;
    backend.stage(phone_capture("open"));
    for (const char* id : {"p1", "p2"}) {
        backend.stage(phone_capture(id));
        FieldChanges promoted;
        promoted.set = {{"synced_to_production", value::boolean(true)}};
        promoted.server_times = {"validated_at", "updated_at"};
        backend.patch(id, promoted);
    }
    Desk desk(backend);
    backend.clock.advance(base::minutes(10));
    ASSERT_TRUE(desk.sync().ok());
    ASSERT_EQ(desk.count(), 3);
    backend.erase(kStaging, "p1");
    backend.queue.run_for(base::minutes(10));
    EXPECT_THAT(desk.lost, ElementsAre("p1"));
}

TEST(Pull, AScopeMirrorsItsProjectsAndTheBlankAndUnknownOnes) {
    Backend backend;
    for (const char* project : {"A", "B", "", "nowhere"}) {
        auto capture = phone_capture(std::string("of-") + project);
        capture.project_id = project;
        backend.stage(capture);
    }
    for (const char* project : {"A", "B", "C"})
        backend.put(backend.names.projects, project, {{"name", value::text(project)}});
    PullScope scope;
    scope.projects = {"A"};
    Desk desk(backend, "u", scope);
    ASSERT_TRUE(desk.sync().ok());
    EXPECT_TRUE(desk.capture("of-A").has_value());
    EXPECT_TRUE(desk.capture("of-").has_value());
    EXPECT_TRUE(desk.capture("of-nowhere").has_value());
    EXPECT_FALSE(desk.capture("of-B").has_value());

    desk.seen.clear();
    scope.projects = {"A", "B"};
    desk.pull->set_scope(scope);
    ASSERT_TRUE(desk.sync().ok());
    EXPECT_THAT(desk.seen, ElementsAre("of-B")) << "only the difference is fetched";
    scope.projects = {"B"};
    desk.pull->set_scope(scope);
    ASSERT_TRUE(desk.sync().ok());
    EXPECT_FALSE(desk.capture("of-A").has_value());
    EXPECT_TRUE(desk.capture("of-B").has_value());
    EXPECT_THAT(desk.lost, ElementsAre("of-A"));
}

TEST(Pull, AMalformedDocumentIsKeptRawAndStopsNothing) {
    Backend backend;
    backend.stage(phone_capture("good"));
    backend.put(kStaging, "odd",
                {{"poleNumber", value::integer(7)},
                 {"synced_to_production", value::boolean(false)},
                 {"submitted_at", value::text("?")}});
    Desk desk(backend);
    ASSERT_TRUE(desk.sync().ok());
    ASSERT_TRUE(desk.capture("odd").has_value());
    EXPECT_THAT(desk.capture("odd")->bad_fields, ElementsAre("poleNumber", "submitted_at"));
}

TEST(Pull, RetryableErrorsBackOffAndThenGoOn) {
    Backend backend;
    backend.stage(phone_capture("a"));
    Desk desk(backend);
    int refused = 0;
    desk.line.before = [&](const std::string& path, const std::string&) -> std::optional<base::Error> {
        if (!path.ends_with(":runQuery") || refused >= 3) return std::nullopt;
        ++refused;
        return base::make_error(base::ErrorKind::unavailable, "The server is busy.");
    };
    const auto failed = desk.sync();
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().kind, base::ErrorKind::unavailable);
    EXPECT_EQ(desk.pull->progress().phase, PullPhase::backing_off);
    EXPECT_TRUE(desk.pull->progress().next_attempt_at.has_value());
    backend.queue.run_for(base::minutes(2));
    EXPECT_EQ(desk.count(), 1);
    EXPECT_FALSE(desk.pull->progress().error.has_value());
}

TEST(Pull, AfterHoursWithoutALineItIsBackWithinSeconds) {
    Backend backend;
    backend.stage(phone_capture("a"));
    Desk desk(backend);
    bool is_down = true;
    int tried = 0;
    desk.line.before = [&](const std::string&, const std::string&) -> std::optional<base::Error> {
        ++tried;
        if (!is_down) return std::nullopt;
        return base::make_error(base::ErrorKind::offline, "There is no connection.");
    };
    EXPECT_FALSE(desk.sync().ok());
    backend.queue.run_for(base::hours(3));
    EXPECT_GT(tried, 1000);  // every 10 s or so: nobody is asked
    EXPECT_EQ(desk.pull->progress().phase, PullPhase::backing_off);
    is_down = false;
    backend.queue.run_for(base::seconds(12));
    EXPECT_EQ(desk.count(), 1);
    EXPECT_FALSE(desk.pull->progress().error.has_value());
}

TEST(Pull, APageIsAsSmallAsTheLineBearsAndNothingIsLostWhenItChanges) {
    Backend backend;
    for (int i = 0; i < 40; ++i) backend.stage(phone_capture(id_of(i)));
    PullTuning tuning;
    tuning.page_documents = 20;
    Desk desk(backend, "uid-lerato", {}, tuning);
    int pages = 0;
    desk.line.before = [&](const std::string& path, const std::string&) -> std::optional<base::Error> {
        // A different size while each page is on its way.
        if (path.ends_with(":runQuery")) desk.pull->set_load(++pages % 2 == 0 ? 3 : 1000, 2);
        return std::nullopt;
    };
    ASSERT_TRUE(desk.sync().ok());
    EXPECT_EQ(desk.count(), 40);
}

TEST(Pull, WorkingOfflineSendsNothing) {
    Backend backend;
    backend.stage(phone_capture("a"));
    Desk desk(backend);
    desk.pull->work_offline(true);
    const auto status = desk.sync();
    ASSERT_FALSE(status.ok());
    backend.queue.run_for(base::hours(1));
    EXPECT_TRUE(desk.line.paths.empty());
    EXPECT_EQ(desk.pull->progress().phase, PullPhase::offline);
    desk.pull->work_offline(false);
    backend.queue.run_for(base::minutes(1));
    EXPECT_EQ(desk.count(), 1);
}

TEST(Pull, ACutReplyIsAskedForAgain) {
    Backend backend;
    for (int i = 0; i < 10; ++i) backend.stage(phone_capture(id_of(i)));
    Desk desk(backend);
    int lost = 0;
    desk.line.after = [&](const std::string& path) -> std::optional<base::Error> {
        if (!path.ends_with(":runQuery") || ++lost > 2) return std::nullopt;
        return base::make_error(base::ErrorKind::corrupt, "The reply was cut.");
    };
    EXPECT_FALSE(desk.sync().ok());
    backend.queue.run_for(base::minutes(2));
    EXPECT_EQ(desk.count(), 10);
}

}  // namespace
}  // namespace linesman::sync::test
