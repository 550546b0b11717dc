// Limits and tuning of the image room, each with its reason. They are checked on the header of a file, before any pixel
// is decoded, so that a small hostile file (an "image bomb") cannot make us allocate gigabytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace linesman::image {

// 64 megapixels: phones of the field make at most 50. As RGBA8 that is 256 MiB, the most one decode may ever hold.
inline constexpr int64_t kMaxPixels = 64LL * 1000 * 1000;
// No phone photo or scanned panorama of a pole is longer; keeps every width * 4 far below 2^31.
inline constexpr int kMaxSide = 20'000;
// Photos are 50 KB to 3 MB; a file of more than 64 MiB is not one of ours.
inline constexpr size_t kMaxFileBytes = size_t{64} << 20;
// A progressive JPEG may declare any number of scans and each costs a pass over the whole image. Encoders write
// about 10.
inline constexpr int kMaxJpegScans = 64;
// EXIF: entries read per directory and bytes read per text. Cameras write fewer than 100 entries and 64 characters.
inline constexpr size_t kMaxExifEntries = 512;
inline constexpr size_t kMaxExifText = 256;
// JPEG quality of thumbnails: at 512 px no difference to the original can be seen, at a third of the size.
inline constexpr int kThumbnailQuality = 82;

}  // namespace linesman::image
