// EXIF inside a photo, and a bare TIFF block.
#include "fuzz_support.h"
#include "image/exif.h"
#include "image/limits.h"

namespace {

using namespace linesman;

void check(const image::Exif& exif) {
    if (exif.gps) {
        fuzz::require(exif.gps->latitude_deg >= -90 && exif.gps->latitude_deg <= 90, "a latitude is one");
        fuzz::require(exif.gps->longitude_deg >= -180 && exif.gps->longitude_deg <= 180, "a longitude is one");
        fuzz::require(exif.gps->latitude_deg != 0 || exif.gps->longitude_deg != 0, "0,0 is no place");
    }
    if (exif.orientation)
        fuzz::require(*exif.orientation >= 1 && *exif.orientation <= 8, "an orientation is one of eight");
    for (const auto& text : {exif.make, exif.model}) {
        if (text)
            fuzz::require(text->size() <= image::kMaxExifText && base::is_valid_utf8(*text), "a text is short UTF-8");
    }
    (void)exif.captured_at(120);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes = fuzz::text_of(data, size);
    check(image::read_exif(bytes));
    check(image::read_exif_block(bytes));
    return 0;
}
