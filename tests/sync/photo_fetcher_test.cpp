#include "sync/photo_fetcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/ids.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::make_error;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Holds every download until the test answers it.
class FakeStorage final : public Storage {
  public:
    struct Waiting {
        std::string path;
        bool prefetch;
        std::weak_ptr<int> alive;
        Done<Download> done;
    };
    Endpoints where;
    std::vector<Waiting> downloads;

    net::Call download(ObjectRef object, DownloadOptions options, std::shared_ptr<PartialDownload>,
                       Done<Download> done) override {
        auto alive = std::make_shared<int>(0);
        downloads.push_back({object.path, options.prefetch, alive, std::move(done)});
        return net::Call(std::move(alive));
    }
    void answer(const std::string& path, base::Result<Download> result) {
        for (auto it = downloads.begin(); it != downloads.end(); ++it) {
            if (it->path != path) continue;
            const Waiting waiting = *it;
            downloads.erase(it);
            if (waiting.alive.lock()) waiting.done(std::move(result));
            return;
        }
        FAIL() << path << " was not asked for";
    }
    bool cancelled(const std::string& path) const {
        return std::any_of(downloads.begin(), downloads.end(),
                           [&](const Waiting& w) { return w.path == path && w.alive.expired(); });
    }
    std::vector<std::string> asked() const {
        std::vector<std::string> paths;
        for (const auto& waiting : downloads) paths.push_back(waiting.path);
        return paths;
    }
    net::Call metadata(ObjectRef, Done<ObjectInfo>) override { return {}; }
    net::Call list(std::string, std::string, int, Done<ListPage>) override { return {}; }
    net::Call upload(Upload, Done<ObjectInfo>) override { return {}; }
    net::Call remove(std::string, Done<bool>) override { return {}; }
    const Endpoints& endpoints() const override { return where; }
};

class PhotoFetcherTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = "/tmp/linesman-fetch-XXXXXX";
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        root = name;
        storage.where.bucket = "b";
        cache = std::move(PhotoCache::open(root, 1 << 20, clock)).value();
        fetcher = std::make_unique<PhotoFetcher>(storage, cache, queue, [](base::Task task) { task(); });
    }
    void TearDown() override { std::filesystem::remove_all(root); }

    PhotoHandle ask(const std::string& path, PhotoPriority priority = PhotoPriority::screen,
                    const std::string& md5 = {}) {
        auto handle =
            fetcher->fetch({path, md5, priority}, [this, path](const PhotoUpdate& u) { seen[path].push_back(u); });
        queue.run_ready();
        return handle;
    }
    static Download photo(const std::string& bytes) { return {bytes, "1", base::md5_base64(bytes), "image/jpeg"}; }
    void answer(const std::string& path, base::Result<Download> result) {
        storage.answer(path, std::move(result));
        queue.run_ready();
    }
    PhotoState last(const std::string& path) { return seen[path].back().state; }

    std::string root;
    base::ManualClock clock;
    base::ManualQueue queue{clock};
    FakeStorage storage;
    std::shared_ptr<PhotoCache> cache;
    std::unique_ptr<PhotoFetcher> fetcher;
    std::map<std::string, std::vector<PhotoUpdate>> seen;
};

TEST_F(PhotoFetcherTest, NetworkFirstThenDisk) {
    auto handle = ask("a");
    EXPECT_EQ(last("a"), PhotoState::loading);
    answer("a", photo("bytes"));
    ASSERT_EQ(last("a"), PhotoState::ready);
    EXPECT_EQ(*seen["a"].back().bytes, "bytes");
    EXPECT_FALSE(seen["a"].back().from_disk);
    auto again = ask("a");
    EXPECT_EQ(last("a"), PhotoState::ready);
    EXPECT_TRUE(seen["a"].back().from_disk);
    auto by_content = ask("elsewhere", PhotoPriority::screen, base::md5_base64("bytes"));
    EXPECT_TRUE(seen["elsewhere"].back().from_disk) << "the same content under another path is not fetched";
    EXPECT_TRUE(storage.downloads.empty());
}

TEST_F(PhotoFetcherTest, ManyAskersOneTransfer) {
    auto one = ask("a");
    auto two = ask("a");
    EXPECT_THAT(storage.asked(), ElementsAre("a"));
    one.drop();
    EXPECT_FALSE(storage.cancelled("a"));
    answer("a", photo("x"));
    EXPECT_EQ(
        std::count_if(seen["a"].begin(), seen["a"].end(), [](const auto& u) { return u.state == PhotoState::ready; }),
        1);
}

TEST_F(PhotoFetcherTest, LastDropCancelsAndFreesTheSlot) {
    fetcher->set_concurrency(1);
    auto a = ask("a");
    auto b = ask("b");
    EXPECT_THAT(storage.asked(), ElementsAre("a"));
    a.drop();
    queue.run_ready();
    EXPECT_TRUE(storage.cancelled("a"));
    EXPECT_THAT(storage.asked(), ElementsAre("a", "b"));
}

TEST_F(PhotoFetcherTest, ScreenComesBeforePrefetchAndPrefetchLeavesASlot) {
    fetcher->set_concurrency(2);
    auto p1 = ask("p1", PhotoPriority::prefetch);
    auto p2 = ask("p2", PhotoPriority::prefetch);
    EXPECT_THAT(storage.asked(), ElementsAre("p1"));
    auto s1 = ask("s1");
    auto s2 = ask("s2");
    EXPECT_THAT(storage.asked(), ElementsAre("p1", "s1"));
    answer("p1", photo("p1"));
    EXPECT_THAT(storage.asked(), ElementsAre("s1", "s2"));
}

TEST_F(PhotoFetcherTest, PrefetchThatComesOnTheScreenMovesUp) {
    fetcher->set_concurrency(1);
    auto first = ask("first");
    auto p1 = ask("p1", PhotoPriority::prefetch);
    auto p2 = ask("p2", PhotoPriority::prefetch);
    auto shown = ask("p2", PhotoPriority::screen);
    answer("first", photo("1"));
    EXPECT_THAT(storage.asked(), ElementsAre("p2"));
    EXPECT_FALSE(storage.downloads[0].prefetch);
}

TEST_F(PhotoFetcherTest, RetryableFailuresAreTriedAgainWithTheReasonShown) {
    auto handle = ask("a");
    base::Error busy = make_error(ErrorKind::unavailable, "The server is busy.");
    busy.retry_after_s = 30;
    answer("a", busy);
    EXPECT_EQ(last("a"), PhotoState::loading);
    EXPECT_THAT(seen["a"].back().reason, HasSubstr("busy"));
    queue.run_for(base::seconds(29));
    EXPECT_TRUE(storage.downloads.empty()) << "the server's own delay is kept";
    queue.run_for(base::seconds(2));
    EXPECT_THAT(storage.asked(), ElementsAre("a"));
    answer("a", make_error(ErrorKind::offline, "No network."));
    EXPECT_EQ(fetcher->counts().backing_off, 1U);
    fetcher->retry_now();
    EXPECT_THAT(storage.asked(), ElementsAre("a"));
    handle.drop();
    queue.run_for(base::hours(1));
    EXPECT_EQ(storage.downloads.size(), 1U);
    EXPECT_TRUE(storage.cancelled("a"));
}

TEST_F(PhotoFetcherTest, FinalFailuresAreToldApart) {
    auto a = ask("a");
    answer("a", make_error(ErrorKind::not_found, "gone"));
    EXPECT_EQ(last("a"), PhotoState::missing);
    auto b = ask("b");
    answer("b", make_error(ErrorKind::permission_denied, "not allowed"));
    EXPECT_EQ(last("b"), PhotoState::failed);
    EXPECT_EQ(seen["b"].back().reason, "not allowed");
    auto foreign = ask("https://evil.example/x.jpg");
    EXPECT_EQ(last("https://evil.example/x.jpg"), PhotoState::failed);
    EXPECT_TRUE(storage.downloads.empty());
}

TEST_F(PhotoFetcherTest, DamagedPhotoIsTriedThreeTimes) {
    auto handle = ask("a", PhotoPriority::screen, base::md5_base64("right"));
    for (int i = 0; i < 3; ++i) {
        EXPECT_NE(last("a"), PhotoState::failed);
        answer("a", photo("wrong"));
        queue.run_for(base::minutes(2));
    }
    EXPECT_EQ(last("a"), PhotoState::failed);
    EXPECT_THAT(seen["a"].back().reason, HasSubstr("checksum"));
    EXPECT_EQ(cache->count(), 0U);
}

TEST_F(PhotoFetcherTest, DroppingFromWithinACallbackIsSafe) {
    PhotoHandle one;
    PhotoHandle two;
    int calls = 0;
    one = fetcher->fetch({"a"}, [&](const PhotoUpdate& u) {
        if (u.state != PhotoState::ready) return;
        ++calls;
        one.drop();
        two.drop();
    });
    two = fetcher->fetch({"a"}, [&](const PhotoUpdate& u) {
        if (u.state == PhotoState::ready) ++calls;
    });
    queue.run_ready();
    answer("a", photo("x"));
    EXPECT_EQ(calls, 1);
}

TEST_F(PhotoFetcherTest, HandlesMayOutliveTheFetcher) {
    auto handle = ask("a");
    auto waiting = ask("b");
    fetcher.reset();
    EXPECT_TRUE(storage.cancelled("a"));
    queue.run_for(base::hours(1));
    handle.drop();
}

}  // namespace
}  // namespace linesman::sync
