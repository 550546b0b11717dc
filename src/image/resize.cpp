#include "image/resize.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "image/decode.h"
#include "image/encode.h"

namespace linesman::image {
namespace {

bool is_opaque(const Image& image) {
    for (size_t i = 3; i < image.rgba.size(); i += 4) {
        if (image.rgba[i] != 255) return false;
    }
    return true;
}

// Colours of transparent pixels must not bleed into their neighbours, so they are averaged weighted by alpha.
void multiply_by_alpha(Image& image) {
    for (size_t i = 0; i < image.rgba.size(); i += 4) {
        const unsigned a = image.rgba[i + 3];
        for (size_t c = 0; c < 3; ++c) image.rgba[i + c] = static_cast<uint8_t>((image.rgba[i + c] * a + 127) / 255);
    }
}

void divide_by_alpha(Image& image) {
    for (size_t i = 0; i < image.rgba.size(); i += 4) {
        const unsigned a = image.rgba[i + 3];
        if (a == 0) continue;
        for (size_t c = 0; c < 3; ++c)
            image.rgba[i + c] = static_cast<uint8_t>(std::min(255U, (image.rgba[i + c] * 255U + a / 2) / a));
    }
}

// The source cells that one target cell covers, with the weight of each.
struct Cover {
    int first;
    std::vector<float> weights;  // sum 1
};

std::vector<Cover> covers(int from, int to) {
    std::vector<Cover> out(static_cast<size_t>(to));
    const double ratio = static_cast<double>(from) / to;
    for (int i = 0; i < to; ++i) {
        const double begin = i * ratio;
        const double end = std::min<double>(from, begin + ratio);
        const int first = std::min(from - 1, static_cast<int>(begin));
        const int last = std::min(from - 1, static_cast<int>(std::ceil(end)) - 1);
        Cover& cover = out[static_cast<size_t>(i)];
        cover.first = first;
        for (int k = first; k <= last; ++k)
            cover.weights.push_back(
                static_cast<float>((std::min<double>(end, k + 1) - std::max<double>(begin, k)) / ratio));
    }
    return out;
}

// Adds weight × row, byte by byte; the loop is written for the vectoriser.
void add_row(float* sums, const uint8_t* row, size_t count, float weight) {
    for (size_t i = 0; i < count; ++i) sums[i] += weight * static_cast<float>(row[i]);
}

void reduce_row(const float* sums, const std::vector<Cover>& columns, uint8_t* out) {
    for (const Cover& cover : columns) {
        float total[4] = {0.5F, 0.5F, 0.5F, 0.5F};  // rounds
        const float* from = sums + static_cast<size_t>(cover.first) * 4;
        for (const float weight : cover.weights) {
            for (size_t c = 0; c < 4; ++c) total[c] += weight * from[c];
            from += 4;
        }
        for (size_t c = 0; c < 4; ++c) out[c] = static_cast<uint8_t>(std::min(total[c], 255.0F));
        out += 4;
    }
}

}  // namespace

Image downscaled(const Image& source, int width, int height) {
    if (source.empty()) return {};
    width = std::clamp(width, 1, source.width);
    height = std::clamp(height, 1, source.height);
    if (width == source.width && height == source.height) return source;
    const bool opaque = is_opaque(source);
    Image weighted;
    if (!opaque) {
        weighted = source;
        multiply_by_alpha(weighted);
    }
    const Image& from = opaque ? source : weighted;
    Image out = Image::filled(width, height, {});
    const auto columns = covers(source.width, width);
    const auto rows = covers(source.height, height);
    std::vector<float> sums(from.stride_bytes());
    for (int y = 0; y < height; ++y) {
        std::fill(sums.begin(), sums.end(), 0.0F);
        int source_y = rows[static_cast<size_t>(y)].first;
        for (const float weight : rows[static_cast<size_t>(y)].weights)
            add_row(sums.data(), from.at(0, source_y++), sums.size(), weight);
        reduce_row(sums.data(), columns, out.at(0, y));
    }
    if (!opaque) divide_by_alpha(out);
    return out;
}

Image cropped(const Image& source, int x, int y, int width, int height) {
    const int64_t right = std::min<int64_t>(source.width, static_cast<int64_t>(x) + width);
    const int64_t bottom = std::min<int64_t>(source.height, static_cast<int64_t>(y) + height);
    const int left = std::max(0, x);
    const int top = std::max(0, y);
    if (right <= left || bottom <= top) return {};
    Image out{static_cast<int>(right - left), static_cast<int>(bottom - top), {}};
    out.rgba.resize(static_cast<size_t>(out.width) * static_cast<size_t>(out.height) * 4);
    for (int row = 0; row < out.height; ++row)
        std::memcpy(out.at(0, row), source.at(left, top + row), out.stride_bytes());
    return out;
}

base::Result<std::string> make_thumbnail(std::string_view photo_bytes, int max_side) {
    auto decoded = decode(photo_bytes, {max_side, max_side});
    if (!decoded) return std::move(decoded).error();
    return encode_jpeg(decoded->image, kThumbnailQuality);
}

}  // namespace linesman::image
