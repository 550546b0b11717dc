#include "store/tile_cache.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "store/sqlite.h"
#include "support/temp_folder.h"

namespace linesman::store {
namespace {

constexpr base::Timestamp kNow{1'763'800'000'000'000};
constexpr const char* kServer = "https://tiles.example.org/{z}/{x}/{y}.png";

struct TileCacheTest : testing::Test {
    test::TempFolder folder;
    std::string path = folder.file("tiles.db");
    TileCache open(uint64_t budget = 1 << 20, const std::string& source = kServer) {
        auto cache = TileCache::open(path, source, budget);
        EXPECT_TRUE(cache) << (cache ? "" : cache.error().full());
        return std::move(*cache);
    }
    static KeptTile tile(std::string bytes) { return {std::move(bytes), "\"e1\"", "", kNow + base::hours(1)}; }
};

TEST_F(TileCacheTest, WhatWasPutIsThereAfterAReopen) {
    ASSERT_TRUE(open().put(14, 9000, 9400, tile("picture"), kNow));
    auto again = open();
    const auto kept = again.find(14, 9000, 9400, kNow);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->bytes, "picture");
    EXPECT_EQ(kept->etag, "\"e1\"");
    EXPECT_EQ(kept->fresh_until, kNow + base::hours(1));
    EXPECT_EQ(again.bytes(), 7U);
    EXPECT_FALSE(again.find(14, 9000, 9401, kNow));
}

TEST_F(TileCacheTest, APlaceWithoutAPictureIsRememberedAsSuch) {
    auto cache = open();
    ASSERT_TRUE(cache.put(3, 1, 1, tile(""), kNow));
    ASSERT_TRUE(cache.find(3, 1, 1, kNow));
    EXPECT_TRUE(cache.find(3, 1, 1, kNow)->bytes.empty());
}

TEST_F(TileCacheTest, RenewingChangesOnlyHowLongItIsGood) {
    auto cache = open();
    ASSERT_TRUE(cache.put(3, 1, 1, tile("a"), kNow));
    ASSERT_TRUE(cache.renew(3, 1, 1, kNow + base::hours(9)));
    EXPECT_EQ(cache.find(3, 1, 1, kNow)->fresh_until, kNow + base::hours(9));
    EXPECT_EQ(cache.find(3, 1, 1, kNow)->bytes, "a");
}

TEST_F(TileCacheTest, TheBudgetHoldsAndWhatWasUsedLongestAgoGoes) {
    auto cache = open(3000);
    for (uint32_t i = 0; i < 3; ++i)
        ASSERT_TRUE(cache.put(5, i, 0, tile(std::string(1000, 'a')), kNow + base::minutes(i)));
    ASSERT_TRUE(cache.find(5, 0, 0, kNow + base::hours(2)));  // used again
    ASSERT_TRUE(cache.put(5, 3, 0, tile(std::string(1000, 'a')), kNow + base::hours(3)));
    EXPECT_LE(cache.bytes(), 3000U);
    EXPECT_TRUE(cache.find(5, 0, 0, kNow));
    EXPECT_FALSE(cache.find(5, 1, 0, kNow));
    EXPECT_TRUE(cache.find(5, 3, 0, kNow));
}

TEST_F(TileCacheTest, PuttingATileAgainCountsItOnce) {
    auto cache = open();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(cache.put(5, 0, 0, tile(std::string(100, 'a')), kNow));
    EXPECT_EQ(cache.bytes(), 100U);
}

TEST_F(TileCacheTest, AnotherServersTilesAreNotShown) {
    ASSERT_TRUE(open().put(5, 0, 0, tile("a"), kNow));
    auto other = open(1 << 20, "https://other.example.org/{z}/{x}/{y}.png");
    EXPECT_FALSE(other.find(5, 0, 0, kNow));
    EXPECT_EQ(other.bytes(), 0U);
}

TEST_F(TileCacheTest, ADamagedOrNewerFileIsBegunAnew) {
    ASSERT_TRUE(base::write_file_atomically(path, std::string(8192, 'x'), false));
    ASSERT_TRUE(open().put(5, 0, 0, tile("a"), kNow));
    {
        auto database = Database::open(path);
        ASSERT_TRUE(database && database->exec("PRAGMA user_version = 99"));
    }
    EXPECT_FALSE(open().find(5, 0, 0, kNow));
}

}  // namespace
}  // namespace linesman::store
