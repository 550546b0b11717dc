// What a camera wrote about a photo: time, place, model, orientation (EXIF 2.32 / TIFF 6.0 in the APP1 segment of a
// JPEG, or in the eXIf chunk of a PNG). Phones of the field re-encode their photos, so EXIF is usually gone: absence is
// normal.
//
// Thread: any. The bytes are untrusted: every read is bounded, loops in the directory chain are not followed, nothing
// throws and there is no error: what is absent or makes no sense is nullopt.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace linesman::image {

struct GpsPosition {
    double latitude_deg = 0;                  // -90 to 90, WGS 84
    double longitude_deg = 0;                 // -180 to 180
    std::optional<double> accuracy_m;         // GPSHPositioningError
    std::optional<double> altitude_m;         // above sea level; negative below
    std::optional<base::Timestamp> fix_time;  // GPSDateStamp + GPSTimeStamp, UTC
};

struct Exif {
    // DateTimeOriginal (or DateTimeDigitized, DateTime) as the camera's clock showed it: microseconds since the epoch
    // *as if* that clock were UTC. With an offset it is an instant: captured_at.
    std::optional<base::Timestamp> local_time;
    std::optional<int> utc_offset_minutes;  // OffsetTimeOriginal, when the camera wrote one
    std::optional<GpsPosition> gps;         // never 0,0, which cameras write without a fix
    std::optional<std::string> make;
    std::optional<std::string> model;
    std::optional<int> orientation;  // 1 to 8

    // The instant of the capture: by the offset in the file, else by `assumed_offset_minutes` (South Africa: +120).
    std::optional<base::Timestamp> captured_at(int assumed_offset_minutes) const;
};

// `bytes` is a whole JPEG or PNG file, or its beginning.
Exif read_exif(std::string_view bytes);

// Reads a bare TIFF block ("II*\0…" or "MM\0*…"), as found after "Exif\0\0".
Exif read_exif_block(std::string_view tiff);

}  // namespace linesman::image
