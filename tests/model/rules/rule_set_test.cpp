#include "model/rules/rule_set.h"

#include "model/slot.h"

namespace linesman::model {
namespace {

TEST(RuleSet, DefaultsAreThoseOfTheDomainFacts) {
    const RuleSet rules;
    EXPECT_EQ(rules.severity(Rule::gps_missing), Severity::blocking);
    EXPECT_EQ(rules.severity(Rule::project_unknown), Severity::blocking);
    EXPECT_EQ(rules.severity(Rule::number_in_production), Severity::blocking);
    EXPECT_EQ(rules.severity(Rule::gps_boundary), Severity::error);
    EXPECT_EQ(rules.severity(Rule::photos_missing), Severity::error);
    EXPECT_EQ(rules.severity(Rule::duplicate_number), Severity::error);
    for (const Rule rule :
         {Rule::number_missing, Rule::number_prefix, Rule::gps_accuracy, Rule::near_duplicate, Rule::photo_reused,
          Rule::speed_impossible, Rule::duplicate_number_other_project, Rule::device_reported})
        EXPECT_EQ(rules.severity(rule), Severity::warning) << code_of(rule);
}

TEST(RuleSet, GoesThroughJsonUnchanged) {
    RuleSet rules;
    rules.project_id = "Law-001";
    rules.version = 7;
    rules.number_patterns = {R"(^X\d+$)", "^Y"};
    rules.max_accuracy_m = 12.25;
    rules.required_photos = static_cast<uint8_t>(bit(Slot::front) | bit(Slot::depth));
    rules.severities[static_cast<size_t>(Rule::photo_reused)] = Severity::none;
    const auto back = rule_set_from_json(to_json(rules));
    ASSERT_TRUE(back.ok()) << back.error().what;
    EXPECT_EQ(*back, rules);
    EXPECT_EQ(hash_of(*back), hash_of(rules));
    EXPECT_EQ(hash_of(rules).size(), 64U);
    EXPECT_NE(hash_of(rules), hash_of(RuleSet{}));
}

TEST(RuleSet, AbsentKeysKeepDefaultsAndUnknownOnesAreIgnored) {
    const auto rules =
        rule_set_from_json({{"maxSpeedKmh", 90}, {"colour", "red"}, {"severities", {{"of_tomorrow", "error"}}}});
    ASSERT_TRUE(rules.ok());
    RuleSet expected;
    expected.max_speed_kmh = 90;
    EXPECT_EQ(*rules, expected);
}

TEST(RuleSet, RefusesWrongValuesNamingTheKey) {
    const std::vector<std::pair<const char*, base::Json>> bad = {
        {"maxAccuracyM", {{"maxAccuracyM", "15"}}},
        {"duplicateRadiusM", {{"duplicateRadiusM", 51}}},
        {"duplicateRadiusM", {{"duplicateRadiusM", -1}}},
        {"maxTextBytes", {{"maxTextBytes", 1.5}}},
        {"version", {{"version", UINT64_MAX}}},
        {"projectId", {{"projectId", 3}}},
        {"numberPatterns", {{"numberPatterns", "^A$"}}},
        {"cannot be used", {{"numberPatterns", {"("}}}},
        {"requiredPhotos", {{"requiredPhotos", {"sky"}}}},
        {"severities.gps_missing", {{"severities", {{"gps_missing", "fatal"}}}}},
        {"plannedWarningM", {{"plannedWarningM", 500}}},
        {"minLatitude", {{"minLatitude", 10}}},
    };
    for (const auto& [key, json] : bad) {
        const auto rules = rule_set_from_json(json);
        ASSERT_FALSE(rules.ok()) << json;
        EXPECT_EQ(rules.error().kind, base::ErrorKind::corrupt);
        EXPECT_NE(rules.error().what.find(key), std::string::npos) << rules.error().what;
    }
    EXPECT_FALSE(rule_set_from_json(base::Json::array()).ok());
}

}  // namespace
}  // namespace linesman::model
