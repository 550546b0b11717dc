// The bloom filter of an existence filter (google/firestore/v1/bloom_filter.proto): which names may be in a result.
// Bit (h1 + i·h2 mod 2^64) mod bits for i in [0, hash_count), where h1 and h2 are the two little-endian 64-bit halves
// of the MD5 of the full document name. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"

namespace linesman::sync {

class BloomFilter {
  public:
    // From {"bits":{"bitmap":<base64>,"padding":n},"hashCount":n}; members that are absent are zero (proto3).
    // Errors: corrupt (padding or hash count that fit no bitmap).
    static base::Result<BloomFilter> from_json(const base::Json& json);

    // False is certain; true may be a coincidence. An empty filter contains nothing.
    bool might_contain(std::string_view document_name) const;

  private:
    std::string bitmap_;
    uint64_t bits_ = 0;
    int64_t hash_count_ = 0;
};

}  // namespace linesman::sync
