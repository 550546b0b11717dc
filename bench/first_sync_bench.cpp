// First sync: documents per second from a server on loopback to durable in cache.db and decoded. The server replays
// static pages, so that the client is what is measured (performance baselines, "First sync").
//
//   bench_first_sync [documents ...]      default: 10000 100000
//
// Prints one line per size. "durable": every document is committed; "decoded": each became a model::Capture as well, on
// the same thread.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <string>
#include <vector>

#include "../tests/support/test_server.h"
#include "../tests/sync/builders.h"
#include "base/queue.h"
#include "store/cache.h"
#include "sync/firestore.h"
#include "sync/pull.h"

namespace {

using namespace linesman;

class NoToken final : public sync::TokenSource {
  public:
    void token(bool, base::Queue& queue, std::function<void(base::Result<std::string>)> done) override {
        queue.post([done = std::move(done)] { done(std::string()); });
    }
};

// 2.2 KB each, as the baselines.
std::string document(size_t i) {
    auto capture = sync::test::phone_capture("x", sync::test::numbered("LAW.P.B", static_cast<int>(1000 + i % 9000)));
    capture.offline_id =
        sync::test::numbered("offline_17382249", static_cast<int>(10'000'000 + i)).append("_a1b2c3d4e");
    capture.notes = std::string(300, 'n');
    for (const auto slot : model::kSlots) {
        model::Photo photo;
        photo.url = sync::test::photo_url(capture.offline_id, model::name_of(slot));
        capture.photos[model::index_of(slot)] = photo;
    }
    char id[32];
    std::snprintf(id, sizeof id, "%020zu", i);
    auto fields = sync::encode_capture(capture);
    fields.erase("photos");
    return R"({"document":{"name":"projects/demo/databases/(default)/documents/staging-field-captures/)" +
           std::string(id) + R"(","fields":)" + base::to_text(fields) +
           R"(,"createTime":"2026-11-20T08:00:00.000001Z","updateTime":"2026-11-20T08:00:00.000001Z"},"readTime":"2026-11-22T08:00:00.000001Z"})";
}

constexpr size_t kPage = 500;
constexpr const char* kEmpty = R"([{"readTime":"2026-11-22T08:00:00.000001Z"}])";

std::vector<std::string> make_pages(size_t count) {
    std::vector<std::string> pages;
    for (size_t i = 0; i < count; i += kPage) {
        std::string page = "[";
        for (size_t k = i; k < std::min(i + kPage, count); ++k) page.append(k > i ? "," : "").append(document(k));
        pages.push_back(page.append("]"));
    }
    return pages;
}

// Ids are 20 digits: the first name lane holds all of them. The page is found by the cursor's name.
test::TestReply answer(const std::vector<std::string>& pages, const test::TestRequest& request) {
    test::TestReply reply;
    if (request.target.ends_with(":runAggregationQuery")) {
        reply.body =
            R"([{"result":{"aggregateFields":{"count":{"integerValue":"0"},"n":{"integerValue":"0"}}},"readTime":"2026-11-22T08:00:00.000001Z"}])";
        return reply;
    }
    reply.body = kEmpty;
    const bool is_open = request.body.find("\"booleanValue\":false") != std::string::npos;
    if (!is_open) return reply;
    const size_t start = request.body.find("\"startAt\"");
    size_t next = 0;
    if (start != std::string::npos) {
        const size_t name = request.body.find("staging-field-captures/", start);
        const std::string id = name == std::string::npos ? "" : request.body.substr(name + 23, 20);
        if (id.find_first_not_of("0123456789") != std::string::npos) return reply;  // another lane
        next = std::stoul(id) / kPage + 1;
    }
    if (next < pages.size()) reply.body = pages[next];
    return reply;
}

void run(size_t count) {
    const auto pages = make_pages(count);
    test::TestServer server([&](const test::TestRequest& request) { return answer(pages, request); });
    sync::test::TempFolder folder;
    base::SystemClock clock;
    base::ThreadQueue queue("sync");
    const auto http = net::make_http({});
    NoToken tokens;
    sync::Endpoints endpoints;
    endpoints.project_id = "demo";
    endpoints.firestore = server.url();
    const auto firestore = sync::make_firestore(endpoints, *http, tokens, queue);
    auto opened = store::Cache::open(folder.file("cache.db"), clock);
    if (!opened) std::abort();
    store::Cache cache = std::move(opened->cache);
    sync::CaptureDecoder decoder;
    size_t decoded = 0, photos = 0;
    sync::CacheApplier applier(cache, [&](std::shared_ptr<const sync::AppliedChanges> changes) {
        for (const auto& entry : changes->documents) {
            auto capture = decoder.decode(entry.id, entry.fields, entry.update_time);
            if (capture) photos += static_cast<size_t>(capture->photo_mask() != 0), ++decoded;
        }
    });
    std::promise<void> mirrored;
    bool is_over = false;
    sync::PullHooks hooks;
    hooks.on_progress = [&](const sync::PullProgress& progress) {
        if (progress.error) std::fprintf(stderr, "%s\n", progress.error->full().c_str());
        if (progress.mirrored && !std::exchange(is_over, true)) mirrored.set_value();
    };
    const auto began = std::chrono::steady_clock::now();
    auto pull = std::make_unique<sync::Pull>(*firestore, applier, queue, clock, sync::PullOptions{}, hooks);
    queue.post([&] { pull->start(); });
    mirrored.get_future().wait();
    const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    std::promise<void> gone;
    queue.post([&] {
        pull.reset();
        gone.set_value();
    });
    gone.get_future().wait();
    const auto stored = cache.read().count("staging-field-captures");
    std::printf(
        "%zu documents (%zu bytes each): %.2f s, %.0f documents/s durable and decoded (%lld stored, %zu decoded)\n",
        count, pages[0].size() / std::min(count, kPage), elapsed_s, static_cast<double>(count) / elapsed_s,
        static_cast<long long>(stored.value_or(-1)), decoded);
    queue.stop();
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<size_t> sizes;
    for (int i = 1; i < argc; ++i) sizes.push_back(std::strtoul(argv[i], nullptr, 10));
    if (sizes.empty()) sizes = {10'000, 100'000};
    for (const size_t size : sizes) run(size);
}
