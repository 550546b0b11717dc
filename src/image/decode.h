// Bytes of a photo to pixels. JPEG is read by libjpeg-turbo, which can decode at n/8 of the size and so skips most of
// the work for a preview; PNG and BMP by stb_image. The caller sees one interface.
//
// Thread: any; every call is independent. Nothing throws. The input is untrusted: sizes are checked against limits.h on
// the header, and whatever libjpeg or stb complain about becomes an Error. Colour profiles are not applied: what the
// phones send is sRGB. GIF, HEIC, WebP and TIFF are recognised and refused (unsupported): no phone of the field sends
// them, and each reader is one more way in for a hostile file.
#pragma once

#include <string_view>

#include "base/result.h"
#include "image/image.h"

namespace linesman::image {

enum class Format { jpeg, png, bmp };
std::string_view name_of(Format format);  // "jpeg", "png", "bmp"

struct ImageInfo {
    Format format = Format::jpeg;
    int width = 0;        // upright: the EXIF orientation has been taken into account
    int height = 0;       // upright
    int orientation = 1;  // EXIF value 1 to 8; 1 when absent
};

// The box the picture has to fit into, in pixels, upright. 0 = no limit on that side. Pictures are never enlarged.
struct DecodeTarget {
    int max_width = 0;
    int max_height = 0;
};

struct Decoded {
    Image image;              // upright, fits the target
    int source_width = 0;     // of the file, upright
    int source_height = 0;    // of the file, upright
    bool damaged = false;     // the file is cut short or broken inside: what could be read is shown, the rest is grey
    std::string_view damage;  // a sentence for the person at the desk, static text; empty unless damaged
};

// Reads the header only. Errors: corrupt, unsupported, too_large.
base::Result<ImageInfo> probe(std::string_view bytes);

// Errors: corrupt (empty, an HTML or JSON page instead of a photo, not an image, nothing could be read), unsupported,
// too_large. Each has its own words in `what`.
base::Result<Decoded> decode(std::string_view bytes, DecodeTarget target = {});

// The size of a w × h picture scaled down to fit the target, both sides at least 1.
struct Size {
    int width = 0;
    int height = 0;
    bool operator==(const Size&) const = default;
};
Size fit_into(Size source, DecodeTarget target);

}  // namespace linesman::image
