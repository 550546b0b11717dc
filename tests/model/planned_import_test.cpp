#include "model/planned_import.h"

#include "base/file.h"
#include "model/csv.h"

namespace linesman::model {
namespace {

std::vector<std::vector<std::string>> rows_of(std::string_view text) {
    CsvReader reader(text);
    CsvRow row;
    std::vector<std::vector<std::string>> rows;
    while (reader.next(row)) rows.push_back(row.fields);
    return rows;
}

PlannedImport import_csv(std::string_view text) {
    auto result = planned_from_csv(text, "Law-001");
    EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().what);
    return result.ok() ? std::move(result).value() : PlannedImport{};
}

using Rows = std::vector<std::vector<std::string>>;

TEST(Csv, ReadsQuotesLineEndsAndMarks) {
    EXPECT_EQ(rows_of("a,b\r\n1,2\r\n"), (Rows{{"a", "b"}, {"1", "2"}}));
    EXPECT_EQ(rows_of("\xEF\xBB\xBF"
                      "a,b\r1,\n\n\n3"),
              (Rows{{"a", "b"}, {"1", ""}, {"3"}}));
    EXPECT_EQ(rows_of("\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\nx"),
              (Rows{{"a,b", "say \"hi\"", "two\r\nlines"}, {"x"}}));
    EXPECT_EQ(rows_of("a;b\n1,5;2"), (Rows{{"a", "b"}, {"1,5", "2"}}));
    EXPECT_EQ(rows_of("a\tb\n1\t2"), (Rows{{"a", "b"}, {"1", "2"}}));
    EXPECT_EQ(rows_of("a,\n,"), (Rows{{"a", ""}, {"", ""}}));
    EXPECT_TRUE(rows_of("").empty());
    EXPECT_TRUE(rows_of("\n\r\n").empty());
}

TEST(Csv, CountsLinesAndSurvivesAnOpenQuote) {
    CsvReader reader("a,b\n\"x\r\ny\",1\n\n2,3\n\"open\n1,2");
    CsvRow row;
    std::vector<size_t> lines;
    while (reader.next(row)) lines.push_back(row.line);
    EXPECT_EQ(lines, (std::vector<size_t>{1, 2, 5, 6}));
    EXPECT_TRUE(row.unclosed_quote || lines.size() == 4);
}

TEST(Csv, CutsFieldsAndRowsThatAreTooLong) {
    const std::string text(200'000, 'x');
    EXPECT_EQ(rows_of(text).at(0).at(0).size(), kMaxCsvField);
    EXPECT_EQ(rows_of(std::string(5'000, ',')).at(0).size(), kMaxCsvFields);
}

TEST(PlannedImport, TakesTheLawleyFileClean) {
    const std::string path = std::string(LINESMAN_SOURCE_DIR) + "/../shared/data/planned-poles-lawley.csv";
    const auto text = base::read_file(path);
    if (!text) GTEST_SKIP() << "the file of real positions is not here";
    const auto imported = import_csv(*text);
    EXPECT_EQ(imported.poles.size(), 4468U);
    EXPECT_TRUE(imported.problems.empty());
    EXPECT_EQ(imported.poles[0].pole_number, "LAW.P.A001");
    EXPECT_EQ(imported.poles[0].pole_type, "feeder");
    EXPECT_EQ(imported.poles[0].pon, "1");
    EXPECT_EQ(imported.poles[0].project_id, "Law-001");
    EXPECT_NEAR(imported.poles[0].position.longitude, 27.8083746, 1e-6);
}

TEST(PlannedImport, ReportsBadRowsAndTakesTheOthers) {
    const auto imported = import_csv(
        "Pole "
        "Number,Lat,Lng,PON,Zone\nA1,-26.1,27.1,1,2\n,-26.1,27.1,,\nA3,,27.1,,\nA4,north,27.1,,\nA5,0,0,,\nA6,-95,27,,"
        "\n"
        "a1 ,-26.2,27.2,,\nA7,-26.3,27.3,3,4\nA8\n,,,,\n");
    ASSERT_EQ(imported.poles.size(), 2U);
    EXPECT_EQ(imported.poles[1].zone, "4");
    std::vector<size_t> lines;
    for (const auto& problem : imported.problems) lines.push_back(problem.line);
    EXPECT_EQ(lines, (std::vector<size_t>{3, 4, 5, 6, 7, 8, 10}));
    EXPECT_EQ(imported.bad_rows, 7U);
    EXPECT_EQ(imported.rows, 9U);
    EXPECT_NE(imported.problems[5].reason.find("line 2"), std::string::npos) << imported.problems[5].reason;
}

TEST(PlannedImport, ARowWithoutAProjectAndAnIdUsedTwiceAreBadRowsOfTheirOwn) {
    const auto imported = planned_from_csv(
        "id,project,number,lat,lng\n1,P,A1,-26.1,27.1\n2,,A2,-26.1,27.2\n1,P,A3,-26.1,27.3\n3,P,A4,-26.1,27.4\n", "");
    ASSERT_TRUE(imported.ok());
    EXPECT_EQ(imported->poles.size(), 2U);
    EXPECT_EQ(imported->without_project, 1U);
    ASSERT_EQ(imported->problems.size(), 2U);
    EXPECT_EQ(imported->problems[0].line, 3U);
    EXPECT_NE(imported->problems[0].reason.find("no project"), std::string::npos);
    EXPECT_EQ(imported->problems[1].line, 4U);
    EXPECT_NE(imported->problems[1].reason.find("line 2"), std::string::npos) << imported->problems[1].reason;
}

TEST(PlannedImport, KnowsSpreadsheetsOfTheField) {
    const auto comma = import_csv("\xEF\xBB\xBFlabel;y;x\r\nA1;-26,5;27,25\r\n");
    ASSERT_EQ(comma.poles.size(), 1U);
    EXPECT_EQ(comma.poles[0].position, (GeoPoint{-26.5, 27.25}));
    const auto location = import_csv("poleNumber,location,project_id,id\nA1,\"-26.5, 27.25\",Other,x1\n");
    ASSERT_EQ(location.poles.size(), 1U);
    EXPECT_EQ(location.poles[0].position, (GeoPoint{-26.5, 27.25}));
    EXPECT_EQ(location.poles[0].project_id, "Other");
    EXPECT_EQ(location.poles[0].id, "x1");
}

TEST(PlannedImport, ImportingTwiceGivesTheSameIds) {
    const auto a = import_csv("pole_number,latitude,longitude\nA1,-26.1,27.1\nA2,-26.1,27.2\n");
    const auto b = import_csv("latitude,longitude,pole_number\n-26.1,27.2,a2\n-26.1,27.1,A1 \n");
    ASSERT_EQ(a.poles.size() + b.poles.size(), 4U);
    EXPECT_EQ(a.poles[0].id, b.poles[1].id);
    EXPECT_EQ(a.poles[1].id, b.poles[0].id);
    EXPECT_NE(a.poles[0].id, a.poles[1].id);
}

TEST(PlannedImport, RefusesWhatIsNoTable) {
    for (const char* bad : {"", "\n\n", "pole_number,latitude\nA1,-26", "PK\x03\x04", "latitude,longitude\n1,2"})
        EXPECT_EQ(planned_from_csv(bad, "p").error().kind, base::ErrorKind::corrupt);
    const auto open = import_csv("pole,lat,lon\nA1,-26.1,27.1\n\"A2,-26,27\nA3,-26,27\n");
    EXPECT_EQ(open.poles.size(), 1U);
    EXPECT_EQ(open.problems.size(), 1U);
}

TEST(PlannedImport, ReadsGeoJsonPoints) {
    const auto imported = planned_from_geojson(R"({"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"pole_number":"A1","pon":12,"zone":"3"},"geometry":{"type":"Point","coordinates":[27.1,-26.1]}},
        {"type":"Feature","properties":{"label":"A2"},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}},
        {"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[27.1,-26.1]}}]})",
                                               "Law-001");
    ASSERT_TRUE(imported.ok());
    ASSERT_EQ(imported->poles.size(), 1U);
    EXPECT_EQ(imported->poles[0].pon, "12");
    EXPECT_EQ(imported->poles[0].position, (GeoPoint{-26.1, 27.1}));
    ASSERT_EQ(imported->problems.size(), 2U);
    EXPECT_EQ(imported->problems[0].line, 2U);
    EXPECT_EQ(imported->problems[1].line, 3U);
    EXPECT_FALSE(planned_from_geojson(R"({"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4]]]})", "p").ok());
}

TEST(PlannedImport, ReadsTheThreeShapesOfALocation) {
    const GeoPoint place{-26.5, 27.25};
    EXPECT_EQ(location_from_json({{"location", "-26.5,27.25"}}), place);
    EXPECT_EQ(location_from_json({{"location", {{"latitude", -26.5}, {"longitude", 27.25}}}}), place);
    EXPECT_EQ(location_from_json({{"plannedLocation", {{"lat", -26.5}, {"lng", 27.25}}}}), place);
    for (const base::Json& bad :
         {base::Json{{"location", "nowhere"}}, base::Json{{"location", "0,0"}}, base::Json{{"location", 7}},
          base::Json{{"location", {{"latitude", "x"}, {"longitude", 1}}}}, base::Json::object(), base::Json(3),
          base::Json{{"location", "-26.5,27.25,3"}}, base::Json{{"location", "nan,27"}}})
        EXPECT_FALSE(location_from_json(bad).has_value()) << bad;
    const auto pole = planned_from_document(
        "d1",
        {{"poleNumber", "A1"}, {"projectId", "P"}, {"pon", 4}, {"plannedLocation", {{"lat", -26.5}, {"lng", 27.25}}}});
    ASSERT_TRUE(pole.ok());
    EXPECT_EQ(pole->id, "d1");
    EXPECT_EQ(pole->project_id, "P");
    EXPECT_EQ(pole->pon, "4");
    EXPECT_NE(planned_from_document("d2", {{"poleNumber", "A1"}}).error().what.find("d2"), std::string::npos);
    EXPECT_FALSE(planned_from_document("d3", {{"location", "-26.5,27.25"}}).ok());
}

}  // namespace
}  // namespace linesman::model
