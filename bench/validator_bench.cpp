// The validator from scratch, for one change, and previewing a changed rule set, at 100 k and 1 M captures. Captures
// are shaped as the field sends them: 15.8 m apart with 4 m of GPS noise, six photos with md5s, 500 devices, 2 % with a
// fault.
//
// Run: bench_validator --benchmark_min_time=0.01
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <cmath>
#include <ctime>
#include <random>

#include "base/ids.h"
#include "model/validator.h"

namespace {

using namespace linesman;
using namespace linesman::model;

constexpr base::Timestamp kNow{1'760'000'000'000'000};
constexpr double kStep_deg = 15.8 / 111'195.0;

GeoPoint place_of(size_t i, size_t width) {
    return {-26.4 + kStep_deg * static_cast<double>(i / width),
            27.7 + kStep_deg * 1.116 * static_cast<double>(i % width)};
}

std::string number_of(size_t i) {
    char text[24];
    std::snprintf(text, sizeof text, "LA%c.P.%c%04zu", static_cast<char>('A' + i / 260'000),
                  static_cast<char>('A' + i / 10'000 % 26), i % 10'000);
    return text;
}

std::string project_of(size_t i) {
    std::string id = "Law-";
    return id += std::to_string(i / 260'000);
}

struct World {
    explicit World(size_t count) : size(count), width(static_cast<size_t>(std::sqrt(static_cast<double>(count)))) {
        auto data = std::make_shared<ReferenceData>();
        data->projects_known = true;
        for (size_t i = 0; i < count; i += 260'000) {
            Project project;
            project.id = project_of(i);
            project.number_prefix = number_of(i).substr(0, 3);
            data->projects.push_back(project);
        }
        for (size_t i = 0; i < count; ++i)
            data->planned.push_back(
                {std::to_string(i), project_of(i), number_of(i), "feeder", place_of(i, width), "1", "1"});
        for (size_t i = 0; i < count / 10; ++i) data->production_numbers[pole_key(i)] = "p_other";
        reference = std::move(data);
    }

    static std::string pole_key(size_t i) { return base::sha256_hex(std::to_string(i)); }

    Capture capture(size_t i) const {
        std::mt19937_64 random(i);
        std::normal_distribution<double> noise(0, 4 / 111'195.0);
        Capture c;
        c.staging_id = base::hex(std::to_string(i * 2'654'435'761U)).substr(0, 20);
        c.offline_id = "offline_17359876543" + std::to_string(10 + i % 90) + "_" + std::to_string(100'000'000 + i);
        c.pole_number = number_of(i);
        c.project_id = project_of(i);
        const GeoPoint place = place_of(i, width);
        c.gps = GeoPoint{place.latitude + noise(random), place.longitude + noise(random)};
        c.gps_accuracy_m = 6;
        c.captured_by = "worker";
        c.captured_at = kNow - base::minutes(static_cast<int64_t>(i % 2000) * 10 + 100);
        c.submitted_at = kNow - base::minutes(10);
        c.device_id = "device_" + std::to_string(i / 2000);
        for (const Slot slot : kSlots) {
            Photo photo;
            photo.path = "poles/staging/x.jpg";
            photo.md5 = base::md5_base64(std::to_string(i * 6 + index_of(slot)));
            c.photos[index_of(slot)] = std::move(photo);
        }
        if (i % 50 == 0) spoil(c, i);
        return c;
    }

    static void spoil(Capture& c, size_t i) {
        if (i % 250 == 0) c.gps.reset();
        if (i % 250 == 50) c.pole_number = number_of(i + 1);
        if (i % 250 == 100) c.photos[3].reset();
        if (i % 250 == 150) c.gps_accuracy_m = 40;
        if (i % 250 == 200) c.pole_number = "LAW-P-001";
    }

    size_t size, width;
    std::shared_ptr<const ReferenceData> reference;
};

const World& world(size_t count) {
    static std::map<size_t, World> worlds;
    return worlds.try_emplace(count, count).first->second;
}

// CPU time of all threads: on a machine that others use, wall time says little.
double cpu_ms() {
    return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// Captures come from disk in pieces; making them is not what is measured.
// Returns the CPU time of putting.
double fill(Validator& validator, const World& from, benchmark::State* state) {
    double spent_ms = 0;
    std::vector<Capture> piece;
    for (size_t i = 0; i < from.size; i += 10'000) {
        if (state) state->PauseTiming();
        piece.clear();
        for (size_t k = i; k < std::min(from.size, i + 10'000); ++k) piece.push_back(from.capture(k));
        if (state) state->ResumeTiming();
        const double start_ms = cpu_ms();
        for (const Capture& capture : piece) validator.put(capture);
        spent_ms += cpu_ms() - start_ms;
    }
    return spent_ms;
}

void from_scratch(benchmark::State& state) {
    const World& from = world(static_cast<size_t>(state.range(0)));
    base::WorkerPool pool(1);
    for (auto _ : state) {
        state.PauseTiming();
        const auto before = mallinfo2().uordblks;
        auto validator = std::make_unique<Validator>(&pool);
        validator->set_reference(from.reference);
        const auto with_reference = mallinfo2().uordblks;
        state.ResumeTiming();
        state.counters["put_cpu_ms"] = fill(*validator, from, &state);
        const double start_ms = cpu_ms();
        const auto changed = validator->validate(kNow);
        state.PauseTiming();
        state.counters["judge_cpu_ms"] = cpu_ms() - start_ms;
        state.counters["with_findings"] = static_cast<double>(changed.size());
        state.counters["captures_MB"] = static_cast<double>(mallinfo2().uordblks - with_reference) / 1e6;
        state.counters["reference_MB"] = static_cast<double>(with_reference - before) / 1e6;
        validator.reset();
        state.ResumeTiming();
    }
}
BENCHMARK(from_scratch)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();

Validator& filled(size_t count) {
    static base::WorkerPool pool(1);
    static std::map<size_t, Validator> validators;
    const auto [it, is_new] = validators.try_emplace(count, &pool);
    if (is_new) {
        it->second.set_reference(world(count).reference);
        fill(it->second, world(count), nullptr);
        it->second.validate(kNow);
    }
    return it->second;
}

// A capture moves onto its neighbour and back: old and new neighbours are judged again.
void one_change(benchmark::State& state) {
    const auto count = static_cast<size_t>(state.range(0));
    Validator& validator = filled(count);
    size_t i = 1;
    bool away = true;
    Capture capture = world(count).capture(i);
    for (auto _ : state) {
        state.PauseTiming();
        if (away) i = (i + 7919) % count;
        capture = world(count).capture(i);
        if (away) capture.gps = place_of(i + 1, world(count).width);
        away = !away;
        state.ResumeTiming();
        validator.put(capture);
        benchmark::DoNotOptimize(validator.validate(kNow));
    }
}
BENCHMARK(one_change)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond)->Iterations(2000)->UseRealTime();

void preview(benchmark::State& state) {
    const auto count = static_cast<size_t>(state.range(0));
    Validator& validator = filled(count);
    base::WorkerPool pool(1);
    RuleSet candidate;
    candidate.severities[static_cast<size_t>(Rule::near_duplicate)] = Severity::error;
    candidate.duplicate_radius_m = 8;
    for (auto _ : state) {
        const double start_ms = cpu_ms();
        const RulePreview result = preview_rules(validator, candidate, kNow, &pool);
        state.counters["cpu_ms"] = cpu_ms() - start_ms;
        state.counters["newly_failing"] = static_cast<double>(result.newly_failing.size());
    }
}
BENCHMARK(preview)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
