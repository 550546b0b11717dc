// A desk that listens, over real sockets: the same scenario against our backend, which tells differences, and against
// Google's emulator, which tells everything again with every change. Both must end with what the server holds.
#include <stdlib.h>

#include <condition_variable>
#include <filesystem>
#include <future>

#include "conformance/conformance_fixture.h"
#include "sync/pull.h"

namespace linesman::conformance {
namespace {

class OwnerToken final : public sync::TokenSource {
  public:
    void token(bool, base::Queue& queue, std::function<void(base::Result<std::string>)> done) override {
        queue.post([done = std::move(done)] { done(std::string("owner")); });
    }
};

// Cache and pull on a thread of their own. What a test waits for is asked after every change.
class ListeningDesk {
  public:
    ListeningDesk(int port, const std::string& project) {
        std::string pattern = (std::filesystem::temp_directory_path() / "linesman-live-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        endpoints_.project_id = project;
        endpoints_.firestore = "http://127.0.0.1:" + std::to_string(port);
        queue_.post([this] { open(); });
    }
    ~ListeningDesk() {
        std::promise<void> closed;
        queue_.post([&] {
            pull_.reset();
            applier_.reset();
            client_.reset();
            cache_.reset();
            closed.set_value();
        });
        closed.get_future().wait();
        std::filesystem::remove_all(folder_);
    }

    // True once `holds` is; false after a minute. `holds` runs on the desk's thread.
    bool wait(const std::function<bool(sync::Pull&, store::CacheReader&)>& holds) {
        std::unique_lock lock(mutex_);
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (true) {
            const uint64_t seen = changes_;
            lock.unlock();
            std::promise<bool> answer;
            queue_.post([&] { answer.set_value(pull_ && holds(*pull_, cache_->read())); });
            if (answer.get_future().get()) return true;
            lock.lock();
            if (!changed_.wait_until(lock, until, [&] { return changes_ != seen; })) return false;
        }
    }
    bool live() {
        return wait(
            [](sync::Pull& pull, store::CacheReader&) { return pull.progress().phase == sync::PullPhase::listening; });
    }
    bool has(const std::string& id, const std::string& fragment) {
        return wait([&](sync::Pull&, store::CacheReader& reader) {
            const auto found = reader.document("staging-field-captures", id);
            return found.ok() && *found && (*found)->fields.find(fragment) != std::string::npos;
        });
    }
    bool lacks(const std::string& id) {
        return wait([&](sync::Pull&, store::CacheReader& reader) {
            const auto found = reader.document("staging-field-captures", id);
            return found.ok() && !*found;
        });
    }

  private:
    void open() {
        auto opened = store::Cache::open(folder_ + "/cache.db", clock_);
        if (!opened) return;
        cache_ = std::make_unique<store::Cache>(std::move(opened->cache));
        client_ = sync::make_firestore(endpoints_, *http_, tokens_, queue_);
        applier_ = std::make_unique<sync::CacheApplier>(
            *cache_, [this](const std::shared_ptr<const sync::AppliedChanges>&) { note_change(); });
        sync::PullOptions options;
        options.tuning.poll_every = base::hours(1);  // what comes, came live
        options.tuning.count_every = base::hours(1);
        options.live.http = http_.get();
        options.live.tokens = &tokens_;
        sync::PullHooks hooks;
        hooks.on_progress = [this](const sync::PullProgress&) { note_change(); };
        pull_ = std::make_unique<sync::Pull>(*client_, *applier_, queue_, clock_, options, hooks);
        pull_->start();
    }
    void note_change() {
        // Asked again after the transaction, not in the middle of it.
        queue_.post([this] {
            const std::lock_guard lock(mutex_);
            ++changes_;
            changed_.notify_all();
        });
    }

    base::SystemClock clock_;
    std::string folder_;
    sync::Endpoints endpoints_;
    OwnerToken tokens_;
    std::mutex mutex_;
    std::condition_variable changed_;
    uint64_t changes_ = 0;
    base::ThreadQueue queue_{"desk"};
    std::unique_ptr<net::Http> http_ = net::make_http({});
    std::unique_ptr<store::Cache> cache_;
    std::unique_ptr<sync::Firestore> client_;
    std::unique_ptr<sync::CacheApplier> applier_;
    std::unique_ptr<sync::Pull> pull_;
};

LINESMAN_CONFORMANCE(LiveConformance);

Json stamped(const std::string& name, const std::string& note) {
    return {{"update",
             {{"name", name},
              {"fields", {{"projectId", text("P")}, {"synced_to_production", boolean(false)}, {"notes", text(note)}}}}},
            {"updateTransforms", Json::array({{{"fieldPath", "updated_at"}, {"setToServerValue", "REQUEST_TIME"}}})}};
}

TEST_P(LiveConformance, ADeskThatListensFollowsWritesAndDeletes) {
    const auto at = [&](const std::string& id) { return db().name("staging-field-captures/" + id); };
    const auto write = [&](const Json& writes) { ASSERT_EQ(db().commit(writes).http, 200); };
    write(Json::array({stamped(at("a"), "first"), stamped(at("b"), "first")}));
    const std::string database = db().database();
    ListeningDesk desk(endpoint(GetParam()).port, database.substr(9, database.find('/', 9) - 9));
    ASSERT_TRUE(desk.live());
    EXPECT_TRUE(desk.has("a", "first"));

    const auto begun = std::chrono::steady_clock::now();
    write(Json::array({stamped(at("a"), "second \xF0\x9F\x98\x80 \xC3\xA9")}));
    ASSERT_TRUE(desk.has("a", "second \xF0\x9F\x98\x80 \xC3\xA9"));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
    std::printf("a change was here after %lld ms\n", static_cast<long long>(took.count()));

    write(Json::array({stamped(at("c"), "new"), stamped(at("b"), "third")}));
    EXPECT_TRUE(desk.has("c", "new"));
    EXPECT_TRUE(desk.has("b", "third"));
    write(Json::array({{{"delete", at("c")}}}));
    EXPECT_TRUE(desk.lacks("c"));
    write(Json::array({stamped(at("c"), "again")}));
    EXPECT_TRUE(desk.has("c", "again"));
    EXPECT_TRUE(desk.has("a", "second"));
}

}  // namespace
}  // namespace linesman::conformance
