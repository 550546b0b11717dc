#include "app/rule_run.h"

#include <gtest/gtest.h>

#include "app/app_support.h"
#include "app/reference_loader.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

using base::Json;

struct RuleRunTest : testing::Test {
    test::TempFolder folder;
    base::ManualClock clock;
    Profile profile;
    base::WorkerPool pool{1};

    void put(const std::vector<model::Capture>& captures) {
        auto opened = store::Cache::open(folder.file("cache.db"), clock);
        ASSERT_TRUE(opened.ok());
        store::CacheBatch batch;
        for (const auto& capture : captures) batch.documents.push_back(test::cached(capture, test::kVersion1));
        batch.documents.push_back({profile.staging, "broken", test::kVersion1, "[1]", ""});
        ASSERT_TRUE(opened->cache.apply(batch).ok());
    }
    std::unique_ptr<RuleRun> run() {
        auto done = run_rules(folder.file("cache.db"), profile, pool, clock.now());
        EXPECT_TRUE(done.ok());
        return done.ok() ? std::move(*done) : nullptr;
    }
};

TEST_F(RuleRunTest, CountsByRuleAndSeverityOfWaitingCaptures) {
    auto clean = model::test::a_capture("clean");
    auto lost = model::test::a_capture("lost");
    lost.pole_number = "LAW.P.B999";
    lost.gps.reset();
    auto rejected = lost;
    rejected.staging_id = "rejected";
    rejected.offline_id = "offline_rejected";
    rejected.review.emplace();
    rejected.review->decision = model::Decision::rejected;
    put({clean, lost, rejected});
    const auto done = run();
    ASSERT_TRUE(done);
    EXPECT_EQ(done->items.size(), 4U);
    const auto waiting = count_findings(*done, {}, false);
    EXPECT_EQ(waiting.by_rule.at(model::Rule::gps_missing).by_severity[static_cast<size_t>(model::Severity::blocking)],
              1U);
    const auto all = count_findings(*done, {}, true);
    EXPECT_EQ(all.captures, 4U);
    EXPECT_EQ(all.by_rule.at(model::Rule::gps_missing).by_severity[static_cast<size_t>(model::Severity::blocking)], 2U);
    EXPECT_EQ(count_findings(*done, {"no such project"}, true).captures, 0U);
}

TEST_F(RuleRunTest, AnEmptyDeskSaysWhatToDo) {
    const auto done = run_rules(folder.file("cache.db"), profile, pool, clock.now());
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().kind, base::ErrorKind::not_found);
    EXPECT_NE(done.error().what.find("sync"), std::string::npos);
}

TEST_F(RuleRunTest, APreviewGoesOnTopOfWhatIsInForce) {
    auto capture = model::test::a_capture("one");
    capture.gps_accuracy_m = 12;
    put({capture});
    const auto done = run();
    ASSERT_TRUE(done);
    const auto project = capture.project_id;
    const auto stricter = preview_changes(
        *done, project, {{"maxAccuracyM", 5}, {"severities", {{"gps_accuracy", "error"}}}}, clock.now(), pool);
    ASSERT_TRUE(stricter.ok()) << stricter.error().full();
    EXPECT_EQ(stricter->preview.newly_failing, std::vector<std::string>{"one"});
    EXPECT_EQ(stricter->candidate.planned_error_m, model::RuleSet{}.planned_error_m);
    EXPECT_FALSE(preview_changes(*done, project, {{"nonsense", 1}}, clock.now(), pool).ok());
}

}  // namespace
}  // namespace linesman::app
