// The bloom filter of an existence filter (google/firestore/v1/bloom_filter.proto): bit (h1 + i·h2) mod bits for i in
// [0, hash_count), where h1 and h2 are the two little-endian 64-bit halves of the name's MD5.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace linesman::backend {

class BloomFilter {
  public:
    // Room for `names` names; about one in a hundred others seems to be contained.
    explicit BloomFilter(size_t names);
    void insert(std::string_view name);
    bool might_contain(std::string_view name) const;
    // {"bits":{"bitmap":…,"padding":…},"hashCount":…}
    std::string json() const;

  private:
    size_t bits_;
    std::string bitmap_;
};

}  // namespace linesman::backend
