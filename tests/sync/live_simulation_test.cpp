// Random writes of others, random cuts of the line: a desk that listens and one that polls hold what the server holds.
// LINESMAN_LONG=1 runs more and longer seeds; LINESMAN_SEED names one.
#include <gtest/gtest.h>

#include <cstdlib>

#include "sync/stream_line.h"

namespace linesman::sync::test {
namespace {

struct SimDesk {
    TempFolder folder;
    StreamLine line;
    std::unique_ptr<store::Cache> cache;
    std::unique_ptr<Firestore> client;
    std::unique_ptr<CacheApplier> applier;
    std::unique_ptr<Pull> pull;
    Backend& backend;
    bool live;
    uint64_t seed;

    SimDesk(Backend& server, bool listens, uint64_t number)
        : line(server.server, number), backend(server), live(listens), seed(number) {
        open();
    }
    ~SimDesk() { close(); }
    void open() {
        close();
        auto opened = store::Cache::open(folder.file("cache.db"), backend.clock);
        ASSERT_TRUE(opened.ok()) << opened.error().full();
        cache = std::make_unique<store::Cache>(std::move(opened->cache));
        client = make_firestore(Backend::endpoints(), line, backend.tokens, backend.queue);
        applier = std::make_unique<CacheApplier>(*cache, [](const std::shared_ptr<const AppliedChanges>&) {});
        PullOptions options;
        options.random_seed = seed;
        if (live) options.live = {&line, &backend.tokens, {}};
        pull = std::make_unique<Pull>(*client, *applier, backend.queue, backend.clock, options, PullHooks{});
        pull->start();
    }
    void close() {
        pull.reset();
        applier.reset();
        client.reset();
        backend.queue.run_ready();
        cache.reset();
    }
    // id -> version, fields
    std::map<std::string, std::pair<std::string, base::Json>> documents(const std::string& collection) {
        std::map<std::string, std::pair<std::string, base::Json>> out;
        const auto read = cache->read().for_each(collection, [&](const store::DocumentView& document) {
            out[std::string(document.id)] = {std::string(document.update_time),
                                             *value::parse_fields(std::string(document.fields))};
            return true;
        });
        EXPECT_TRUE(read.ok());
        return out;
    }
};

class Simulation {
  public:
    explicit Simulation(uint64_t seed)
        : random_(seed), live_(backend_, true, seed + 1), polled_(backend_, false, seed + 2) {}

    void run(int steps) {
        for (int i = 0; i < 12; ++i) create();
        pass(base::seconds(30));
        live_.line.cut_share = 0.03;
        live_.line.loss_share = 0.005;
        for (int step = 0; step < steps; ++step) {
            act();
            pass(base::milliseconds(static_cast<int64_t>(random_() % 3000)));
        }
        heal();
    }

    void expect_changes_at_once() {
        const auto server = server_documents();
        const auto live = live_.documents(kStaging);
        for (const auto& [id, version] : server) {
            const auto found = live.find(id);
            ASSERT_NE(found, live.end()) << id << " is missing";
            EXPECT_EQ(found->second, version) << id;
        }
    }
    void expect_equal() {
        const auto server = server_documents();
        EXPECT_EQ(live_.documents(kStaging), server);
        EXPECT_EQ(polled_.documents(kStaging), server);
        EXPECT_EQ(live_.pull->progress().phase, PullPhase::listening) << live_.pull->progress().live.why;
    }
    void pass(base::Duration time) {
        const auto until = backend_.clock.steady().us + time.us;
        while (backend_.clock.steady().us < until) {
            live_.line.pump();
            backend_.queue.run_ready();
            ++turns_;
            if (live_.pull->progress().live.phase == ListenPhase::live) ++live_turns_;
            backend_.queue.run_for({std::min<int64_t>(500'000, until - backend_.clock.steady().us)});
        }
        live_.line.pump();
        backend_.queue.run_ready();
    }
    const PullProgress& progress() const { return live_.pull->progress(); }
    double live_share() const { return static_cast<double>(live_turns_) / static_cast<double>(turns_); }

  private:
    std::map<std::string, std::pair<std::string, base::Json>> server_documents() {
        std::map<std::string, std::pair<std::string, base::Json>> out;
        for (auto& document : backend_.list(kStaging))
            out[document.name.substr(document.name.rfind('/') + 1)] = {document.update_time, document.fields};
        return out;
    }
    void create() {
        const std::string id = numbered("c", ++made_);
        backend_.stage(phone_capture(id, numbered("LAW.P.", made_)));
        ids_.push_back(id);
    }
    const std::string& any() { return ids_[random_() % ids_.size()]; }
    void change(const std::string& id, const std::string& field, base::Json to) {
        FieldChanges changes;
        changes.set = {{field, std::move(to)}};
        changes.server_times = {"updated_at"};
        backend_.patch(id, changes);
    }
    void write() {
        switch (random_() % 8) {
            case 0:
                return create();
            case 1: {
                if (ids_.size() < 5) return;
                const size_t index = random_() % ids_.size();
                backend_.erase(kStaging, ids_[index]);
                ids_.erase(ids_.begin() + static_cast<std::ptrdiff_t>(index));
                return;
            }
            case 2:  // made again under the same name
                if (ids_.size() < 5) return;
                backend_.erase(kStaging, ids_.back());
                return backend_.stage(phone_capture(ids_.back()));
            case 3:
                return change(any(), "projectId", value::text(random_() % 2 ? "Law-001" : ""));
            case 4: {  // leaves the window backwards, as a clock that was put right
                FieldChanges changes;
                changes.set = {{"validated_at", value::timestamp(at("2026-01-01T00:00:00Z"))}};
                changes.server_times = {"updated_at"};
                return backend_.patch(any(), changes);
            }
            default:
                return change(any(), "notes",
                              value::text(numbered("n\xF0\x9F\x98\x80", static_cast<int>(random_() % 1000))));
        }
    }
    void act() {
        const auto dice = random_() % 100;
        if (dice < 70) return write();
        if (dice < 74) return backend_.server.channels().drop_all();
        if (dice < 76) return backend_.server.stream_rules().expire_tokens();
        if (dice < 80) return pass(base::seconds(static_cast<int64_t>(random_() % 90)));
        if (dice < 82) return pass(base::minutes(static_cast<int64_t>(random_() % 20)));
        if (dice < 84) {
            live_.line.dead = true;
            write();
            pass(base::seconds(static_cast<int64_t>(random_() % 40)));
            live_.line.dead = false;
            return;
        }
        if (dice < 86) return live_.open();  // killed and started again
        auto settings = backend_.server.stream_rules().settings();
        settings.forget_removals = random_() % 3 == 0;
        settings.bare_removals = random_() % 2 == 0;
        settings.bloom_filter = random_() % 3 != 0;
        settings.always_filter = random_() % 2 == 0;
        settings.expired_cause = random_() % 3 == 0 ? 3 : 0;
        settings.messages_per_frame = 1 + static_cast<int64_t>(random_() % 5);
        backend_.server.stream_rules().set(settings);
    }
    // A line without faults, and long enough for another try.
    void heal() {
        live_.line.dead = false;
        live_.line.cut_share = live_.line.loss_share = 0;
        live_.pull->sync_now();
        pass(base::seconds(100));
        write();
        write();
        pass(base::seconds(3));
    }

    Backend backend_;
    std::mt19937_64 random_;
    SimDesk live_, polled_;
    std::vector<std::string> ids_;
    int made_ = 0;
    int64_t turns_ = 0, live_turns_ = 0;
};

TEST(LiveSimulation, ListeningAndPollingEndWithWhatTheServerHolds) {
    const bool is_long = std::getenv("LINESMAN_LONG") != nullptr;
    const char* named = std::getenv("LINESMAN_SEED");
    const uint64_t first = named ? std::strtoull(named, nullptr, 10) : 1;
    const uint64_t seeds = named ? 1 : is_long ? 60 : 4;
    for (uint64_t seed = first; seed < first + seeds; ++seed) {
        SCOPED_TRACE(testing::Message() << "LINESMAN_SEED=" << seed);
        Simulation simulation(seed);
        simulation.run(is_long ? 400 : 80);
        simulation.expect_changes_at_once();
        simulation.pass(base::minutes(6));  // counts find deletes that no window showed
        simulation.expect_equal();
        EXPECT_GT(simulation.live_share(), 0.3) << "the line was too bad to prove anything";
        std::printf("seed %llu: live for %.0f %% of the time\n", static_cast<unsigned long long>(seed),
                    simulation.live_share() * 100);
        if (testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace linesman::sync::test
