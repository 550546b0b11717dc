#include "app/reference_loader.h"

#include <gtest/gtest.h>

#include "app/app_support.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

namespace value = sync::value;
using base::Json;

struct ReferenceLoaderTest : testing::Test {
    test::TempFolder folder;
    base::ManualClock clock;
    Profile profile;
    store::CacheBatch batch;

    void put(const std::string& collection, const std::string& id, const Json& fields) {
        batch.documents.push_back({collection, id, test::kVersion1, base::to_text(fields), ""});
    }
    LoadedReference load() {
        auto opened = store::Cache::open(folder.file("cache.db"), clock);
        EXPECT_TRUE(opened.ok());
        EXPECT_TRUE(opened->cache.apply(batch).ok());
        auto loaded = load_reference(opened->cache.read(), profile);
        EXPECT_TRUE(loaded.ok());
        return std::move(*loaded);
    }
    static Json position(const char* latitude, const char* longitude) {
        return value::map(Json{{latitude, value::number(-26.38)}, {longitude, value::number(27.8)}});
    }
};

TEST_F(ReferenceLoaderTest, AnEmptyCacheKnowsNoProjects) {
    const auto loaded = load();
    EXPECT_FALSE(loaded.data->projects_known);
    EXPECT_TRUE(loaded.data->planned.empty());
    EXPECT_TRUE(loaded.problems.empty());
}

TEST_F(ReferenceLoaderTest, PlannedPolesAreReadInAllThreeShapesOfPosition) {
    put("planned-poles", "a",
        {{"poleNumber", value::text("LAW.P.A1")}, {"location", position("latitude", "longitude")}});
    put("planned-poles", "b", {{"pole_number", value::text("LAW.P.A2")}, {"plannedLocation", position("lat", "lng")}});
    put("planned-poles", "c", {{"vfPoleId", value::text("LAW.P.A3")}, {"location", value::text("-26.38, 27.8")}});
    put("planned-poles", "d", {{"poleNumber", value::text("LAW.P.A4")}, {"pon", value::integer(7)}});
    const auto loaded = load();
    ASSERT_EQ(loaded.data->planned.size(), 3U);
    for (const auto& pole : loaded.data->planned) {
        EXPECT_NEAR(pole.position.latitude, -26.38, 1e-9) << pole.id;
        EXPECT_NEAR(pole.position.longitude, 27.8, 1e-9) << pole.id;
        EXPECT_TRUE(pole.pole_number.starts_with("LAW.P.A")) << pole.id;
    }
    ASSERT_EQ(loaded.problems.size(), 1U);
    EXPECT_NE(loaded.problems[0].find("planned pole d"), std::string::npos);
}

TEST_F(ReferenceLoaderTest, NumbersAsPonAndZoneBecomeText) {
    put("planned-poles", "a",
        {{"location", position("latitude", "longitude")},
         {"ponNumber", value::integer(7)},
         {"zone", value::text("Z2")}});
    const auto loaded = load();
    ASSERT_EQ(loaded.data->planned.size(), 1U);
    EXPECT_EQ(loaded.data->planned[0].pon, "7");
    EXPECT_EQ(loaded.data->planned[0].zone, "Z2");
}

TEST_F(ReferenceLoaderTest, AProjectWithABrokenBoundaryIsKeptWithoutIt) {
    put(kProjects, "Law-001",
        {{"name", value::text("Lawley")},
         {"boundary", value::text("{broken")},
         {"allows_blank_number", value::boolean(true)}});
    const auto loaded = load();
    EXPECT_TRUE(loaded.data->projects_known);
    ASSERT_EQ(loaded.data->projects.size(), 1U);
    EXPECT_EQ(loaded.data->projects[0].name, "Lawley");
    EXPECT_TRUE(loaded.data->projects[0].allows_blank_number);
    EXPECT_EQ(loaded.problems.size(), 1U);
}

TEST_F(ReferenceLoaderTest, ABoundaryIsReadFromGeoJsonText) {
    put(kProjects, "Law-001",
        {{"boundary",
          value::text(R"({"type":"Polygon","coordinates":[[[27.7,-26.4],[27.9,-26.4],[27.9,-26.3],[27.7,-26.4]]]})")}});
    const auto loaded = load();
    EXPECT_TRUE(loaded.problems.empty());
    ASSERT_EQ(loaded.data->projects.size(), 1U);
    EXPECT_EQ(loaded.data->projects[0].boundary.polygons.size(), 1U);
}

TEST_F(ReferenceLoaderTest, ABrokenRuleSetIsNamedAndTheDefaultsStand) {
    put(kRuleSets, "Law-001", {{"maxAccuracyM", value::number(8)}});
    put(kRuleSets, "Moh-002", {{"numberPatterns", value::text("no list")}});
    const auto loaded = load();
    ASSERT_EQ(loaded.data->rule_sets.size(), 1U);
    EXPECT_EQ(loaded.data->rule_sets[0].project_id, "Law-001");
    ASSERT_EQ(loaded.problems.size(), 1U);
    EXPECT_NE(loaded.problems[0].find("Moh-002"), std::string::npos);
}

TEST_F(ReferenceLoaderTest, KeysIgnoresPeopleAndHeartbeatsAreRead) {
    put("pole-keys", "k1", {{"production_id", value::text("p_1")}});
    put(kIgnores, "f1", {{"reason", value::text("surveyed")}, {"by", value::text("thandi")}});
    put(kPeople, "u1", {{"name", value::text("Sipho")}, {"phone", value::text("071")}});
    put(kDevices, "d1",
        {{"owner_uid", value::text("u1")},
         {"battery", value::number(0.5)},
         {"storage_left_bytes", value::integer(1000)},
         {"queue", value::map(Json{{"failed", value::integer(3)}})}});
    const auto loaded = load();
    EXPECT_EQ(loaded.data->production_numbers.at("k1"), "p_1");
    EXPECT_EQ(loaded.data->ignores.at("f1").reason, "surveyed");
    ASSERT_EQ(loaded.people.size(), 1U);
    EXPECT_EQ(loaded.people[0].name, "Sipho");
    ASSERT_EQ(loaded.heartbeats.size(), 1U);
    EXPECT_EQ(loaded.heartbeats[0].queue.at("failed"), 3);
    EXPECT_EQ(loaded.heartbeats[0].storage_left_bytes, 1000);
}

TEST_F(ReferenceLoaderTest, CollectionNamesOfTheProfileCount) {
    profile.planned = "my-planned";
    EXPECT_TRUE(is_reference_collection("my-planned", profile));
    EXPECT_FALSE(is_reference_collection("planned-poles", profile));
    EXPECT_TRUE(is_reference_collection("projects", profile));
    EXPECT_FALSE(is_reference_collection(profile.staging, profile));
}

}  // namespace
}  // namespace linesman::app
