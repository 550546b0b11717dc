// Our clustering on the points of a file, for bench/supercluster.py: the same points, the same zooms, one JSON line.
//
//   bench_cluster FILE            FILE: pairs of 64-bit doubles, longitude and latitude
//
// `build`: from longitudes and latitudes to what the map holds, and the first view of everything, since there is no
// index to build. For each whole zoom level: the rectangle of the points is tiled with views of 1920 x 1080, and the
// counts of all bins of all views are summed; each point lies in exactly one of them.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <vector>

#include "map/binning.h"

namespace {

using namespace linesman;

constexpr int kWidth = 1920, kHeight = 1080;
constexpr double kCellPx = 80;  // clusters of 40 to 80 pixels, as supercluster's radius of 40

double ms_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

std::vector<model::GeoPoint> read_points(const char* path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) return {};
    const auto bytes = static_cast<size_t>(file.tellg());
    std::vector<double> values(bytes / sizeof(double));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(double)));
    std::vector<model::GeoPoint> points;
    points.reserve(values.size() / 2);
    for (size_t i = 0; i + 1 < values.size(); i += 2) points.push_back({values[i + 1], values[i]});
    return points;
}

map::Points map_points(const std::vector<model::GeoPoint>& from) {
    map::Points points;
    points.x.reserve(from.size());
    points.y.reserve(from.size());
    points.row.reserve(from.size());
    points.state.assign(from.size(), map::MarkState::open);
    points.accuracy_dm.assign(from.size(), model::kNoAccuracy);
    for (size_t i = 0; i < from.size(); ++i) {
        const auto world = model::world_from_geo(from[i]);
        points.x.push_back(model::fixed_from_world(world.x));
        points.y.push_back(model::fixed_from_world(world.y));
        points.row.push_back(static_cast<model::Row>(i));
    }
    return points;
}

struct Level {
    uint64_t counted = 0, bins = 0;
    size_t views = 0;
    double ms = 0;
};

// Every view of the rectangle at this zoom. What is counted are bins: each point lies in exactly one.
Level whole_level(const map::Points& points, const map::WorldBounds& bounds, double zoom) {
    Level level;
    const double scale = std::exp2(zoom) * 256;  // pixels of the world
    const double step_x = kWidth / scale, step_y = kHeight / scale;
    const auto begin = std::chrono::steady_clock::now();
    map::Bins bins;
    for (double y = bounds.min_y; y <= bounds.max_y; y += step_y) {
        for (double x = bounds.min_x; x <= bounds.max_x; x += step_x) {
            const map::Camera camera({x + step_x / 2, y + step_y / 2}, zoom, kWidth, kHeight);
            map::bin_to_screen(points, camera, static_cast<int>(kCellPx), bins);
            level.counted += bins.total;
            for (const uint32_t count : bins.count) level.bins += count > 0 ? 1 : 0;
            ++level.views;
        }
    }
    level.ms = ms_since(begin);
    return level;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return std::fprintf(stderr, "usage: bench_cluster FILE\n"), 2;
    const auto input = read_points(argv[1]);
    if (input.empty()) return std::fprintf(stderr, "bench_cluster: %s holds no points\n", argv[1]), 2;
    double build_ms = 1e300, view_ms = 1e300;
    map::Points points;
    map::Camera camera({0.5, 0.5}, 2, kWidth, kHeight);
    for (int round = 0; round < 5; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        points = map_points(input);
        camera.fit(map::typical_bounds(points), 20);
        benchmark::DoNotOptimize(map::cluster_points(points, camera, kCellPx));
        build_ms = std::min(build_ms, ms_since(begin));
        const auto again = std::chrono::steady_clock::now();
        benchmark::DoNotOptimize(map::cluster_points(points, camera, kCellPx));
        view_ms = std::min(view_ms, ms_since(again));
    }
    map::WorldBounds bounds;
    for (size_t i = 0; i < points.size(); ++i) bounds.add(points.world(i));
    std::printf("{\"points\": %zu, \"build_ms\": %.3f, \"view_ms\": %.3f, \"zooms\": [", points.size(), build_ms,
                view_ms);
    for (int zoom = 0; zoom <= 16; ++zoom) {
        const Level level = whole_level(points, bounds, zoom);
        std::printf("%s{\"zoom\": %d, \"counted\": %llu, \"bins\": %llu, \"views\": %zu, \"ms\": %.2f}",
                    zoom > 0 ? ", " : "", zoom, static_cast<unsigned long long>(level.counted),
                    static_cast<unsigned long long>(level.bins), level.views, level.ms);
    }
    std::printf("]}\n");
    return 0;
}
