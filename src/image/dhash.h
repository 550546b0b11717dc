// A 64-bit difference hash: two photos of the same view, re-encoded or scaled, differ in few bits. Finds reused photos
// whose bytes (and so md5) differ. Method: shrink to 9 × 8 grey values, one bit per neighbour pair that grows brighter.
// It is a hint for a person, never a proof. Thread: any.
#pragma once

#include <cstdint>

#include "image/image.h"

namespace linesman::image {

// 0 for an empty image.
uint64_t dhash(const Image& image);

// Number of different bits, 0 to 64. Up to 6 is worth a look.
int hash_distance(uint64_t a, uint64_t b);

}  // namespace linesman::image
