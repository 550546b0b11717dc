// Rules in force, previews and the list of ignored findings, as the desk shows them.
#include "app/rule_service.h"

#include <gtest/gtest.h>

#include "system/desk_fixture.h"

namespace linesman::app {
namespace {

using model::OperationKind;
using system_test::clean_capture;

TEST(RulesInForceTest, AProjectWithoutARuleSetHasTheDefaults) {
    Snapshot snapshot;
    auto reference = std::make_shared<model::ReferenceData>();
    model::RuleSet own;
    own.project_id = "Law-001";
    own.version = 3;
    own.max_accuracy_m = 8;
    reference->rule_sets = {own};
    snapshot.reference = reference;
    const auto lawley = RuleService::in_force("Law-001", snapshot);
    EXPECT_FALSE(lawley.defaults);
    EXPECT_EQ(lawley.rules.max_accuracy_m, 8);
    EXPECT_EQ(lawley.origin, "rule-sets/Law-001, version 3");
    EXPECT_EQ(lawley.hash, model::hash_of(own));
    const auto other = RuleService::in_force("Moh-001", snapshot);
    EXPECT_TRUE(other.defaults);
    EXPECT_EQ(other.hash, model::hash_of(model::RuleSet{}));
    EXPECT_NE(other.hash, lawley.hash);
}

struct RuleServiceTest : system_test::ServerTest {
    std::unique_ptr<system_test::DeskUnderTest> desk;

    // stg0: 4 m; stg1: 12 m; stg2: 30 m, which the rule set below calls an error.
    void open() {
        put("rule-sets", "Law-001",
            value_of({{"version", 1}, {"maxAccuracyM", 20}, {"severities", {{"gps_accuracy", "error"}}}}));
        for (size_t i = 0; i < 3; ++i) {
            auto capture = clean_capture(i);
            capture.gps_accuracy_m = i == 0 ? 4 : i == 1 ? 12 : 30;
            stage(capture);
        }
        desk = std::make_unique<system_test::DeskUnderTest>(server);
        desk->open();
        ASSERT_TRUE(desk->ready(3));
        ASSERT_TRUE(
            desk->wait([](const Snapshot& s) { return s.reference->rule_sets.size() == 1 && !s.rules_running; }));
    }
    static base::Json value_of(const base::Json& plain) { return sync::value::fields_from_plain(plain); }
    std::shared_ptr<const RulePreviewView> preview(double max_accuracy_m) {
        auto candidate = (*desk)->rules_in_force("Law-001").rules;
        candidate.max_accuracy_m = max_accuracy_m;
        std::shared_ptr<const RulePreviewView> found;
        EXPECT_TRUE(desk->wait([&](const Snapshot&) {
            found = (*desk)->preview_rules(candidate);
            return found && found->ready;
        }));
        return found;
    }
};

TEST_F(RuleServiceTest, APreviewNamesWhatNewlyFailsAndWhatNewlyPassesAndChangesNothing) {
    ASSERT_NO_FATAL_FAILURE(open());
    const auto stricter = preview(10);
    EXPECT_EQ(stricter->newly_failing, (std::vector<std::string>{"stg1"}));
    EXPECT_TRUE(stricter->newly_passing.empty());
    const auto looser = preview(50);
    EXPECT_TRUE(looser->newly_failing.empty());
    EXPECT_EQ(looser->newly_passing, (std::vector<std::string>{"stg2"}));
    const auto same = preview(20);
    EXPECT_TRUE(same->newly_failing.empty() && same->newly_passing.empty());
    EXPECT_EQ((*desk)->rules_in_force("Law-001").rules.max_accuracy_m, 20);
    EXPECT_EQ(desk->detail("stg2")->findings.size(), 1U) << "the desk still judges by the server's rules";
}

TEST_F(RuleServiceTest, APreviewOfAnotherProjectConcernsNoneOfThese) {
    ASSERT_NO_FATAL_FAILURE(open());
    model::RuleSet other;
    other.project_id = "Moh-001";
    other.max_accuracy_m = 1;
    std::shared_ptr<const RulePreviewView> found;
    ASSERT_TRUE(desk->wait([&](const Snapshot&) {
        found = (*desk)->preview_rules(other);
        return found && found->ready;
    }));
    EXPECT_TRUE(found->newly_failing.empty() && found->newly_passing.empty());
}

TEST_F(RuleServiceTest, AnIgnoredFindingIsListedAtOnceAndIsGoneOnceItIsTakenBack) {
    ASSERT_NO_FATAL_FAILURE(open());
    (*desk)->set_work_offline(true);
    ASSERT_TRUE(desk->wait([](const Snapshot& s) { return s.sync.work_offline; }));
    DecisionDraft draft;
    draft.kind = OperationKind::ignore_finding;
    draft.staging_id = "stg2";
    draft.reason = "Measured on site";
    draft.target = desk->detail("stg2")->findings.at(0).id;
    ASSERT_TRUE(system_test::is_durable(desk->decide(draft)));
    std::shared_ptr<const IgnoreList> list;
    const auto listed = [&](size_t count) {
        return desk->wait([&](const Snapshot&) {
            list = (*desk)->ignores();
            return list && list->items.size() == count;
        });
    };
    ASSERT_TRUE(listed(1));
    EXPECT_TRUE(list->items[0].pending);
    EXPECT_TRUE(list->items[0].stands);
    EXPECT_EQ(list->items[0].reason, "Measured on site");
    EXPECT_EQ(list->items[0].by_uid, "demo-supervisor");
    (*desk)->set_work_offline(false);
    ASSERT_TRUE(desk->all_sent());
    ASSERT_TRUE(desk->wait([&](const Snapshot&) {
        list = (*desk)->ignores();
        return list && list->items.size() == 1 && !list->items[0].pending;
    }));
    draft.kind = OperationKind::unignore_finding;
    ASSERT_TRUE(system_test::is_durable(desk->decide(draft)));
    EXPECT_TRUE(listed(0)) << "before the server has it";
    ASSERT_TRUE(desk->all_sent());
    EXPECT_EQ(documents("finding-ignores").size(), 1U) << "kept, and no longer active";
    EXPECT_TRUE(listed(0));
}

}  // namespace
}  // namespace linesman::app
