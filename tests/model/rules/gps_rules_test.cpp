#include <cmath>

#include "rule_fixture.h"

namespace linesman::model::testing {
namespace {

TEST(GpsPresent, FlagsNoPositionAndImpossibleOnesAsBlocking) {
    EXPECT_EQ(Bench().find(Rule::gps_missing, CaptureBuilder("a").no_gps()).at(0).severity, Severity::blocking);
    for (const GeoPoint bad : {GeoPoint{0, 0}, GeoPoint{91, 20}, GeoPoint{-26, 181}, GeoPoint{std::nan(""), 27}})
        EXPECT_TRUE(Bench().flags(Rule::gps_missing, CaptureBuilder("a").at(bad)));
}
TEST(GpsPresent, IgnoresAPosition) {
    EXPECT_FALSE(Bench().flags(Rule::gps_missing, CaptureBuilder("a")));
}

TEST(GpsAccuracy, FlagsWorseThanTheLimitAndNonsense) {
    const auto found = Bench().find(Rule::gps_accuracy, CaptureBuilder("a").accuracy(15.1));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::warning);
    EXPECT_EQ(found[0].value, "15.1 m");
    EXPECT_EQ(found[0].threshold, "15.0 m");
    EXPECT_TRUE(Bench().flags(Rule::gps_accuracy, CaptureBuilder("a").accuracy(-1)));
    EXPECT_TRUE(Bench().flags(Rule::gps_accuracy, CaptureBuilder("a").accuracy(std::nan(""))));
}
TEST(GpsAccuracy, IgnoresTheLimitItselfAndNoAccuracy) {
    EXPECT_FALSE(Bench().flags(Rule::gps_accuracy, CaptureBuilder("a").accuracy(15)));
    EXPECT_FALSE(Bench().flags(Rule::gps_accuracy, CaptureBuilder("a").accuracy(std::nullopt)));
    EXPECT_FALSE(Bench().flags(Rule::gps_accuracy, CaptureBuilder("a").no_gps().accuracy(99)));
}

TEST(GpsCountry, FlagsWhatIsOutsideTheBox) {
    for (const GeoPoint bad :
         {GeoPoint{27.8, -26.38}, GeoPoint{26.38, 27.8}, GeoPoint{-35.01, 20}, GeoPoint{-26, 33.01}})
        EXPECT_EQ(Bench().find(Rule::gps_country, CaptureBuilder("a").at(bad)).at(0).severity, Severity::error);
}
TEST(GpsCountry, IgnoresTheCountryAndItsEdge) {
    for (const GeoPoint good : {kPlace, GeoPoint{-35, 16}, GeoPoint{-22, 33}})
        EXPECT_FALSE(Bench().flags(Rule::gps_country, CaptureBuilder("a").at(good)));
    EXPECT_FALSE(Bench().flags(Rule::gps_country, CaptureBuilder("a").no_gps()));
}

Ring square(GeoPoint centre, double half_m) {
    return {moved(centre, -half_m, -half_m), moved(centre, half_m, -half_m), moved(centre, half_m, half_m),
            moved(centre, -half_m, half_m)};
}

TEST(GpsBoundary, FlagsOutsideAndInAHole) {
    Bench bench;
    bench.reference.projects[0].boundary.polygons = {{{square(kPlace, 1000), square(moved(kPlace, 500, 0), 100)}}};
    EXPECT_EQ(bench.find(Rule::gps_boundary, CaptureBuilder("a").at(moved(kPlace, 1100, 0))).at(0).severity,
              Severity::error);
    EXPECT_TRUE(bench.flags(Rule::gps_boundary, CaptureBuilder("a").at(moved(kPlace, 500, 0))));
}
TEST(GpsBoundary, IgnoresTheEdgeItself) {
    Bench bench;
    bench.reference.projects[0].boundary.polygons = {{{{{-26.4, 27.7}, {-26.4, 27.9}, {-26.3, 27.9}, {-26.3, 27.7}}}}};
    EXPECT_FALSE(bench.flags(Rule::gps_boundary, CaptureBuilder("a").at({-26.3, 27.8})));
    EXPECT_TRUE(bench.flags(Rule::gps_boundary, CaptureBuilder("a").at({-26.29999, 27.8})));
}
TEST(GpsBoundary, IgnoresInsideAndProjectsWithoutBoundary) {
    Bench bench;
    EXPECT_FALSE(bench.flags(Rule::gps_boundary, CaptureBuilder("a").at(moved(kPlace, 1e5, 0))));
    bench.reference.projects[0].boundary.polygons = {{{square(moved(kPlace, 5000, 0), 100)}}, {{square(kPlace, 100)}}};
    EXPECT_FALSE(bench.flags(Rule::gps_boundary, CaptureBuilder("a")));
}

TEST(PlannedDistance, FlagsBeyondTheThresholds) {
    Bench bench;
    bench.reference.planned = {planned("law.p.a001", kPlace)};
    EXPECT_EQ(bench.find(Rule::planned_distance, CaptureBuilder("a").at(moved(kPlace, 51, 0))).at(0).severity,
              Severity::warning);
    const auto found = bench.find(Rule::planned_distance, CaptureBuilder("a").at(moved(kPlace, 0, 101)));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::error);
    EXPECT_EQ(found[0].threshold, "100 m");
}
TEST(PlannedDistance, IgnoresNearAndUnplannedNumbers) {
    Bench bench;
    bench.reference.planned = {planned("LAW.P.A001", kPlace)};
    EXPECT_FALSE(bench.flags(Rule::planned_distance, CaptureBuilder("a").at(moved(kPlace, 49, 0))));
    EXPECT_FALSE(
        bench.flags(Rule::planned_distance, CaptureBuilder("a").number("LAW.P.A009").at(moved(kPlace, 500, 0))));
    EXPECT_FALSE(bench.flags(Rule::planned_distance, CaptureBuilder("a").project("Other").at(moved(kPlace, 500, 0))));
}

TEST(PlannedNearerOther, FlagsBeyondTheAccuracyOnly) {
    Bench bench;
    bench.reference.planned = {planned("LAW.P.A001", kPlace), planned("LAW.P.A002", moved(kPlace, 16, 0))};
    const auto found = bench.find(Rule::planned_nearer_other, CaptureBuilder("a").at(moved(kPlace, 12, 0)).accuracy(4));
    ASSERT_EQ(found.size(), 1U);  // 4 + 4 < 12
    EXPECT_EQ(found[0].severity, Severity::warning);
    EXPECT_NE(found[0].message.find("LAW.P.A002"), std::string::npos);
    // A wrong number on the right pole: the capture stands far from its own.
    EXPECT_TRUE(
        bench.flags(Rule::planned_nearer_other, CaptureBuilder("a").number("LAW.P.A002").at(kPlace).accuracy(5)));
    bench.reference.planned.push_back(planned("LAW.P.B001", moved(kPlace, 5000, 0)));
    EXPECT_TRUE(
        bench.flags(Rule::planned_nearer_other, CaptureBuilder("a").number("LAW.P.B001").at(moved(kPlace, 16, 140))));
}
TEST(PlannedNearerOther, IgnoresWithinTheAccuracyAndOtherProjects) {
    Bench bench;
    bench.reference.planned = {planned("LAW.P.A001", kPlace), planned("LAW.P.A002", moved(kPlace, 16, 0))};
    EXPECT_FALSE(bench.flags(Rule::planned_nearer_other, CaptureBuilder("a").at(moved(kPlace, 12, 0)).accuracy(9)));
    EXPECT_FALSE(
        bench.flags(Rule::planned_nearer_other, CaptureBuilder("a").at(moved(kPlace, 12, 0)).accuracy(std::nullopt)));
    EXPECT_FALSE(bench.flags(Rule::planned_nearer_other, CaptureBuilder("a").at(moved(kPlace, 6, 0)).accuracy(1)));
    bench.reference.planned[1].project_id = "Other";
    EXPECT_FALSE(bench.flags(Rule::planned_nearer_other, CaptureBuilder("a").at(moved(kPlace, 12, 0)).accuracy(1)));
}

}  // namespace
}  // namespace linesman::model::testing
