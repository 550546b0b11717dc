#include "rule_fixture.h"

namespace linesman::model::testing {
namespace {

TEST(CleanCapture, HasNoFindings) {
    Bench bench;
    bench.reference.planned = {planned("LAW.P.A001", kPlace)};
    Validator validator;
    validator.set_reference(std::make_shared<const ReferenceData>(bench.reference));
    validator.put(CaptureBuilder("a"));
    EXPECT_TRUE(validator.validate(kNow).empty());
    EXPECT_TRUE(validator.findings("a").empty());
}

TEST(NumberMissing, FlagsABlankNumberAsWarning) {
    for (const char* blank : {"", "  ", "\t\r\n", "\xC2\xA0"}) {
        const auto found = Bench().find(Rule::number_missing, CaptureBuilder("a").number(blank));
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].severity, Severity::warning);
        EXPECT_FALSE(Bench().flags(Rule::number_format, CaptureBuilder("a").number(blank)));
    }
}
TEST(NumberMissing, IgnoresANumber) {
    EXPECT_FALSE(Bench().flags(Rule::number_missing, CaptureBuilder("a")));
}

TEST(NumberFormat, FlagsWhatHasToBeLookedAt) {
    for (const char* bad :
         {"LAW.S.A001", "LAW-P-001", "TEST.P.001", "2025-01-30", "LAW.P.A01", "\xFF\xFE", "LAW.P.A001x"}) {
        const auto found = Bench().find(Rule::number_format, CaptureBuilder("a").number(bad));
        ASSERT_EQ(found.size(), 1U) << bad;
        EXPECT_EQ(found[0].severity, Severity::error) << bad;
        EXPECT_EQ(found[0].field, "poleNumber");
        EXPECT_NE(found[0].threshold.find("[A-Z]"), std::string::npos);
        EXPECT_TRUE(found[0].message.find(found[0].value) != std::string::npos);
    }
}
TEST(NumberFormat, FlagsCaseAndSpacesAsWarningOnly) {
    for (const char* odd : {"law.p.a001", "LAW.P.A001 ", " LAW.P.A001"}) {
        const auto found = Bench().find(Rule::number_format, CaptureBuilder("a").number(odd));
        ASSERT_EQ(found.size(), 1U) << odd;
        EXPECT_EQ(found[0].severity, Severity::warning) << odd;
        EXPECT_NE(found[0].message.find("LAW.P.A001"), std::string::npos);
    }
}
TEST(NumberFormat, IgnoresTheNumbersOfTheField) {
    for (const char* good : {"LAW.P.A001", "LAW.P.B167", "LAW.P.C518", "LAW.P.E417", "MOH.P.A001"})
        EXPECT_FALSE(Bench().flags(Rule::number_format, CaptureBuilder("a").number(good))) << good;
}
TEST(NumberFormat, PatternsAreOfTheProject) {
    Bench bench;
    RuleSet other;
    other.project_id = "Other";
    other.number_patterns = {R"(^P\d+$)", R"(^Q\d+$)"};
    bench.reference.rule_sets = {RuleSet{}, other};
    EXPECT_FALSE(bench.flags(Rule::number_format, CaptureBuilder("a").project("Other").number("Q12")));
    EXPECT_TRUE(bench.flags(Rule::number_format, CaptureBuilder("a").project("Other").number("LAW.P.A001")));
    EXPECT_TRUE(bench.flags(Rule::number_format, CaptureBuilder("a").number("Q12")));
}

TEST(NumberPrefix, FlagsTheNumberOfAnotherProject) {
    for (const char* bad : {"MOH.P.A001", "LAWX.P.A001", "P.A001"}) {
        const auto found = Bench().find(Rule::number_prefix, CaptureBuilder("a").number(bad));
        ASSERT_EQ(found.size(), 1U) << bad;
        EXPECT_EQ(found[0].severity, Severity::warning);
        EXPECT_EQ(found[0].threshold, "LAW");
    }
}
TEST(NumberPrefix, IgnoresItsOwnPrefixInAnySpelling) {
    Bench bench;
    EXPECT_FALSE(bench.flags(Rule::number_prefix, CaptureBuilder("a").number("law-P-001")));
    bench.reference.projects[0].number_prefix = "MO, MOH.";
    EXPECT_FALSE(bench.flags(Rule::number_prefix, CaptureBuilder("a").number("MOH.P.A001")));
    EXPECT_FALSE(bench.flags(Rule::number_prefix, CaptureBuilder("a").number("MO.P.A001")));
    EXPECT_TRUE(bench.flags(Rule::number_prefix, CaptureBuilder("a").number("M.P.A001")));
    bench.reference.projects[0].number_prefix = "";
    EXPECT_FALSE(bench.flags(Rule::number_prefix, CaptureBuilder("a").number("ANY.P.A001")));
}

TEST(ProjectKnown, FlagsBlankAndUnknownAsBlocking) {
    for (const char* bad : {"", "  ", "Nowhere"}) {
        const auto found = Bench().find(Rule::project_unknown, CaptureBuilder("a").project(bad));
        ASSERT_EQ(found.size(), 1U) << bad;
        EXPECT_EQ(found[0].severity, Severity::blocking);
    }
}
TEST(ProjectKnown, IgnoresWhatCannotBeJudged) {
    Bench bench;
    EXPECT_FALSE(bench.flags(Rule::project_unknown, CaptureBuilder("a")));
    bench.reference.projects.clear();
    bench.reference.projects_known = false;
    EXPECT_FALSE(bench.flags(Rule::project_unknown, CaptureBuilder("a").project("Nowhere")));
    EXPECT_TRUE(bench.flags(Rule::project_unknown, CaptureBuilder("a").project("")));
}

}  // namespace
}  // namespace linesman::model::testing
