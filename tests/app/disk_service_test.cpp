#include "app/disk_service.h"

#include <gtest/gtest.h>

#include <atomic>

#include "app/app_support.h"
#include "app/disk_use.h"

namespace linesman::app {
namespace {

struct DiskTest : testing::Test {
    test::TempFolder folder;
    base::Folders folders = base::Folders::for_profile("default", folder.path());
    base::ManualClock clock;

    void SetUp() override { ASSERT_TRUE(folders.create().ok()); }
    void file(const std::string& path, size_t bytes) {
        const auto slash = path.rfind('/');
        ASSERT_TRUE(base::make_private_dirs(path.substr(0, slash)).ok());
        ASSERT_TRUE(base::write_file_atomically(path, std::string(bytes, 'x')).ok());
    }
    void fill() {
        file(folders.data + "/outbox.db", 100);
        file(folders.data + "/outbox.db-wal", 10);
        file(folders.data + "/outbox.db.damaged-20250101T000000Z", 7);
        file(folders.data + "/cache.db", 1000);
        file(folders.data + "/cache.db.set-aside-20250101T000000Z", 500);
        file(folders.cache + "/photos/objects/ab/abcd", 20'000);
        file(folders.cache + "/photos/paths/ef/ef01", 30);
        file(folders.cache + "/thumbnails/ab/ab.jpg", 4'000);
    }
    uint64_t bytes_of(const std::vector<DiskUse>& uses, const std::string& begins) {
        for (const auto& use : uses) {
            if (use.what.starts_with(begins)) return use.bytes;
        }
        ADD_FAILURE() << begins << " is not listed";
        return 0;
    }
};

TEST_F(DiskTest, EveryPartIsCountedOnce) {
    fill();
    const auto uses = disk_use(folders);
    EXPECT_EQ(bytes_of(uses, "decisions"), 117U) << "its log and its damaged copies belong to it";
    EXPECT_EQ(bytes_of(uses, "mirror"), 1000U);
    EXPECT_EQ(bytes_of(uses, "set aside"), 500U);
    EXPECT_EQ(bytes_of(uses, "photos"), 20'030U);
    EXPECT_EQ(bytes_of(uses, "thumbnails"), 4'000U);
    for (const auto& use : uses) EXPECT_FALSE(use.advice.empty()) << use.what;
}

TEST_F(DiskTest, NothingThereIsNothing) {
    for (const auto& use : disk_use(base::Folders::for_profile("default", folder / "nowhere")))
        EXPECT_EQ(use.bytes, 0U);
    const auto freed = clean_up(base::Folders::for_profile("default", folder / "nowhere"));
    ASSERT_TRUE(freed.ok());
    EXPECT_EQ(*freed, 0U);
}

TEST_F(DiskTest, CleaningUpTakesWhatCanBeFetchedAgainAndNothingElse) {
    fill();
    file(folder / "elsewhere/photo", 5);
    std::filesystem::create_directory_symlink(folder / "elsewhere", folders.cache + "/photos/link");
    const auto freed = clean_up(folders);
    ASSERT_TRUE(freed.ok()) << freed.error().full();
    EXPECT_EQ(*freed, 24'530U);
    for (const char* kept : {"outbox.db", "outbox.db-wal", "outbox.db.damaged-20250101T000000Z", "cache.db"})
        EXPECT_TRUE(base::file_exists(folders.data + "/" + kept)) << kept;
    EXPECT_TRUE(base::file_exists(folder / "elsewhere/photo")) << "a link is not followed";
    EXPECT_EQ(bytes_of(disk_use(folders), "photos"), 0U);
}

TEST_F(DiskTest, TheServiceMeasuresOnceAMinuteAndCleansWhenAsked) {
    fill();
    base::WorkerPool pool(1);
    test::Signal signal;
    DiskService service(folders, clock, pool, [&] { signal.set(); });
    EXPECT_EQ(service.get(), nullptr);
    std::shared_ptr<const DiskView> view;
    ASSERT_TRUE(signal.wait([&] { return (view = service.get()) != nullptr; }));
    EXPECT_EQ(view->can_go, 24'530U);
    EXPECT_EQ(view->bytes, 117U + 1000U + 24'530U);
    file(folders.cache + "/thumbnails/cd/cd.jpg", 1);
    EXPECT_EQ(service.get(), view) << "not counted again within a minute";
    clock.advance(base::minutes(1));
    ASSERT_TRUE(signal.wait([&] { return (view = service.get())->can_go == 24'531; }));
    EXPECT_FALSE(view->cleaned);
    service.clean();
    ASSERT_TRUE(signal.wait([&] { return (view = service.get())->cleaned; }));
    EXPECT_FALSE(view->cleaning);
    EXPECT_EQ(view->freed, 24'531U);
    EXPECT_EQ(view->can_go, 0U);
    EXPECT_TRUE(view->trouble.empty()) << view->trouble;
    EXPECT_TRUE(base::file_exists(folders.data + "/outbox.db"));
}

TEST_F(DiskTest, AServiceThatEndsWhileItMeasuresIsNotCalledBack) {
    fill();
    base::WorkerPool pool(1);
    std::atomic<bool> ended{false}, late{false};
    {
        DiskService service(folders, clock, pool, [&] {
            if (ended) late = true;
        });
        service.get();
        service.clean();
    }
    ended = true;
    test::Signal done;
    pool.submit(base::Priority::low, [&] { done.set(); });
    ASSERT_TRUE(done.wait([&] { return done.count() > 0; }));
    EXPECT_FALSE(late);
}

}  // namespace
}  // namespace linesman::app
