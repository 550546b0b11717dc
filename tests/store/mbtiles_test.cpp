#include "store/mbtiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "store/sqlite.h"
#include "support/temp_folder.h"

namespace linesman::store {
namespace {

using base::ErrorKind;
using test::TempFolder;
using testing::HasSubstr;

const std::string kPng = std::string("\x89PNG\r\n\x1a\n", 8) + "image";

class MbTilesTest : public testing::Test {
  protected:
    std::string path() const { return folder_.file("map.mbtiles"); }
    void make(const std::string& sql) {
        auto db = Database::open(path(), {.wal = false});
        ASSERT_TRUE(db);
        const auto status = db->exec(sql);
        ASSERT_TRUE(status) << status.error().full();
    }
    void add_tile(int z, int x, int row, const std::string& bytes) {
        auto db = Database::open(path(), {.wal = false});
        ASSERT_TRUE(db && db->run("INSERT INTO tiles VALUES(?,?,?,?)", z, x, row, Blob{bytes}));
    }
    static constexpr char kTables[] =
        "CREATE TABLE tiles(zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB); CREATE TABLE metadata(name "
        "TEXT, value TEXT);";
    TempFolder folder_;
};

TEST_F(MbTilesTest, TileIsFoundByWebRowAlthoughTheFileCountsFromTheSouth) {
    make(kTables);
    add_tile(3, 2, 7, kPng);
    auto tiles = MbTiles::open(path());
    ASSERT_TRUE(tiles) << tiles.error().full();
    EXPECT_EQ(tiles->tile(3, 2, 0).value(), kPng);
    EXPECT_EQ(tiles->tile(3, 2, 7).error().kind, ErrorKind::not_found);
    EXPECT_EQ(tiles->tile(3, 8, 0).error().kind, ErrorKind::not_found);
    EXPECT_EQ(tiles->tile(-1, 0, 0).error().kind, ErrorKind::not_found);
    EXPECT_EQ(tiles->tile(31, 0, 0).error().kind, ErrorKind::not_found);
}

TEST_F(MbTilesTest, MetadataAreReadAndCleaned) {
    make(std::string(kTables) +
         "INSERT INTO metadata "
         "VALUES('name','Lawley'),('format','pbf'),('bounds','27.7,-26.5,27.9,-26.3'),('minzoom','4'),"
         "('maxzoom','17'),('attribution','<a href=\"x\">Open data</a>');");
    add_tile(0, 0, 0, "\xFF\xD8\xFFjpeg");
    const auto tiles = MbTiles::open(path());
    ASSERT_TRUE(tiles) << tiles.error().full();
    EXPECT_EQ(tiles->info().name, "Lawley");
    EXPECT_EQ(tiles->info().format, "jpg");
    EXPECT_EQ(tiles->info().attribution, "Open data");
    EXPECT_EQ(tiles->info().min_zoom, 4);
    EXPECT_EQ(tiles->info().max_zoom, 17);
    EXPECT_DOUBLE_EQ(tiles->info().bounds.west, 27.7);
    EXPECT_DOUBLE_EQ(tiles->info().bounds.north, -26.3);
}

TEST_F(MbTilesTest, NonsenseMetadataFallBackToTheWorld) {
    make(std::string(kTables) +
         "INSERT INTO metadata VALUES('bounds','nan,inf,1e999,x'),('minzoom','-5'),('maxzoom','1e9');");
    add_tile(0, 0, 0, kPng);
    const auto tiles = MbTiles::open(path());
    ASSERT_TRUE(tiles);
    EXPECT_DOUBLE_EQ(tiles->info().bounds.west, -180);
    EXPECT_EQ(tiles->info().min_zoom, 0);
    EXPECT_EQ(tiles->info().max_zoom, kMaxTileZoom);
}

TEST_F(MbTilesTest, VectorTilesAreRefusedByName) {
    make(std::string(kTables) + "INSERT INTO metadata VALUES('format','pbf');");
    add_tile(0, 0, 0, "\x1f\x8b protobuf");
    const auto tiles = MbTiles::open(path());
    ASSERT_FALSE(tiles);
    EXPECT_EQ(tiles.error().kind, ErrorKind::unsupported);
    EXPECT_THAT(tiles.error().what, HasSubstr("vector"));
}

TEST_F(MbTilesTest, OtherFilesAreRefused) {
    EXPECT_EQ(MbTiles::open(path()).error().kind, ErrorKind::not_found);
    ASSERT_TRUE(base::write_file_atomically(path(), std::string(4096, 'p')));
    EXPECT_EQ(MbTiles::open(path()).error().kind, ErrorKind::corrupt);
    std::filesystem::remove(path());
    make("CREATE TABLE other(a)");
    EXPECT_EQ(MbTiles::open(path()).error().kind, ErrorKind::unsupported);
}

TEST_F(MbTilesTest, OversizedTileIsRefused) {
    make(kTables);
    add_tile(0, 0, 0, kPng);
    add_tile(1, 0, 0, kPng + std::string(kMaxTileBytes, 'x'));
    EXPECT_EQ(MbTiles::open(path())->tile(1, 0, 1).error().kind, ErrorKind::too_large);
}

TEST_F(MbTilesTest, ViewThatNeverEndsIsStopped) {
    make(
        "CREATE TABLE metadata(name TEXT, value TEXT);"
        "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) "
        "SELECT i AS zoom_level, i AS tile_column, i AS tile_row, 'x' AS tile_data FROM n WHERE i<0;");
    const auto tiles = MbTiles::open(path());
    ASSERT_FALSE(tiles);
    EXPECT_EQ(tiles.error().kind, ErrorKind::cancelled);
}

}  // namespace
}  // namespace linesman::store
