// Photos for load: real JPEGs of a few hundred bytes, filled up with a comment segment to the size wanted, each unlike
// any other. Thread: any.
#pragma once

#include <cstdint>
#include <string>

namespace linesman::field {

// `bytes` is between kLeastTinyPhoto and 60,000; the same seed gives the same photo.
inline constexpr size_t kLeastTinyPhoto = 1024;
std::string tiny_photo(uint64_t seed, size_t bytes);

}  // namespace linesman::field
