#include "sync/bloom_filter.h"

#include "base/ids.h"

namespace linesman::sync {
namespace {

constexpr int64_t kMostHashes = 100;  // real filters use less than 30; more would only cost time

base::Error corrupt(std::string detail) {
    return base::make_error(base::ErrorKind::corrupt, "The server's list of unchanged documents cannot be read.",
                            std::move(detail));
}

uint64_t little_endian(const uint8_t* bytes) {
    uint64_t number = 0;
    for (int i = 7; i >= 0; --i) number = number << 8 | bytes[i];
    return number;
}

}  // namespace

base::Result<BloomFilter> BloomFilter::from_json(const base::Json& json) {
    BloomFilter filter;
    filter.hash_count_ = base::int_at(json, "hashCount").value_or(0);
    const base::Json* bits = base::find(json, "bits");
    const int64_t padding = bits ? base::int_at(*bits, "padding").value_or(0) : 0;
    if (bits) {
        auto bitmap = base::base64_decode(base::string_at(*bits, "bitmap").value_or(""));
        if (!bitmap) return corrupt("bitmap: " + bitmap.error().detail);
        filter.bitmap_ = std::move(*bitmap);
    }
    if (padding < 0 || padding > 7 || (filter.bitmap_.empty() && padding != 0)) return corrupt("padding");
    if (filter.hash_count_ < 0 || filter.hash_count_ > kMostHashes) return corrupt("hashCount");
    if (!filter.bitmap_.empty() && filter.hash_count_ == 0) return corrupt("a bitmap without hashes");
    filter.bits_ = filter.bitmap_.size() * 8 - static_cast<uint64_t>(padding);
    return filter;
}

bool BloomFilter::might_contain(std::string_view document_name) const {
    if (bits_ == 0) return false;
    const auto digest = base::md5(document_name);
    const uint64_t first = little_endian(digest.data());
    const uint64_t second = little_endian(digest.data() + 8);
    for (uint64_t i = 0; i < static_cast<uint64_t>(hash_count_); ++i) {
        const uint64_t bit = (first + i * second) % bits_;
        if ((static_cast<unsigned char>(bitmap_[bit / 8]) >> (bit % 8) & 1) == 0) return false;
    }
    return true;
}

}  // namespace linesman::sync
