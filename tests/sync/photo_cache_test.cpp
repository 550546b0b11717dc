#include "sync/photo_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/ids.h"

namespace linesman::sync {
namespace {

class PhotoCacheTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = "/tmp/linesman-photos-XXXXXX";
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        root = name;
    }
    void TearDown() override { std::filesystem::remove_all(root); }
    std::unique_ptr<PhotoCache> open(uint64_t budget = 1 << 20) {
        auto cache = PhotoCache::open(root, budget, clock);
        EXPECT_TRUE(cache.ok());
        return std::move(*cache);
    }
    static std::string bytes(char c, size_t size = 1000) { return std::string(size, c); }
    std::string file_of(const std::string& md5_hex) const {
        return root + "/objects/" + md5_hex.substr(0, 2) + "/" + md5_hex;
    }

    std::string root;
    base::ManualClock clock;
};

TEST_F(PhotoCacheTest, KeepsBytesByContentAndByObjectAcrossRestarts) {
    std::string name;
    {
        auto cache = open();
        name = cache->put("b/a.jpg", "7", bytes('a')).value();
        EXPECT_EQ(name, md5_hex_of_base64(base::md5_base64(bytes('a'))));
    }
    auto cache = open();
    EXPECT_EQ(cache->read(name).value(), bytes('a'));
    const auto found = cache->find("b/a.jpg");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->generation, "7");
    EXPECT_EQ(found->md5_hex, name);
    EXPECT_FALSE(cache->find("b/other.jpg"));
    EXPECT_EQ(cache->bytes_used(), 1000U);
}

TEST_F(PhotoCacheTest, SameContentIsKeptOnce) {
    auto cache = open();
    ASSERT_TRUE(cache->put("b/1", "1", bytes('a')).ok());
    ASSERT_TRUE(cache->put("b/2", "1", bytes('a')).ok());
    EXPECT_EQ(cache->count(), 1U);
    EXPECT_TRUE(cache->find("b/1") && cache->find("b/2"));
    cache->forget("b/1");
    EXPECT_FALSE(cache->find("b/1"));
    EXPECT_TRUE(cache->find("b/2"));
}

TEST_F(PhotoCacheTest, LongestUnusedGoesFirstAlsoAfterARestart) {
    {
        auto cache = open(10'000);
        for (const char c : {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'}) {
            ASSERT_TRUE(cache->put(std::string("b/") + c, "1", bytes(c)).ok());
            clock.advance(base::seconds(1));
        }
        EXPECT_TRUE(cache->find("b/a"));  // used again: now the youngest
        clock.advance(base::seconds(1));
    }
    auto cache = open(10'000);
    ASSERT_TRUE(cache->put("b/x", "1", bytes('x', 3000)).ok());
    EXPECT_LE(cache->bytes_used(), 10'000U);
    EXPECT_TRUE(cache->find("b/a"));
    EXPECT_FALSE(cache->find("b/b"));
    EXPECT_TRUE(cache->find("b/i"));
    EXPECT_TRUE(cache->find("b/x"));
}

TEST_F(PhotoCacheTest, DamagedFileCountsAsAbsentAndIsRemoved) {
    auto cache = open();
    const std::string name = cache->put("b/a", "1", bytes('a')).value();
    std::ofstream(file_of(name)) << "damaged";
    EXPECT_FALSE(cache->find("b/a"));
    EXPECT_FALSE(std::filesystem::exists(file_of(name)));
    EXPECT_EQ(cache->count(), 0U);
    EXPECT_TRUE(cache->put("b/a", "1", bytes('a')).ok());
    EXPECT_TRUE(cache->find("b/a"));
}

TEST_F(PhotoCacheTest, DeletedFilesAndLeftoverTemporariesDoNoHarm) {
    std::string name;
    {
        auto cache = open();
        name = cache->put("b/a", "1", bytes('a')).value();
    }
    std::ofstream(root + "/objects/" + name.substr(0, 2) + "/half.tmp") << "x";
    {
        auto cache = open();
        EXPECT_EQ(cache->count(), 1U);
        std::filesystem::remove(file_of(name));
        EXPECT_FALSE(cache->read(name));
    }
    std::filesystem::remove_all(root + "/objects");
    EXPECT_FALSE(open()->find("b/a"));
}

TEST_F(PhotoCacheTest, FilesArePrivate) {
    auto cache = open();
    const std::string name = cache->put("b/a", "1", bytes('a')).value();
    struct stat info {};
    ASSERT_EQ(stat(file_of(name).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(PhotoCacheTest, PhotoBeyondTheBudgetIsNotKeptAndDisplacesNothing) {
    auto cache = open(5000);
    ASSERT_TRUE(cache->put("b/a", "1", bytes('a')).ok());
    EXPECT_TRUE(cache->put("b/huge", "1", bytes('h', 6000)).ok());
    EXPECT_FALSE(cache->find("b/huge"));
    EXPECT_TRUE(cache->find("b/a"));
    cache->set_budget(500);
    EXPECT_EQ(cache->bytes_used(), 0U);
}

TEST_F(PhotoCacheTest, NamesFromOutsideNeverLeaveTheFolder) {
    auto cache = open();
    EXPECT_FALSE(cache->read("../../../../etc/passwd"));
    EXPECT_FALSE(cache->read(""));
    ASSERT_TRUE(cache->put("b/../../../x", "1", bytes('a')).ok());
    EXPECT_TRUE(cache->find("b/../../../x"));
}

TEST_F(PhotoCacheTest, AnUnusableFolderIsAnError) {
    std::ofstream(root + "/file") << "x";
    EXPECT_FALSE(PhotoCache::open(root + "/file", 1000, clock).ok());
    EXPECT_EQ(md5_hex_of_base64("not base64!"), "");
}

}  // namespace
}  // namespace linesman::sync
