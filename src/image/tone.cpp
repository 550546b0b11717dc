#include "image/tone.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace linesman::image {

namespace {

constexpr double kCutShare = 0.005, kGamma = 0.75;
constexpr int kLeastRange = 24;  // a flatter picture holds nothing but noise to be spread

struct Range {
    int low = 0, high = 255;
};

Range range_of(const Image& image) {
    std::array<uint64_t, 256> counts{};
    // Every third pixel is enough to know the tones.
    uint64_t total = 0;
    for (size_t i = 0; i + 3 < image.rgba.size(); i += 12, ++total) {
        const unsigned luma = (image.rgba[i] * 77U + image.rgba[i + 1] * 150U + image.rgba[i + 2] * 29U) >> 8;
        ++counts[luma];
    }
    const auto cut = static_cast<uint64_t>(static_cast<double>(total) * kCutShare);
    Range range;
    for (uint64_t below = counts[0]; below <= cut && range.low < 255;)
        below += counts[static_cast<size_t>(++range.low)];
    for (uint64_t above = counts[255]; above <= cut && range.high > 0;)
        above += counts[static_cast<size_t>(--range.high)];
    if (range.high - range.low < kLeastRange) return {};
    return range;
}

}  // namespace

Image spread_tones(const Image& image) {
    Image out = image;
    if (image.empty()) return out;
    const Range range = range_of(image);
    std::array<uint8_t, 256> curve{};
    for (int tone = 0; tone < 256; ++tone) {
        const double share = std::clamp(static_cast<double>(tone - range.low) / (range.high - range.low), 0.0, 1.0);
        curve[static_cast<size_t>(tone)] = static_cast<uint8_t>(std::lround(std::pow(share, kGamma) * 255));
    }
    for (size_t i = 0; i + 3 < out.rgba.size(); i += 4) {
        for (size_t channel = 0; channel < 3; ++channel) out.rgba[i + channel] = curve[out.rgba[i + channel]];
    }
    return out;
}

}  // namespace linesman::image
