#include "app/capture_loader.h"

#include <gtest/gtest.h>

#include <set>

#include "app/app_support.h"

namespace linesman::app {
namespace {

struct CaptureLoaderTest : testing::Test {
    test::TempFolder folder;
    base::ManualClock clock;
    base::ThreadQueue queue{"test"};
    base::WorkerPool pool{1};
    test::Signal done;
    std::set<std::string> ids;
    size_t batches = 0, largest = 0, unreadable = 0;
    std::optional<base::Status> status;

    void fill(size_t count) {
        auto opened = store::Cache::open(folder.file("cache.db"), clock);
        ASSERT_TRUE(opened.ok());
        store::CacheBatch batch;
        for (size_t i = 0; i < count; ++i)
            batch.documents.push_back(
                test::cached(model::test::a_capture(std::string("s").append(std::to_string(i))), test::kVersion1));
        batch.documents.push_back({"staging-field-captures", "broken", test::kVersion1, "not a map", ""});
        ASSERT_TRUE(opened->cache.apply(batch).ok());
    }
    std::unique_ptr<CaptureLoader> start() {
        auto loader = std::make_unique<CaptureLoader>(folder.file("cache.db"), "staging-field-captures", queue, pool);
        loader->start(
            [this](std::vector<model::Capture> captures) {
                ++batches;
                largest = std::max(largest, captures.size());
                for (const auto& capture : captures) {
                    ids.insert(capture.staging_id);
                    unreadable += capture.shape == model::SourceShape::unreadable;
                }
            },
            [this](base::Status ended) {
                status = std::move(ended);
                done.set();
            });
        return loader;
    }
};

TEST_F(CaptureLoaderTest, EveryCaptureComesOnceInSlicesAndTheUnreadableOneAsWell) {
    fill(2500);
    const auto loader = start();
    ASSERT_TRUE(done.wait([&] { return done.count() > 0; }));
    queue.stop();
    ASSERT_TRUE(status && status->ok());
    EXPECT_EQ(ids.size(), 2501U);
    EXPECT_EQ(unreadable, 1U);
    EXPECT_GE(batches, 3U);
    EXPECT_LE(largest, 1000U);
}

TEST_F(CaptureLoaderTest, WithoutACacheTheErrorIsHandedOver) {
    const auto loader = start();
    ASSERT_TRUE(done.wait([&] { return done.count() > 0; }));
    queue.stop();
    ASSERT_TRUE(status && !status->ok());
    EXPECT_EQ(status->error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(batches, 0U);
}

TEST_F(CaptureLoaderTest, OnceDroppedItSaysNothingMore) {
    fill(2500);
    test::Signal dropped;
    queue.post([&] {
        auto loader = start();
        loader.reset();
        dropped.set();
    });
    ASSERT_TRUE(dropped.wait([&] { return dropped.count() > 0; }));
    queue.stop();
    EXPECT_EQ(batches, 0U);
    EXPECT_FALSE(status.has_value());
}

}  // namespace
}  // namespace linesman::app
