#include "rule_fixture.h"

namespace linesman::model::testing {
namespace {

const GeoPoint kFar = moved(kPlace, 500, 0);

TEST(DuplicateNumber, FlagsBothCaptures) {
    const std::vector<Capture> both = {CaptureBuilder("a"), CaptureBuilder("b").number(" law.p.a001").at(kFar)};
    for (const char* id : {"a", "b"}) {
        const auto found = Bench().find(Rule::duplicate_number, id, both);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].severity, Severity::error);
        EXPECT_EQ(found[0].others, std::vector<std::string>{*id == 'a' ? "b" : "a"});
        EXPECT_EQ(found[0].value, "LAW.P.A001");
    }
}
TEST(DuplicateNumber, IgnoresOtherNumbersBlankOnesAndTheSameUpload) {
    const Capture a = CaptureBuilder("a");
    EXPECT_TRUE(
        Bench().find(Rule::duplicate_number, "a", {a, CaptureBuilder("b").number("LAW.P.A002").at(kFar)}).empty());
    EXPECT_TRUE(Bench().find(Rule::duplicate_number, "a", {a, CaptureBuilder("b").upload("offline_a")}).empty());
    EXPECT_TRUE(
        Bench()
            .find(Rule::duplicate_number, "a", {CaptureBuilder("a").number(""), CaptureBuilder("b").number(" ")})
            .empty());
}
TEST(DuplicateNumber, IgnoresRejectedAndSupersededCaptures) {
    for (const Decision decision : {Decision::rejected, Decision::superseded}) {
        const std::vector<Capture> both = {CaptureBuilder("a"), CaptureBuilder("b").at(kFar).decided(decision)};
        EXPECT_TRUE(Bench().find(Rule::duplicate_number, "a", both).empty());
        // Whoever reconsiders a rejection still sees what stands in its way.
        EXPECT_EQ(Bench().find(Rule::duplicate_number, "b", both).size(), decision == Decision::rejected ? 1U : 0U);
    }
    CaptureBuilder again = CaptureBuilder("b").at(kFar).decided(Decision::rejected);
    again.raw().resubmission = 1;
    EXPECT_EQ(Bench().find(Rule::duplicate_number, "a", {CaptureBuilder("a"), again}).size(), 1U);
}
TEST(DuplicateNumber, OneUploadStagedTwiceIsOneOther) {
    const std::vector<Capture> three = {CaptureBuilder("a"), CaptureBuilder("b").at(kFar),
                                        CaptureBuilder("c").at(kFar).upload("offline_b")};
    const auto found = Bench().find(Rule::duplicate_number, "a", three);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].others, (std::vector<std::string>{"b", "c"}));
}
TEST(DuplicateNumber, ManyDuplicatesAreNotListedWithoutEnd) {
    std::vector<Capture> many;
    for (int i = 0; i < 300; ++i)
        many.push_back(CaptureBuilder(named("c", static_cast<size_t>(1000 + i))).at(moved(kPlace, 20.0 * i, 0)));
    const auto found = Bench().find(Rule::duplicate_number, "c1150", many);
    EXPECT_EQ(found.size(), 8U);
    EXPECT_FALSE(Bench().find(Rule::duplicate_number, "c1299", many).empty());
}

TEST(DuplicateNumberOtherProject, FlagsAsWarning) {
    const std::vector<Capture> both = {CaptureBuilder("a"), CaptureBuilder("b").project("Other").at(kFar)};
    const auto found = Bench().find(Rule::duplicate_number_other_project, "a", both);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::warning);
    EXPECT_TRUE(Bench().find(Rule::duplicate_number, "a", both).empty());
}
TEST(DuplicateNumberOtherProject, IgnoresTheSameProject) {
    EXPECT_TRUE(
        Bench()
            .find(Rule::duplicate_number_other_project, "a", {CaptureBuilder("a"), CaptureBuilder("b").at(kFar)})
            .empty());
}

TEST(NumberInProduction, FlagsTheNumberOfAnotherPole) {
    Bench bench;
    bench.reference.production_numbers[pole_key_id("Law-001", "LAW.P.A001")] = "p_somebody";
    const auto found = bench.find(Rule::number_in_production, CaptureBuilder("a").number("law.p.a001 "));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::blocking);
    EXPECT_EQ(found[0].threshold, "p_somebody");
}
TEST(NumberInProduction, IgnoresItsOwnProductionDocument) {
    Bench bench;
    const std::string key = pole_key_id("Law-001", "LAW.P.A001");
    bench.reference.production_numbers[key] = production_id("offline_a");
    EXPECT_FALSE(bench.flags(Rule::number_in_production, CaptureBuilder("a")));
    bench.reference.production_numbers[key] = "indexed-later";
    CaptureBuilder old("a");
    old.raw().production_id = "indexed-later";
    EXPECT_FALSE(bench.flags(Rule::number_in_production, old));
    EXPECT_TRUE(bench.flags(Rule::number_in_production, CaptureBuilder("a")));
    EXPECT_FALSE(bench.flags(Rule::number_in_production, CaptureBuilder("a").project("Other")));
}

TEST(DuplicateUpload, FlagsTheSameUploadTwice) {
    const std::vector<Capture> both = {CaptureBuilder("a"), CaptureBuilder("b").upload("offline_a ")};
    for (const char* id : {"a", "b"}) {
        const auto found = Bench().find(Rule::duplicate_upload, id, both);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].severity, Severity::error);
    }
    EXPECT_TRUE(Bench().find(Rule::near_duplicate, "a", both).empty());
}
TEST(DuplicateUpload, IgnoresDistinctUploadsBlankIdsAndMergedOnes) {
    const Capture a = CaptureBuilder("a");
    const Capture distinct = CaptureBuilder("b")
                                 .upload("offline_a")
                                 .device("device_x")
                                 .number("LAW.P.A002")
                                 .captured(kNow - base::hours(9))
                                 .at(kFar);
    ASSERT_TRUE(are_distinct_uploads(a, distinct));
    EXPECT_TRUE(Bench().find(Rule::duplicate_upload, "a", {a, distinct}).empty());
    EXPECT_TRUE(Bench()
                    .find(Rule::duplicate_upload, "a", {CaptureBuilder("a").upload(""), CaptureBuilder("b").upload("")})
                    .empty());
    EXPECT_TRUE(Bench()
                    .find(Rule::duplicate_upload, "a",
                          {a, CaptureBuilder("b").upload("offline_a").decided(Decision::superseded)})
                    .empty());
}

TEST(NearDuplicate, FlagsAnotherNumberOnTheSpot) {
    for (const char* number : {"LAW.P.A002", ""}) {
        const auto found =
            Bench().find(Rule::near_duplicate, "a",
                         {CaptureBuilder("a"), CaptureBuilder("b").number(number).at(moved(kPlace, 3, 3.5))});
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].severity, Severity::warning);
        EXPECT_EQ(found[0].value, "4.6 m");
        EXPECT_EQ(found[0].threshold, "5.0 m");
    }
}
TEST(NearDuplicate, IgnoresTheSameNumberAndWhatIsFurther) {
    EXPECT_TRUE(Bench().find(Rule::near_duplicate, "a", {CaptureBuilder("a"), CaptureBuilder("b")}).empty());
    for (const auto& [east, north] : {std::pair(5.2, 0.0), {0.0, -5.2}, {4.0, 4.0}})
        EXPECT_TRUE(
            Bench()
                .find(Rule::near_duplicate, "a",
                      {CaptureBuilder("a"), CaptureBuilder("b").number("LAW.P.A002").at(moved(kPlace, east, north))})
                .empty());
}
TEST(NearDuplicate, TheRadiusIsOfTheProject) {
    Bench bench;
    bench.rules().duplicate_radius_m = 20;
    const std::vector<Capture> both = {CaptureBuilder("a"),
                                       CaptureBuilder("b").number("LAW.P.A002").at(moved(kPlace, -19, 0))};
    EXPECT_EQ(bench.find(Rule::near_duplicate, "a", both).size(), 1U);
    EXPECT_EQ(bench.find(Rule::near_duplicate, "b", both).size(), 1U);
}

}  // namespace
}  // namespace linesman::model::testing
