// The store room: bulk load, warm read, columns file, enqueue latency. Documents have 2.2 KB of fields, as the staging
// document.
//   build/release/bin/bench_store
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "model/columns.h"
#include "store/cache.h"
#include "store/columns_file.h"
#include "store/outbox.h"

namespace linesman::store {
namespace {

class Folder {
  public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "linesman-bench-XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    std::string file(const char* name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

std::string id_of(int64_t i) {
    return "s" + std::to_string(static_cast<uint64_t>(i) * 0x9E3779B97F4A7C15ULL);
}

CachedDocument document(int64_t i, bool with_notes) {
    std::string fields =
        R"({"poleNumber":{"stringValue":"LAW.P.)" + std::to_string(i) + R"("},"notes":{"stringValue":")";
    if (with_notes && i % 4 == 0) fields += "rock at 0.4 m, moved " + std::to_string(i % 97) + " cm east of the peg";
    fields += R"("},"rest":{"stringValue":")";
    fields.append(2200 - std::min<size_t>(2190, fields.size() + 3), 'x');
    fields += R"("}})";
    return {"staging-field-captures", id_of(i), base::format_rfc3339({1'700'000'000'000'000 + i}), std::move(fields),
            "project" + std::to_string(i % 7) + " open"};
}

std::vector<CacheBatch> batches_of(int64_t documents, int64_t batch_size) {
    std::vector<CacheBatch> out;
    for (int64_t i = 0; i < documents; ++i) {
        if (i % batch_size == 0) out.emplace_back();
        out.back().documents.push_back(document(i, true));
    }
    return out;
}

void load(Cache& cache, const std::vector<CacheBatch>& batches) {
    if (!cache.begin_bulk()) std::abort();
    for (const auto& batch : batches) {
        if (!cache.apply(batch)) std::abort();
    }
}

constexpr int64_t kDocuments = 100'000;

void bulk_load(benchmark::State& state) {
    const auto batches = batches_of(kDocuments, 10'000);
    const base::SystemClock clock;
    for (auto _ : state) {
        state.PauseTiming();
        const Folder folder;
        auto opened = Cache::open(folder.file("cache.db"), clock).value().cache.read().generation();
        auto cache = std::move(Cache::open(folder.file("cache.db"), clock).value().cache);
        benchmark::DoNotOptimize(opened);
        state.ResumeTiming();
        load(cache, batches);
        if (state.range(0) != 0 && !cache.end_bulk()) std::abort();
        state.PauseTiming();
        state.counters["MB"] = static_cast<double>(cache.read().size_bytes()) / 1e6;
        { const auto closed = std::move(cache); }
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * kDocuments);
}
BENCHMARK(bulk_load)
    ->ArgName("with_end_bulk")
    ->Arg(0)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(3);

void read_all(benchmark::State& state) {
    const Folder folder;
    const base::SystemClock clock;
    auto cache = std::move(Cache::open(folder.file("cache.db"), clock).value().cache);
    const auto batches = batches_of(kDocuments, 10'000);
    load(cache, batches);
    if (!cache.end_bulk()) std::abort();
    auto reader = CacheReader::open(folder.file("cache.db")).value().generation();
    for (auto _ : state) {
        auto fresh = std::move(CacheReader::open(folder.file("cache.db"))).value();
        size_t bytes = 0;
        const auto status = fresh.for_each("staging-field-captures",
                                           [&](const DocumentView& view) { return bytes += view.fields.size(), true; });
        if (!status) std::abort();
        benchmark::DoNotOptimize(bytes);
    }
    state.SetItemsProcessed(state.iterations() * kDocuments);
    benchmark::DoNotOptimize(reader);
}
BENCHMARK(read_all)->Unit(benchmark::kMillisecond)->UseRealTime();

void apply_again(benchmark::State& state) {
    const Folder folder;
    const base::SystemClock clock;
    auto cache = std::move(Cache::open(folder.file("cache.db"), clock).value().cache);
    const auto batches = batches_of(kDocuments, 10'000);
    load(cache, batches);
    if (!cache.end_bulk()) std::abort();
    for (auto _ : state) {
        for (const auto& batch : batches) {
            if (cache.apply(batch)->unchanged != batch.documents.size()) std::abort();
        }
    }
    state.SetItemsProcessed(state.iterations() * kDocuments);
}
BENCHMARK(apply_again)->Unit(benchmark::kMillisecond)->UseRealTime();

void count_scope(benchmark::State& state) {
    const Folder folder;
    const base::SystemClock clock;
    auto cache = std::move(Cache::open(folder.file("cache.db"), clock).value().cache);
    load(cache, batches_of(kDocuments, 10'000));
    if (!cache.end_bulk()) std::abort();
    for (auto _ : state)
        benchmark::DoNotOptimize(cache.read().count("staging-field-captures", {"", "", "project3 open"}).value());
}
BENCHMARK(count_scope)->Unit(benchmark::kMicrosecond)->UseRealTime();

model::Columns columns_of(int64_t rows) {
    model::ColumnsBuilder builder;
    for (int64_t i = 0; i < rows; ++i) {
        const std::string id = id_of(i), number = "LAW.P." + std::to_string(i);
        const std::string device = "device" + std::to_string(i % 200), person = "person" + std::to_string(i % 90);
        model::RowValues values;
        values.staging_id = id;
        values.pole_number = number;
        values.project = "lawley";
        values.device = device;
        values.person = person;
        values.captured_at = i;
        builder.put(values);
    }
    return builder.publish();
}

void write_columns(benchmark::State& state) {
    const Folder folder;
    const auto columns = columns_of(state.range(0));
    for (auto _ : state) {
        if (!write_columns_file(folder.file("columns.bin"), columns, {1, 2})) std::abort();
    }
    state.counters["bytes_per_row"] = static_cast<double>(std::filesystem::file_size(folder.file("columns.bin"))) /
                                      static_cast<double>(state.range(0));
}
BENCHMARK(write_columns)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();

void read_columns(benchmark::State& state) {
    const Folder folder;
    if (!write_columns_file(folder.file("columns.bin"), columns_of(state.range(0)), {1, 2})) std::abort();
    for (auto _ : state) {
        const auto columns = read_columns_file(folder.file("columns.bin"), {1, 2});
        if (!columns || columns->row_count() != state.range(0)) std::abort();
    }
}
BENCHMARK(read_columns)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();

void enqueue(benchmark::State& state) {
    const Folder folder;
    const base::SystemClock clock;
    auto outbox = std::move(Outbox::open(folder.file("outbox.db"), clock)).value();
    std::vector<double> us;
    int64_t i = 0;
    for (auto _ : state) {
        model::Operation operation;
        operation.op_id = base::format_rfc3339({i});
        operation.kind = model::OperationKind::approve;
        operation.staging_id = id_of(i++);
        operation.uid = "nomsa";
        operation.base_fields = std::string(2200, 'f');
        const auto start = std::chrono::steady_clock::now();
        if (!outbox.enqueue(std::move(operation))) std::abort();
        us.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(us.begin(), us.end());
    state.counters["p50_us"] = us[us.size() / 2];
    state.counters["p99_us"] = us[us.size() * 99 / 100];
    state.counters["max_us"] = us.back();
}
BENCHMARK(enqueue)->Unit(benchmark::kMicrosecond)->UseRealTime()->Iterations(5000);

}  // namespace
}  // namespace linesman::store
