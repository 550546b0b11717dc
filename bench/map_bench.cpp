// What a change of the map's view costs: binning and drawing 100 k and 1 M captures at 1920 x 1080, at several zooms.
//   bench_map --benchmark_min_time=0.5s
#include <benchmark/benchmark.h>

#include <random>

#include "map/graticule.h"
#include "map/pick.h"
#include "map/rasteriser.h"

namespace {

using namespace linesman;

map::Points town(size_t count) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> across(-0.12, 0.12);
    map::Points points;
    for (size_t i = 0; i < count; ++i) {
        const auto world = model::world_from_geo({-26.38 + across(random), 27.80 + across(random)});
        points.x.push_back(model::fixed_from_world(world.x));
        points.y.push_back(model::fixed_from_world(world.y));
        points.state.push_back(static_cast<map::MarkState>(random() % map::kMarkStateCount));
        points.row.push_back(static_cast<model::Row>(i));
    }
    return points;
}

const map::Points& points_of(int64_t count) {
    static const map::Points hundred_thousand = town(100'000), million = town(1'000'000);
    return count == 100'000 ? hundred_thousand : million;
}

// Zooms: everything on the screen, a quarter of it, a few streets.
map::Camera camera(const map::Points& points, int64_t step) {
    map::Camera camera({0.5, 0.5}, 2, 1920, 1080);
    camera.fit(map::typical_bounds(points), 20);
    if (step > 0) camera.zoom_at({960, 540}, static_cast<double>(step));
    return camera;
}

void view_change(benchmark::State& state) {
    const auto& points = points_of(state.range(0));
    map::Scene scene;
    scene.points = &points;
    scene.camera = camera(points, state.range(1));
    map::Pixels pixels;
    map::Rasteriser rasteriser;
    uint32_t visible = 0;
    for (auto _ : state) {
        scene.camera.pan_by(1, 0);
        const auto lines = map::graticule(scene.camera, 120);
        scene.graticule = &lines;
        visible = rasteriser.draw(scene, {}, pixels).visible;
        benchmark::DoNotOptimize(pixels.data.data());
    }
    state.counters["on_screen"] = visible;
}
BENCHMARK(view_change)->ArgsProduct({{100'000, 1'000'000}, {0, 2, 5, 8}})->Unit(benchmark::kMillisecond);

void bin_only(benchmark::State& state) {
    const auto& points = points_of(state.range(0));
    const auto view = camera(points, 0);
    map::Bins bins;
    for (auto _ : state) {
        map::bin_to_screen(points, view, 2, bins);
        benchmark::DoNotOptimize(bins.count.data());
    }
}
BENCHMARK(bin_only)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void clusters_only(benchmark::State& state) {
    const auto& points = points_of(state.range(0));
    const auto view = camera(points, 0);
    for (auto _ : state) benchmark::DoNotOptimize(map::cluster_points(points, view, 150));
}
BENCHMARK(clusters_only)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void pick(benchmark::State& state) {
    const auto& points = points_of(state.range(0));
    const auto view = camera(points, 5);
    for (auto _ : state) benchmark::DoNotOptimize(map::pick_point(points, view, nullptr, {960, 540}, 12));
}
BENCHMARK(pick)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
