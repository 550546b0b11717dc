// What photos cost: decoding at full size and for previews, thumbnails, rendering of the demo.
// Peers' figures for the same sizes stand in the table of the README; run: bench_image --benchmark_repetitions=5
#include <benchmark/benchmark.h>

#include <string>

#include "image/decode.h"
#include "image/demo_photo.h"
#include "image/dhash.h"
#include "image/encode.h"
#include "image/exif.h"
#include "image/resize.h"

namespace {

using namespace linesman::image;

// A photo of the given size, as a phone would send it (quality 80).
const std::string& photo(int width, int height) {
    static std::string large, medium, small;
    std::string& cached = width > 3000 ? large : width > 1600 ? medium : small;
    if (cached.empty()) {
        DemoPhotoSpec spec;
        spec.pole_number = "LAW.P.B167";
        spec.slot = "front";
        spec.seed = 5;
        spec.width = width;
        spec.height = height;
        cached = encode_jpeg(render_demo_photo(spec), 80).value();
    }
    return cached;
}

void decode_to(benchmark::State& state, int width, int height, DecodeTarget target) {
    const std::string& bytes = photo(width, height);
    for (auto _ : state) benchmark::DoNotOptimize(decode(bytes, target).value().image.rgba.data());
    state.counters["photo_KB"] = static_cast<double>(bytes.size()) / 1024;
}

void decode_12mp_full(benchmark::State& state) {
    decode_to(state, 4000, 3000, {});
}
void decode_12mp_eighth(benchmark::State& state) {
    decode_to(state, 4000, 3000, {500, 375});
}
void decode_12mp_preview_1024(benchmark::State& state) {
    decode_to(state, 4000, 3000, {1024, 1024});
}
void decode_1080p_full(benchmark::State& state) {
    decode_to(state, 1920, 1080, {});
}
void decode_1080p_eighth(benchmark::State& state) {
    decode_to(state, 1920, 1080, {240, 135});
}
void decode_1080p_preview_800(benchmark::State& state) {
    decode_to(state, 1920, 1080, {800, 800});
}

void thumbnail_512_of_12mp(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(make_thumbnail(photo(4000, 3000)).value().data());
}

void thumbnail_512_of_1080p(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(make_thumbnail(photo(1920, 1080)).value().data());
}

void decode_cached_thumbnail_512(benchmark::State& state) {
    const std::string thumbnail = make_thumbnail(photo(1920, 1080)).value();
    for (auto _ : state) benchmark::DoNotOptimize(decode(thumbnail).value().image.rgba.data());
}

void probe_1080p(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(probe(photo(1920, 1080)).value().width);
}

void exif_of_photo(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(read_exif(photo(1920, 1080)).orientation);
}

void dhash_1080p(benchmark::State& state) {
    const Image image = decode(photo(1920, 1080)).value().image;
    for (auto _ : state) benchmark::DoNotOptimize(dhash(image));
}

void render_demo_1280x960(benchmark::State& state) {
    DemoPhotoSpec spec;
    spec.pole_number = "LAW.P.B167";
    spec.slot = "concrete";
    for (auto _ : state) {
        ++spec.seed;
        benchmark::DoNotOptimize(render_demo_photo(spec).rgba.data());
    }
}

BENCHMARK(decode_12mp_full)->Unit(benchmark::kMillisecond);
BENCHMARK(decode_12mp_eighth)->Unit(benchmark::kMillisecond);
BENCHMARK(decode_12mp_preview_1024)->Unit(benchmark::kMillisecond);
BENCHMARK(decode_1080p_full)->Unit(benchmark::kMillisecond);
BENCHMARK(decode_1080p_eighth)->Unit(benchmark::kMillisecond);
BENCHMARK(decode_1080p_preview_800)->Unit(benchmark::kMillisecond);
BENCHMARK(thumbnail_512_of_12mp)->Unit(benchmark::kMillisecond);
BENCHMARK(thumbnail_512_of_1080p)->Unit(benchmark::kMillisecond);
BENCHMARK(decode_cached_thumbnail_512)->Unit(benchmark::kMillisecond);
BENCHMARK(probe_1080p)->Unit(benchmark::kMicrosecond);
BENCHMARK(exif_of_photo)->Unit(benchmark::kMicrosecond);
BENCHMARK(dhash_1080p)->Unit(benchmark::kMillisecond);
BENCHMARK(render_demo_1280x960)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
