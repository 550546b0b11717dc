#include "image/dhash.h"

#include <bit>

#include "image/resize.h"

namespace linesman::image {

uint64_t dhash(const Image& image) {
    constexpr int kColumns = 9;
    constexpr int kRows = 8;
    if (image.empty()) return 0;
    const Image small = downscaled(image, kColumns, kRows);
    // Images smaller than the grid repeat their last column and row.
    const auto grey = [&](int x, int y) {
        const Rgba p = small.pixel(x < small.width ? x : small.width - 1, y < small.height ? y : small.height - 1);
        return p.r * 299 + p.g * 587 + p.b * 114;
    };
    uint64_t hash = 0;
    for (int y = 0; y < kRows; ++y) {
        for (int x = 0; x + 1 < kColumns; ++x) hash = hash << 1 | (grey(x + 1, y) > grey(x, y) ? 1U : 0U);
    }
    return hash;
}

int hash_distance(uint64_t a, uint64_t b) {
    return std::popcount(a ^ b);
}

}  // namespace linesman::image
