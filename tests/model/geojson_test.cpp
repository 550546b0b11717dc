#include "model/geojson.h"

namespace linesman::model {
namespace {

base::Error error_of(const std::string& text) {
    const auto result = parse_geojson(text, "The boundary");
    EXPECT_FALSE(result.ok()) << text;
    return result.ok() ? base::Error{} : result.error();
}

TEST(GeoJson, ReadsEveryGeometry) {
    const auto features = parse_geojson(R"({"type":"FeatureCollection","features":[
        {"type":"Feature","id":"p1","properties":{"name":"Pole"},"geometry":{"type":"Point","coordinates":[27.8,-26.4,1500]}},
        {"type":"Feature","id":7,"properties":null,"geometry":{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}},
        {"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}},
        {"type":"Feature","geometry":{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]}},
        {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]}},
        {"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4]]],[[[9,9],[10,9],[10,10]]]]}},
        {"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},
            {"type":"LineString","coordinates":[[1,2],[3,4]]}]}},
        {"type":"Feature","geometry":null}]})",
                                        "Layer");
    ASSERT_TRUE(features.ok()) << features.error().what;
    ASSERT_EQ(features->size(), 8U);
    EXPECT_EQ((*features)[0].points, std::vector<GeoPoint>({{-26.4, 27.8}}));
    EXPECT_EQ((*features)[0].id, "p1");
    EXPECT_EQ(base::string_at((*features)[0].properties, "name"), "Pole");
    EXPECT_EQ((*features)[1].points.size(), 2U);
    EXPECT_EQ((*features)[1].id, "7");
    EXPECT_EQ((*features)[3].lines.size(), 2U);
    EXPECT_EQ((*features)[4].area.polygons.at(0).rings.size(), 2U);
    EXPECT_TRUE((*features)[4].area.contains({3, 3}));
    EXPECT_FALSE((*features)[4].area.contains({1.2, 1.5}));
    EXPECT_EQ((*features)[5].area.polygons.size(), 2U);
    EXPECT_EQ((*features)[6].points.size() + (*features)[6].lines.size(), 2U);
    EXPECT_TRUE((*features)[7].points.empty());
}

TEST(GeoJson, ReadsABareGeometryAndAnUnclosedRing) {
    const auto area =
        parse_boundary("\xEF\xBB\xBF{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,0],[4,4],[0,4]]]}", "B");
    ASSERT_TRUE(area.ok());
    EXPECT_TRUE(area->contains({2, 2}));
    EXPECT_FALSE(area->contains({2, 5}));
}

TEST(GeoJson, NamesTheFeatureThatIsWrong) {
    const auto error = error_of(R"({"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]}},
        {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[4,0]]]}}]})");
    EXPECT_EQ(error.kind, base::ErrorKind::corrupt);
    EXPECT_NE(error.what.find("The boundary, feature 2"), std::string::npos) << error.what;
    EXPECT_NE(error_of(R"({"type":"FeatureCollection","features":[{"type":"Point"}]})").what.find("feature 1"),
              std::string::npos);
}

TEST(GeoJson, RefusesHostileInput) {
    for (const char* bad : {
             "",
             "null",
             "[]",
             "3",
             "{}",
             R"({"type":7})",
             R"({"type":"FeatureCollection"})",
             R"({"type":"FeatureCollection","features":{}})",
             R"({"type":"Feature","geometry":[]})",
             R"({"type":"Point"})",
             R"({"type":"Point","coordinates":{}})",
             R"({"type":"Point","coordinates":[1]})",
             R"({"type":"Point","coordinates":["1","2"]})",
             R"({"type":"Point","coordinates":[NaN,2]})",
             R"({"type":"Point","coordinates":[1e400,2]})",
             R"({"type":"Point","coordinates":[181,2]})",
             R"({"type":"Point","coordinates":[27,-91]})",
             R"({"type":"Polygon","coordinates":[]})",
             R"({"type":"Polygon","coordinates":[[]]})",
             R"({"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]})",
             R"({"type":"Polygon","coordinates":[3]})",
             R"({"type":"MultiPolygon","coordinates":[[[[0,0],[1,1],[2,null]]]]})",
             R"({"type":"LineString","coordinates":[[1,2]]})",
             R"({"type":"Circle","coordinates":[1,2]})",
             R"({"type":"GeometryCollection"})",
             R"({"type":"GeometryCollection","geometries":[{}]})",
         })
        error_of(bad);
    std::string nested;
    for (int i = 0; i < 12; ++i) nested += R"({"type":"GeometryCollection","geometries":[)";
    nested += R"({"type":"Point","coordinates":[1,2]})";
    for (int i = 0; i < 12; ++i) nested += "]}";
    EXPECT_NE(error_of(nested).what.find("nested"), std::string::npos);
    error_of(std::string(100'000, '['));
    std::string open_lists = R"({"type":"Point","coordinates":)";
    open_lists.append(100'000, '[');
    error_of(open_lists);
}

TEST(GeoJson, RefusesMoreThanAMillionPositions) {
    std::string text = R"({"type":"MultiPoint","coordinates":[[1,2])";
    for (size_t i = 0; i < kMaxGeoJsonPositions; ++i) text += ",[1,2]";
    EXPECT_EQ(error_of(text + "]}").kind, base::ErrorKind::too_large);
}

TEST(GeoJson, ABoundaryNeedsAnArea) {
    EXPECT_FALSE(parse_boundary(R"({"type":"Point","coordinates":[1,2]})", "B").ok());
    EXPECT_FALSE(parse_boundary(R"({"type":"FeatureCollection","features":[]})", "B").ok());
}

TEST(GeoJson, WritesWhatItReads) {
    const std::string one = R"({"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]]]})";
    const auto area = parse_boundary(one, "B");
    ASSERT_TRUE(area.ok());
    EXPECT_EQ(geojson_of(*area), base::Json::parse(one));
    MultiPolygon two;
    two.polygons = {area->polygons[0], area->polygons[0]};
    const auto back = parse_boundary(base::to_text(geojson_of(two)), "B");
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->polygons.size(), 2U);
    const auto feature =
        geojson_feature(geojson_of(GeoPoint{-26.37849016, 27.808374608968297}), {{"name", "a \"b\" \n</script>"}});
    const auto read = parse_geojson(base::to_text(feature), "F");
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->at(0).points.at(0), (GeoPoint{-26.37849016, 27.808374608968297}));
    EXPECT_EQ(read->at(0).properties["name"], "a \"b\" \n</script>");
}

}  // namespace
}  // namespace linesman::model
