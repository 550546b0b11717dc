#include "backend/bloom_filter.h"

#include <algorithm>
#include <array>

#include "base/ids.h"

namespace linesman::backend {

namespace {

constexpr int kHashes = 7;
constexpr size_t kBitsPerName = 10;

struct Hashes {
    uint64_t first = 0;
    uint64_t second = 0;
};

Hashes hashes_of(std::string_view name) {
    const auto digest = base::md5(name);
    Hashes hashes;
    for (size_t i = 8; i-- > 0;) {
        hashes.first = hashes.first << 8 | digest[i];
        hashes.second = hashes.second << 8 | digest[i + 8];
    }
    return hashes;
}

}  // namespace

BloomFilter::BloomFilter(size_t names)
    : bits_(std::max<size_t>(names * kBitsPerName, 8)), bitmap_((bits_ + 7) / 8, '\0') {}

void BloomFilter::insert(std::string_view name) {
    const auto [first, second] = hashes_of(name);
    for (uint64_t i = 0; i < kHashes; ++i) {
        const size_t bit = (first + i * second) % bits_;
        bitmap_[bit / 8] = static_cast<char>(bitmap_[bit / 8] | (1 << (bit % 8)));
    }
}

bool BloomFilter::might_contain(std::string_view name) const {
    const auto [first, second] = hashes_of(name);
    for (uint64_t i = 0; i < kHashes; ++i) {
        const size_t bit = (first + i * second) % bits_;
        if ((bitmap_[bit / 8] >> (bit % 8) & 1) == 0) return false;
    }
    return true;
}

std::string BloomFilter::json() const {
    const size_t padding = bitmap_.size() * 8 - bits_;
    std::string out = R"({"bits":{"bitmap":")" + base::base64_encode(bitmap_) + "\"";
    if (padding > 0) out += ",\"padding\":" + std::to_string(padding);  // 0 is left out, as in all of proto3's JSON
    return out + "},\"hashCount\":" + std::to_string(kHashes) + "}";
}

}  // namespace linesman::backend
