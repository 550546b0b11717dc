#include "rule_fixture.h"

namespace linesman::model::testing {
namespace {

TEST(FieldTooLarge, FlagsLongTexts) {
    CaptureBuilder builder("a");
    builder.raw().notes = std::string(4097, 'x');
    const auto found = Bench().find(Rule::field_too_large, builder);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].field, "notes");
    EXPECT_EQ(found[0].severity, Severity::error);
    EXPECT_TRUE(Bench().flags(Rule::field_too_large, CaptureBuilder("a").number(std::string(200'000, 'A'))));
}
TEST(FieldTooLarge, IgnoresTheLimitItself) {
    CaptureBuilder builder("a");
    builder.raw().notes = std::string(4096, 'x');
    EXPECT_FALSE(Bench().flags(Rule::field_too_large, builder));
}

TEST(FieldNotText, FlagsBadFieldsOnceEach) {
    CaptureBuilder builder("a");
    builder.raw().bad_fields = {"gpsAccuracy", "notes"};
    builder.raw().notes = "\xC3\x28";
    const auto found = Bench().find(Rule::field_not_text, builder);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].field, "gpsAccuracy");
}
TEST(FieldNotText, IgnoresTextOfAnyLanguage) {
    CaptureBuilder builder("a");
    builder.raw().notes = "Paal by die hék, Ümlaut, 电线杆";
    EXPECT_FALSE(Bench().flags(Rule::field_not_text, builder));
}

TEST(DocumentUnreadable, FlagsAndSilencesEverythingElse) {
    Capture capture;
    capture.staging_id = "a";
    capture.shape = SourceShape::unreadable;
    Validator validator;
    validator.put(capture);
    validator.validate(kNow);
    ASSERT_EQ(validator.findings("a").size(), 1U);
    EXPECT_EQ(validator.findings("a")[0].rule, Rule::document_unreadable);
    EXPECT_EQ(validator.findings("a")[0].severity, Severity::blocking);
}
TEST(DocumentUnreadable, IgnoresOlderShapes) {
    CaptureBuilder builder("a");
    builder.raw().shape = SourceShape::pole_plantings;
    EXPECT_FALSE(Bench().flags(Rule::document_unreadable, builder));
}

TEST(DeviceReported, FlagsWhatOthersWrote) {
    CaptureBuilder builder("a");
    builder.raw().validation_errors = {{"photos", "required", "No photo", "error", "", ""},
                                       {"photos", "required", "No photo", "error", "", ""}};
    const auto found = Bench().find(Rule::device_reported, builder);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::warning);
    EXPECT_EQ(found[0].field, "photos");
    EXPECT_NE(found[0].message.find("No photo"), std::string::npos);
}
TEST(DeviceReported, IgnoresOurWriteBackAndAPersonsRejection) {
    CaptureBuilder builder("a");
    builder.raw().validation_errors = {
        {"general", "manual_rejection", "Wrong pole", "error", "", ""},
        {"gpsAccuracy", "gps_accuracy", "old words", "warning", "gps_accuracy", "0123456789abcdef"}};
    EXPECT_FALSE(Bench().flags(Rule::device_reported, builder));
}

TEST(Severities, NoneSwitchesEveryRuleOff) {
    Bench bench;
    bench.rules().severities.fill(Severity::none);
    Capture wrong;
    wrong.staging_id = "a";
    wrong.notes = std::string(10'000, 'x');
    wrong.captured_at = base::Timestamp{0};
    wrong.validation_errors = {{"f", "r", "m", "error", "", ""}};
    Validator validator;
    validator.set_reference(std::make_shared<const ReferenceData>(bench.reference));
    validator.put(wrong);
    validator.validate(kNow);
    EXPECT_TRUE(validator.findings("a").empty());
}

TEST(Severities, AreTheRuleSets) {
    Bench bench;
    bench.rules().severities[static_cast<size_t>(Rule::gps_accuracy)] = Severity::error;
    EXPECT_EQ(bench.find(Rule::gps_accuracy, CaptureBuilder("a").accuracy(20)).at(0).severity, Severity::error);
}

TEST(FindingIds, DoNotDependOnThresholds) {
    Bench bench;
    const std::string id = bench.find(Rule::gps_accuracy, CaptureBuilder("a").accuracy(50)).at(0).id;
    bench.rules().max_accuracy_m = 20;
    EXPECT_EQ(bench.find(Rule::gps_accuracy, CaptureBuilder("a").accuracy(60)).at(0).id, id);
    EXPECT_EQ(id, finding_id("a", Rule::gps_accuracy, "gpsAccuracy", ""));
    bench.reference.ignores[id] = {"Known bad antenna", "sup-1"};
    const auto found = bench.find(Rule::gps_accuracy, CaptureBuilder("a").accuracy(60));
    EXPECT_TRUE(found.at(0).ignored);
    EXPECT_EQ(found.at(0).ignore_reason, "Known bad antenna");
}

}  // namespace
}  // namespace linesman::model::testing
