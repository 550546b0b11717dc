// First sync: documents per second from a server that replays static pages (replay_server.h) to durable and indexed in
// cache.db; with `rules`, to decoded, judged by every rule and published as columns as well, the way the desk does it.
//
//   bench_first_sync                        10000 and 100000 documents, with a server of its own
//   bench_first_sync DOCUMENTS ...
//   bench_first_sync --serve DOCUMENTS      the server alone; prints its port and the bytes of its pages
//   bench_first_sync --client URL plain|rules
//
// bench/first_sync.py runs the official web client beside it and prints the ratio.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <string>
#include <vector>

#include "app/capture_book.h"
#include "app/decode_captures.h"
#include "app/reference_loader.h"
#include "base/queue.h"
#include "replay_server.h"
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

struct Figures {
    double elapsed_s = 0;
    int64_t stored = 0;
    size_t rows = 0;  // with rules
};

uint64_t peak_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) return std::strtoull(line.c_str() + 6, nullptr, 10);
    }
    return 0;
}

// The captures as the desk shows them; on the sync queue.
struct Desk {
    base::WorkerPool pool;
    base::SystemClock clock;
    app::CaptureBook book{pool, clock, [](const std::string&) { return std::nullopt; }};

    void take(const sync::AppliedChanges& changes) {
        std::vector<const store::CachedDocument*> captures;
        for (const auto& entry : changes.documents) {
            if (entry.collection == bench::kStaging) captures.push_back(&entry);
        }
        app::decode_captures(pool, captures, [this](const model::Capture& capture) { book.put(capture); });
    }
    void begin_judging(store::CacheReader& cache) {
        app::Profile profile;
        if (auto reference = app::load_reference(cache, profile)) book.set_reference(reference->data);
        book.begin_judging();
    }
    size_t judge() {
        book.judge();
        return book.publish().row_count();
    }
};

Figures pull_all(const std::string& url, bool with_rules) {
    Figures figures;
    sync::test::TempFolder folder;
    base::SystemClock clock;
    base::ThreadQueue queue("sync");
    base::WorkerPool readers(1);
    const auto http = net::make_http({});
    NoToken tokens;
    sync::Endpoints endpoints;
    endpoints.project_id = "demo";
    endpoints.firestore = url;
    const auto firestore = sync::make_firestore(endpoints, *http, tokens, queue);
    auto opened = store::Cache::open(folder.file("cache.db"), clock);
    if (!opened) std::abort();
    store::Cache cache = std::move(opened->cache);
    Desk desk;
    sync::CacheApplier applier(cache, [&](std::shared_ptr<const sync::AppliedChanges> changes) {
        if (with_rules) desk.take(*changes);
    });
    std::promise<void> done;
    bool is_over = false;
    sync::PullHooks hooks;
    hooks.on_progress = [&](const sync::PullProgress& progress) {
        if (progress.error) std::fprintf(stderr, "%s\n", progress.error->full().c_str());
        if (!progress.mirrored || std::exchange(is_over, true)) return;
        if (with_rules) figures.rows = desk.judge();
        done.set_value();
    };
    hooks.on_loaded = [&] {
        if (with_rules) desk.begin_judging(cache.read());
    };
    const auto began = std::chrono::steady_clock::now();
    sync::PullOptions options;
    options.readers = &readers;
    auto pull = std::make_unique<sync::Pull>(*firestore, applier, queue, clock, options, hooks);
    queue.post([&] { pull->start(); });
    done.get_future().wait();
    figures.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    std::promise<void> gone;
    queue.post([&] {
        pull.reset();
        gone.set_value();
    });
    gone.get_future().wait();
    figures.stored = cache.read().count(bench::kStaging).value_or(-1);
    queue.stop();
    return figures;
}

int client(const std::string& url, bool with_rules) {
    const Figures figures = pull_all(url, with_rules);
    std::printf(R"({"documents":%lld,"seconds":%.4f,"peak_mb":%.1f,"judged":%zu})"
                "\n",
                static_cast<long long>(figures.stored), figures.elapsed_s, static_cast<double>(peak_kib()) / 1024,
                figures.rows);
    return 0;
}

struct Server {
    pid_t pid = -1;
    std::string url;
};

// In a process of its own, so that its pages do not count as our memory.
Server start_server(size_t count) {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    Server server;
    server.pid = fork();
    if (server.pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        std::_Exit(bench::serve_pages(count));
    }
    close(ends[1]);
    FILE* lines = fdopen(ends[0], "r");
    int port = 0;
    if (lines == nullptr || std::fscanf(lines, "%d", &port) != 1) std::abort();
    std::fclose(lines);
    server.url = "http://127.0.0.1:" + std::to_string(port);
    return server;
}

void run(const char* self, size_t count) {
    const Server server = start_server(count);
    for (const char* mode : {"plain", "rules"}) {
        std::printf("%zu documents, %s: ", count, mode);
        std::fflush(stdout);
        const pid_t child = fork();
        if (child == 0) {
            execl("/proc/self/exe", self, "--client", server.url.c_str(), mode, nullptr);
            std::_Exit(127);
        }
        waitpid(child, nullptr, 0);
    }
    kill(server.pid, SIGTERM);
    waitpid(server.pid, nullptr, 0);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() == 2 && arguments[0] == "--serve") return bench::serve_pages(std::stoul(arguments[1]));
    if (arguments.size() == 3 && arguments[0] == "--client") return client(arguments[1], arguments[2] == "rules");
    std::vector<size_t> sizes;
    for (const auto& argument : arguments) sizes.push_back(std::stoul(argument));
    if (sizes.empty()) sizes = {10'000, 100'000};
    for (const size_t size : sizes) run(argv[0], size);
}
