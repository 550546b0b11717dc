#include "model/project_import.h"

#include <gtest/gtest.h>

#include "model/geojson.h"

namespace linesman::model {
namespace {

constexpr const char* kSquare = R"({"type":"Polygon","coordinates":[[[27,-27],[28,-27],[28,-26],[27,-26],[27,-27]]]})";
// A square with a hole in its middle.
constexpr const char* kWithHole =
    R"({"type":"Polygon","coordinates":[[[27,-27],[28,-27],[28,-26],[27,-26],[27,-27]],
        [[27.4,-26.6],[27.6,-26.6],[27.6,-26.4],[27.4,-26.4],[27.4,-26.6]]]})";

TEST(ProjectImport, CsvRowsBecomeProjectsAndEmptyCellsLeaveFieldsAlone) {
    const auto read = projects_from_csv(
        "Project ID;Name;Code;Number prefix;allows blank number\nLaw-001;Lawley;LAW;LAW;yes\nMoh-002;Mohadin;;MO;\n",
        {});
    ASSERT_TRUE(read.ok()) << read.error().full();
    ASSERT_EQ(read->projects.size(), 2U);
    EXPECT_EQ(read->projects[0].id, "Law-001");
    EXPECT_EQ(read->projects[0].allows_blank_number, true);
    EXPECT_EQ(read->projects[1].code, std::nullopt);
    EXPECT_EQ(read->projects[1].allows_blank_number, std::nullopt);
    EXPECT_EQ(read->bad_rows, 0U);
}

TEST(ProjectImport, BadRowsAreNamedByLineAndTheOthersGoIn) {
    const auto read = projects_from_csv(
        "id,name,allows_bulk_override,boundary\n"
        "Law-001,Lawley,true,\n"
        ",nobody,,\n"
        "a/b,slash,,\n"
        "Law-001,twice,,\n"
        "Moh-002,Mohadin,perhaps,\n"
        "Tem-003,Tembisa,,{broken\n"
        "Eta-004,Etwatwa,no,\n",
        {});
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->projects.size(), 2U);
    EXPECT_EQ(read->rows, 7U);
    ASSERT_EQ(read->problems.size(), 5U);
    EXPECT_EQ(read->problems[0].line, 3U);
    EXPECT_EQ(read->problems[1].line, 4U);
    EXPECT_NE(read->problems[2].reason.find("line 2"), std::string::npos);
    EXPECT_EQ(read->problems[4].line, 7U);
}

TEST(ProjectImport, ABareGeometryIsTheBoundaryOfTheProjectNamedBeside) {
    const auto read = projects_from_geojson(kSquare, {"Law-001", true});
    ASSERT_TRUE(read.ok());
    ASSERT_EQ(read->projects.size(), 1U);
    EXPECT_EQ(read->projects[0].id, "Law-001");
    const auto area = parse_boundary(*read->projects[0].boundary, "it");
    ASSERT_TRUE(area.ok());
    EXPECT_TRUE(area->contains({-26.5, 27.5}));
    EXPECT_FALSE(projects_from_geojson(kSquare, {"", true})->bad_rows == 0) << "whose it is is not known";
}

TEST(ProjectImport, HolesAndSeveralPolygonsStay) {
    const std::string text =
        R"({"type":"FeatureCollection","features":[
            {"type":"Feature","id":"Law-001","properties":{"name":"Lawley"},"geometry":)" +
        std::string(kWithHole) +
        R"(},
            {"type":"Feature","properties":{"project":"Moh-002","prefix":"MO"},"geometry":{"type":"MultiPolygon",
             "coordinates":[[[[27,-27],[28,-27],[28,-26],[27,-27]]],[[[29,-27],[30,-27],[30,-26],[29,-27]]]]}}]})";
    const auto read = projects_from_geojson(text, {});
    ASSERT_TRUE(read.ok()) << read.error().full();
    ASSERT_EQ(read->projects.size(), 2U);
    const auto with_hole = parse_boundary(*read->projects[0].boundary, "it");
    ASSERT_TRUE(with_hole.ok());
    EXPECT_FALSE(with_hole->contains({-26.5, 27.5})) << "in the hole";
    EXPECT_TRUE(with_hole->contains({-26.9, 27.1}));
    EXPECT_EQ(read->projects[0].name, "Lawley");
    const auto several = parse_boundary(*read->projects[1].boundary, "it");
    ASSERT_TRUE(several.ok());
    EXPECT_EQ(several->polygons.size(), 2U);
}

TEST(ProjectImport, ABrokenFeatureIsNamedByItsNumberAndTheRestGoesIn) {
    const std::string text = R"({"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"id":"A"},"geometry":{"type":"Polygon","coordinates":[[[1,2],[3,4]]]}},
        7,
        {"type":"Feature","properties":{"id":"B"},"geometry":{"type":"Point","coordinates":[27.8,-26.3]}},
        {"type":"Feature","properties":{"id":"C"},"geometry":)" +
                             std::string(kSquare) + "}]}";
    const auto read = projects_from_geojson(text, {"", true});
    ASSERT_TRUE(read.ok());
    ASSERT_EQ(read->projects.size(), 1U);
    EXPECT_EQ(read->projects[0].id, "C");
    ASSERT_EQ(read->problems.size(), 3U);
    EXPECT_EQ(read->problems[0].line, 1U);
    EXPECT_EQ(read->problems[0].reason, "The feature has a ring of fewer than three positions.");
    EXPECT_EQ(read->problems[1].line, 2U);
    EXPECT_EQ(read->problems[2].line, 3U);
}

TEST(ProjectImport, WhatIsNoTableOrNoGeoJsonIsRefusedAsAWhole) {
    EXPECT_FALSE(projects_from_csv("", {}).ok());
    EXPECT_FALSE(projects_from_csv("a,b\n1,2\n", {}).ok());
    EXPECT_FALSE(projects_from_csv("project_id,name\nA,b\n", {"", true}).ok()) << "no boundary column";
    EXPECT_FALSE(projects_from_geojson("{\"type\":\"Nonsense\"}", {}).ok());
    EXPECT_FALSE(projects_from_geojson("{", {}).ok());
}

}  // namespace
}  // namespace linesman::model
