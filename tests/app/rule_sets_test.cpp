#include "app/rule_sets.h"

#include <gtest/gtest.h>

#include "app/app_support.h"
#include "app/reference_loader.h"
#include "sync/value_codec.h"
#include "system/desk_fixture.h"

namespace linesman::app {
namespace {

namespace value = sync::value;
using base::Json;

TEST(RuleSetChanges, GoOnTopMemberByMemberAndNullTakesAway) {
    const Json rules = {{"maxAccuracyM", 8}, {"severities", {{"gps_accuracy", "error"}, {"gps_missing", "error"}}}};
    const auto changed = with_changes(
        rules, {{"maxAccuracyM", nullptr}, {"plannedErrorM", 70}, {"severities", {{"gps_missing", nullptr}}}});
    ASSERT_TRUE(changed.ok()) << changed.error().full();
    EXPECT_EQ(*changed, (Json{{"plannedErrorM", 70}, {"severities", {{"gps_accuracy", "error"}}}}));
}

TEST(RuleSetChanges, AMemberThatNoRuleSetHasOrAWrongValueIsNamed) {
    for (const auto& [text, named] :
         {std::pair{R"({"maxAcuracyM": 1})", "maxAcuracyM"},
          std::pair{R"({"severities": {"gps_mising": "error"}})", "gps_mising"},
          std::pair{R"({"maxAccuracyM": "five"})", "maxAccuracyM"},
          std::pair{R"({"severities": {"gps_missing": "deadly"}})", "gps_missing"}, std::pair{R"([1])", "object"}}) {
        const auto changed = with_changes(Json::object(), Json::parse(text));
        ASSERT_FALSE(changed.ok()) << text;
        EXPECT_NE(changed.error().what.find(named), std::string::npos) << changed.error().what;
    }
}

struct RuleSetCacheTest : testing::Test {
    test::TempFolder folder;
    base::ManualClock clock;
    Profile profile;

    void put(const Json& plain, const char* version, std::map<std::string, std::optional<std::string>> values = {}) {
        auto opened = store::Cache::open(folder.file("cache.db"), clock);
        ASSERT_TRUE(opened.ok());
        store::CacheBatch batch;
        batch.documents.push_back({kRuleSets, "Law-001", version, base::to_text(value::fields_from_plain(plain)), ""});
        batch.values = std::move(values);
        ASSERT_TRUE(opened->cache.apply(batch).ok());
    }
    LoadedReference load() {
        auto reader = store::CacheReader::open(folder.file("cache.db"));
        auto loaded = load_reference(*reader, profile);
        EXPECT_TRUE(loaded.ok());
        return std::move(*loaded);
    }
    RuleSetView view(const std::string& project = "Law-001") {
        auto shown = rule_set_view(folder.file("cache.db"), project);
        EXPECT_TRUE(shown.ok());
        return *shown;
    }
    static std::string origin_of(const RuleSetView& view, const std::string& key) {
        for (const auto& entry : view.values) {
            if (entry.key == key) return entry.origin;
        }
        return "absent";
    }
};

TEST_F(RuleSetCacheTest, EveryValueSaysWhereItComesFrom) {
    put({{"version", 3}, {"maxAccuracyM", 8}, {"severities", {{"gps_accuracy", "error"}}}}, test::kVersion1);
    const auto shown = view();
    EXPECT_EQ(shown.version, 3);
    EXPECT_TRUE(shown.problem.empty());
    EXPECT_EQ(origin_of(shown, "maxAccuracyM"), "version 3 of the server");
    EXPECT_EQ(origin_of(shown, "plannedErrorM"), "default");
    EXPECT_EQ(origin_of(shown, "severities.gps_accuracy"), "version 3 of the server");
    EXPECT_EQ(origin_of(shown, "severities.gps_missing"), "default");
    EXPECT_EQ(origin_of(view("Moh-002"), "maxAccuracyM"), "default");
}

TEST_F(RuleSetCacheTest, AMalformedRuleSetLeavesTheLastGoodOneInForceAndNamesTheMember) {
    put({{"version", 1}, {"maxAccuracyM", 8}}, test::kVersion1);
    const auto good = load();
    ASSERT_EQ(good.good_rules.size(), 1U);
    EXPECT_TRUE(good.rule_problems.empty());
    std::map<std::string, std::optional<std::string>> kept(good.good_rules.begin(), good.good_rules.end());
    put({{"version", 2}, {"maxAccuracyM", "eight"}}, test::kVersion2, kept);
    const auto loaded = load();
    ASSERT_EQ(loaded.data->rule_sets.size(), 1U);
    EXPECT_EQ(loaded.data->rule_sets[0].max_accuracy_m, 8);
    EXPECT_EQ(loaded.data->rule_sets[0].version, 1);
    EXPECT_EQ(loaded.data->rule_sets[0].project_id, "Law-001");
    ASSERT_EQ(loaded.rule_problems.size(), 1U);
    EXPECT_NE(loaded.rule_problems[0].find("maxAccuracyM"), std::string::npos);
    EXPECT_NE(loaded.rule_problems[0].find("Version 1"), std::string::npos);
    EXPECT_TRUE(loaded.good_rules.empty()) << "the broken one does not replace it";
    const auto shown = view();
    EXPECT_NE(shown.problem.find("maxAccuracyM"), std::string::npos);
    EXPECT_EQ(origin_of(shown, "maxAccuracyM"), "last good version 1");
}

TEST_F(RuleSetCacheTest, WithoutALastGoodOneTheDefaultsStand) {
    put({{"maxAccuracyM", "eight"}}, test::kVersion1);
    const auto loaded = load();
    EXPECT_TRUE(loaded.data->rule_sets.empty());
    ASSERT_EQ(loaded.rule_problems.size(), 1U);
    EXPECT_NE(loaded.rule_problems[0].find("defaults"), std::string::npos);
}

// Against the server.
struct SetRulesTest : system_test::ServerTest {
    test::TempFolder folder;
    base::SystemClock clock;
    std::unique_ptr<OfficeLine> line;
    std::optional<Administration> office;

    void SetUp() override {
        ServerTest::SetUp();
        line = open("admin");
        auto opened = Administration::open(folder.file("outbox.db"), clock);
        ASSERT_TRUE(opened.ok());
        office.emplace(std::move(*opened));
    }
    std::unique_ptr<OfficeLine> open(const std::string& person) {
        system_test::DeskUnderTest desk(server, person);
        OfficeLineOptions options;
        options.backoff = {base::milliseconds(5), 1.5, base::milliseconds(50), 0};
        auto opened = OfficeLine::open(desk.options().profile, desk.options().credentials, options);
        EXPECT_TRUE(opened.ok());
        return opened ? std::move(*opened) : nullptr;
    }
    base::Result<RuleSetChange> set(const Json& changes) {
        return set_rules(*line, *office, "Law-001", changes, false);
    }
    Json stored() { return value::fields_to_plain(documents(kRuleSets).at("Law-001")); }
};

TEST_F(SetRulesTest, EachChangeIsOneVersionMoreWithItsAuditEntryInTheChain) {
    ASSERT_TRUE(set({{"maxAccuracyM", 8}}).ok());
    const auto second = set({{"plannedErrorM", 70}, {"maxAccuracyM", nullptr}});
    ASSERT_TRUE(second.ok()) << second.error().full();
    EXPECT_EQ(second->version, 2);
    EXPECT_EQ(stored()["plannedErrorM"], 70);
    EXPECT_FALSE(stored().contains("maxAccuracyM"));
    const auto audit = documents(system_test::kAudit);
    ASSERT_EQ(audit.size(), 2U);
    const auto& entry = audit.at(second->op_id);
    EXPECT_EQ(value::text_at(entry, "kind"), "rule_set");
    EXPECT_EQ(value::text_at(entry, "by"), "demo-admin");
    EXPECT_EQ(value::text_at(entry, "desk_id"), office->outbox().desk_id());
    EXPECT_EQ(value::integer_at(entry, "sequence"), 3);
    EXPECT_EQ(value::to_plain(entry.at("from"))["version"], 1);
}

TEST_F(SetRulesTest, ALostReplyIsRecognisedByTheAuditEntry) {
    server.faults().next(backend::FaultRule::Kind::drop_reply, 1, ":commit");
    const auto change = set({{"maxAccuracyM", 8}});
    ASSERT_TRUE(change.ok()) << change.error().full();
    EXPECT_EQ(stored()["version"], 1);
    EXPECT_EQ(documents(system_test::kAudit).size(), 1U);
}

TEST_F(SetRulesTest, ABusyServerIsTriedAgain) {
    server.faults().next(backend::FaultRule::Kind::unavailable, 2, ":commit");
    const auto change = set({{"maxAccuracyM", 8}});
    ASSERT_TRUE(change.ok()) << change.error().full();
    EXPECT_EQ(stored()["version"], 1);
}

TEST_F(SetRulesTest, OthersThanAdminsAreRefusedAndNothingIsJournalled) {
    line = open("supervisor");
    const auto change = set({{"maxAccuracyM", 8}});
    ASSERT_FALSE(change.ok());
    EXPECT_EQ(change.error().kind, base::ErrorKind::permission_denied);
    EXPECT_EQ(office->outbox().head()->sequence, 0);
    EXPECT_TRUE(documents(kRuleSets).empty());
}

TEST_F(SetRulesTest, AMalformedRuleSetOnTheServerCanBeSetRight) {
    put(kRuleSets, "Law-001",
        {{"version", value::integer(4)}, {"maxAccuracyM", value::text("x")}, {"plannedErrorM", value::number(70)}});
    const auto change = set({{"maxAccuracyM", 9}});
    ASSERT_TRUE(change.ok()) << change.error().full();
    EXPECT_EQ(change->version, 5);
    EXPECT_EQ(stored()["maxAccuracyM"], 9);
    EXPECT_EQ(stored()["plannedErrorM"], 70.0);
}

}  // namespace
}  // namespace linesman::app
