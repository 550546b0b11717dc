// Queries over captures in memory. The tests check the same queries against brute force (tests/model/filter_test.cpp,
// sort_test.cpp).
#include <benchmark/benchmark.h>

#include <cmath>
#include <map>
#include <numeric>

#include "../tests/model/builders.h"
#include "model/device_metrics.h"
#include "model/filter.h"

namespace linesman::model {
namespace {

const Columns& columns_of(int64_t rows) {
    static std::map<int64_t, Columns> made;
    auto& columns = made[rows];
    if (columns.chunks.empty()) columns = test::random_columns(static_cast<uint32_t>(rows), 1);
    return columns;
}

void run_filter(benchmark::State& state, const Filter& filter) {
    const Columns& columns = columns_of(state.range(0));
    size_t passed = 0;
    for (auto _ : state) passed = filter_rows(columns, filter).size();
    state.counters["rows"] = static_cast<double>(passed);
}

void filter_two_columns(benchmark::State& state) {
    Filter filter;
    filter.status = ValidationStatus::validated;
    filter.projects = {"project-3"};
    run_filter(state, filter);
}

void filter_open_only(benchmark::State& state) {
    run_filter(state, Filter());
}

void search_number(benchmark::State& state) {
    Filter filter;
    filter.scope = QueueScope::all;
    filter.search = "p.c123";
    run_filter(state, filter);
}

void search_one_letter(benchmark::State& state) {
    Filter filter;
    filter.scope = QueueScope::all;
    filter.search = "a";
    run_filter(state, filter);
}

void lasso_64_corners(benchmark::State& state) {
    Filter filter;
    filter.scope = QueueScope::all;
    for (int i = 0; i < 64; ++i) {
        const double angle = 6.283185307179586 * i / 64, radius = i % 2 ? 170'000 : 110'000;
        filter.area.push_back({(2'479'175'000.0 + radius * std::cos(angle)) / 4294967296.0,
                               (2'468'175'000.0 + radius * std::sin(angle)) / 4294967296.0});
    }
    run_filter(state, filter);
}

void run_sort(benchmark::State& state, SortKey key) {
    const Columns& columns = columns_of(state.range(0));
    std::vector<Row> in_order(columns.row_count()), rows;
    std::iota(in_order.begin(), in_order.end(), Row{0});
    for (auto _ : state) {
        rows = in_order;
        sort_rows(columns, {key, false}, rows);
        benchmark::DoNotOptimize(rows.data());
    }
}

void sort_by_submitted(benchmark::State& state) {
    run_sort(state, SortKey::submitted);
}
void sort_by_captured(benchmark::State& state) {
    run_sort(state, SortKey::captured);
}
void sort_by_number(benchmark::State& state) {
    run_sort(state, SortKey::pole_number);
}
void sort_by_person(benchmark::State& state) {
    run_sort(state, SortKey::person);
}

void count_all(benchmark::State& state) {
    const Columns& columns = columns_of(state.range(0));
    for (auto _ : state) benchmark::DoNotOptimize(count_rows(columns));
}

void publish_200_changes(benchmark::State& state) {
    ColumnsBuilder builder(columns_of(state.range(0)));
    const Columns& columns = columns_of(state.range(0));
    std::mt19937_64 random(2);
    for (auto _ : state) {
        for (int i = 0; i < 200; ++i) {
            const Row row = static_cast<Row>(random() % columns.row_count());
            RowValues values;
            values.staging_id = columns.staging_id(row);
            values.pole_number = columns.pole_number(row);
            values.submitted_at = static_cast<int64_t>(random() % 1'000'000);
            builder.put(values);
        }
        benchmark::DoNotOptimize(builder.publish());
    }
}

void build_all(benchmark::State& state) {
    const Columns& columns = columns_of(state.range(0));
    for (auto _ : state) {
        ColumnsBuilder builder;
        for (Row row = 0; row < columns.row_count(); ++row) {
            const Chunk& chunk = columns.chunk_of(row);
            const uint32_t i = row % kChunkRows;
            RowValues values;
            values.staging_id = columns.staging_id(row);
            values.pole_number = columns.pole_number(row);
            values.project = columns.names->projects.at(chunk.project[i]);
            values.device = columns.names->devices.at(chunk.device[i]);
            values.person = columns.names->people.at(chunk.person[i]);
            values.submitted_at = chunk.submitted_at[i];
            builder.put(values);
        }
        const Columns built = builder.publish();
        state.counters["bytes_per_row"] =
            static_cast<double>(memory_of(built) + builder.lookup_bytes()) / static_cast<double>(built.row_count());
    }
}

void index_warm_start(benchmark::State& state) {
    const Columns& columns = columns_of(state.range(0));
    for (auto _ : state) benchmark::DoNotOptimize(ColumnsBuilder(columns));
}

void summarize_all_devices(benchmark::State& state) {
    const Columns& columns = columns_of(state.range(0));
    for (auto _ : state) benchmark::DoNotOptimize(summarize_devices(columns, {}, test::kNoon));
}

#define LINESMAN_SIZES Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)
BENCHMARK(filter_two_columns)->LINESMAN_SIZES;
BENCHMARK(filter_open_only)->LINESMAN_SIZES;
BENCHMARK(search_number)->LINESMAN_SIZES;
BENCHMARK(search_one_letter)->LINESMAN_SIZES;
BENCHMARK(lasso_64_corners)->LINESMAN_SIZES;
BENCHMARK(sort_by_submitted)->LINESMAN_SIZES;
BENCHMARK(sort_by_captured)->LINESMAN_SIZES;
BENCHMARK(sort_by_number)->LINESMAN_SIZES;
BENCHMARK(sort_by_person)->LINESMAN_SIZES;
BENCHMARK(count_all)->LINESMAN_SIZES;
BENCHMARK(publish_200_changes)->LINESMAN_SIZES;
BENCHMARK(build_all)->LINESMAN_SIZES;
BENCHMARK(index_warm_start)->LINESMAN_SIZES;
BENCHMARK(summarize_all_devices)->LINESMAN_SIZES;

}  // namespace
}  // namespace linesman::model

BENCHMARK_MAIN();
