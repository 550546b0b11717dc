// A first sync whose pages are read by a pool while others arrive: over real sockets and threads.
#include <gtest/gtest.h>

#include <future>

#include "sync/in_process.h"

namespace linesman::sync::test {
namespace {

constexpr int kCaptures = 300;

class PullReadersTest : public ::testing::Test {
  protected:
    void SetUp() override {
        backend::ServerOptions options;
        options.project_id = "demo";
        server_ = std::make_unique<backend::Server>(options);
        ASSERT_TRUE(server_->start().ok());
        Endpoints endpoints = Backend::endpoints();
        endpoints.firestore = server_->base_url();
        client_ = make_firestore(endpoints, *http_, tokens_, queue_);
        base::Json writes = base::Json::array();
        for (int i = 0; i < kCaptures; ++i) {
            const std::string id = base::sha256_hex(numbered("c", i)).substr(0, 20);
            writes.push_back(
                encode_capture_create(phone_capture(id, numbered("LAW.P.", i)), endpoints.document_name(kStaging, id)));
        }
        std::promise<bool> written;
        const auto call = client_->commit(writes, [&](const auto& reply) { written.set_value(reply.ok()); });
        ASSERT_TRUE(written.get_future().get());
        auto opened = store::Cache::open(folder_.file("cache.db"), clock_);
        ASSERT_TRUE(opened.ok());
        cache_ = std::make_unique<store::Cache>(std::move(opened->cache));
        applier_ = std::make_unique<CacheApplier>(*cache_, [](const auto&) {});
    }
    void TearDown() override {
        on_queue([this] {
            pull_.reset();
            client_.reset();
        });
        queue_.stop();
    }
    void on_queue(const std::function<void()>& task) {
        std::promise<void> done;
        queue_.post([&] {
            task();
            done.set_value();
        });
        done.get_future().wait();
    }
    void start(std::function<void(const PullProgress&)> on_progress) {
        PullOptions options;
        options.tuning.page_documents = 20;
        options.readers = &readers_;
        PullHooks hooks;
        hooks.on_progress = std::move(on_progress);
        hooks.on_loaded = [this] {
            EXPECT_FALSE(pull_->progress().mirrored);
            loaded_.push_back(cache_->read().count(kStaging).value_or(-1));
        };
        on_queue([&] {
            pull_ = std::make_unique<Pull>(*client_, *applier_, queue_, clock_, options, hooks);
            pull_->start();
        });
    }

    base::SystemClock clock_;
    TempFolder folder_;
    NoToken tokens_;
    std::unique_ptr<backend::Server> server_;
    std::unique_ptr<net::Http> http_ = net::make_http({});
    base::ThreadQueue queue_{"sync"};
    base::WorkerPool readers_{2};
    std::unique_ptr<Firestore> client_;
    std::unique_ptr<store::Cache> cache_;
    std::unique_ptr<CacheApplier> applier_;
    std::unique_ptr<Pull> pull_;
    std::vector<int64_t> loaded_;  // captures in the cache when everything was said to be there
};

TEST_F(PullReadersTest, EveryPageArrivesOnceAndWhole) {
    std::promise<void> mirrored;
    bool told = false;
    start([&](const PullProgress& progress) {
        if (progress.mirrored && !std::exchange(told, true)) mirrored.set_value();
    });
    mirrored.get_future().wait();
    on_queue([&] {
        EXPECT_EQ(cache_->read().count(kStaging).value_or(-1), kCaptures);
        EXPECT_FALSE(pull_->progress().error.has_value());
        EXPECT_EQ(loaded_, std::vector<int64_t>{kCaptures});
        pull_.reset();  // reports to what lives in this function
    });
}

TEST_F(PullReadersTest, DroppedInTheMiddleItGoesOnFromThere) {
    std::promise<void> half;
    bool told = false;
    start([&](const PullProgress& progress) {
        if (progress.documents > 60 && !std::exchange(told, true)) half.set_value();
    });
    half.get_future().wait();
    on_queue([&] { pull_.reset(); });  // pages are still being read
    std::promise<void> mirrored;
    bool done = false;
    start([&](const PullProgress& progress) {
        if (progress.mirrored && !std::exchange(done, true)) mirrored.set_value();
    });
    mirrored.get_future().wait();
    on_queue([&] {
        EXPECT_EQ(cache_->read().count(kStaging).value_or(-1), kCaptures);
        pull_.reset();  // reports to what lives in this function
    });
}

}  // namespace
}  // namespace linesman::sync::test
