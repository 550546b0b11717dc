#include "app/map_service.h"

#include <gtest/gtest.h>

#include "app/app_support.h"
#include "base/file.h"
#include "image/encode.h"
#include "store/sqlite.h"
#include "support/temp_folder.h"

namespace linesman::app {
namespace {

struct MapServiceTest : testing::Test {
    test::TempFolder folder;
    test::Signal woken;
    base::WorkerPool pool{1};
    base::SystemClock clock;

    MapService open(const std::string& base, std::vector<std::string> layers = {}) {
        return {base, std::move(layers), pool, [this] { woken.set(); }, clock};
    }
    std::string make_tiles(const std::string& bytes) {
        const std::string path = folder.file("map.mbtiles");
        auto db = store::Database::open(path, {.wal = false});
        EXPECT_TRUE(
            db &&
            db->exec(
                "CREATE TABLE tiles(zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB); "
                "CREATE TABLE metadata(name TEXT, value TEXT); INSERT INTO metadata VALUES"
                "('name','Lawley'),('format','png'),('minzoom','3'),('maxzoom','3'),('attribution','Open data');"));
        EXPECT_TRUE(db->run("INSERT INTO tiles VALUES(?,?,?,?)", 3, 2, 7, store::Blob{bytes}));
        return path;
    }
};

TEST_F(MapServiceTest, WithoutTheSettingThereIsNoBaseMapAndNoTrouble) {
    MapService service = open({});
    EXPECT_FALSE(service.base_map().there);
    EXPECT_TRUE(service.base_map().trouble.empty());
    EXPECT_EQ(service.tile(3, 2, 0).state, MapTile::State::none);
    ASSERT_NE(service.layers(), nullptr);
    EXPECT_TRUE(service.layers()->layers.empty());
}

TEST_F(MapServiceTest, ATileIsDecodedOnThePoolAndAMissingOneIsKnownAsMissing) {
    const auto png = image::encode_png(image::Image::filled(8, 8, {200, 10, 10, 255}));
    ASSERT_TRUE(png);
    MapService service = open(make_tiles(*png));
    ASSERT_TRUE(woken.wait([&] { return service.base_map().there; }));
    EXPECT_EQ(service.base_map().attribution, "Open data");
    EXPECT_EQ(service.tile(3, 2, 0).state, MapTile::State::loading);
    ASSERT_TRUE(woken.wait([&] { return service.tile(3, 2, 0).state == MapTile::State::ready; }));
    EXPECT_EQ(service.tile(3, 2, 0).image->pixel(4, 4), (image::Rgba{200, 10, 10, 255}));
    service.tile(3, 0, 0);
    ASSERT_TRUE(woken.wait([&] { return service.tile(3, 0, 0).state == MapTile::State::none; }));
    EXPECT_EQ(service.tile(9, 0, 0).state, MapTile::State::none) << "beyond the file's zoom";
}

TEST_F(MapServiceTest, AFileThatIsNoBaseMapIsToldInWords) {
    MapService service = open(folder.file("nothing.mbtiles"));
    ASSERT_TRUE(woken.wait([&] { return !service.base_map().trouble.empty(); }));
    EXPECT_FALSE(service.base_map().there);
    EXPECT_NE(service.base_map().trouble.find("nothing.mbtiles"), std::string::npos);
}

TEST_F(MapServiceTest, LayersAreReadAndABadFeatureIsNamed) {
    const std::string good = folder.file("streets.geojson"), bad = folder.file("bad.geojson");
    ASSERT_TRUE(base::write_file_atomically(good, R"({"type":"FeatureCollection","features":[
            {"type":"Feature","geometry":{"type":"LineString","coordinates":[[27.7,-26.3],[27.8,-26.3]]},"properties":null},
            {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[27,-26],[28,-26],[28,-27],[27,-26]]]},"properties":null},
            {"type":"Feature","geometry":{"type":"LineString","coordinates":[["x",1]]},"properties":null}]})",
                                            false));
    ASSERT_TRUE(base::write_file_atomically(bad, "no json", false));
    MapService service = open({}, {good, bad});
    ASSERT_TRUE(woken.wait([&] { return service.layers() != nullptr; }));
    const auto layers = service.layers();
    ASSERT_EQ(layers->layers.size(), 2U);
    EXPECT_EQ(layers->layers[0].name, "streets");
    ASSERT_NE(layers->layers[0].paths, nullptr);
    EXPECT_EQ(layers->layers[0].paths->starts.size(), 2U);
    EXPECT_NE(layers->layers[0].trouble.find("number 3"), std::string::npos);
    EXPECT_EQ(layers->layers[1].paths, nullptr);
    EXPECT_FALSE(layers->layers[1].trouble.empty());
}

}  // namespace
}  // namespace linesman::app
