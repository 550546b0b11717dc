#include "image/decode.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "image/exif.h"
#include "image/jpeg_decoder.h"
#include "image/resize.h"
#include "image/sniff.h"
#include "image/stb_decoder.h"

namespace linesman::image {
namespace {

bool swaps_sides(int orientation) {
    return orientation >= 5;
}

Size upright(Size stored, int orientation) {
    return swaps_sides(orientation) ? Size{stored.height, stored.width} : stored;
}

// Shrinks to fit first and turns afterwards: turning fewer pixels is cheaper.
Image fitted_upright(Image stored, Size upright_size, int orientation) {
    const Size size = upright(upright_size, orientation);
    if (size.width < stored.width || size.height < stored.height) stored = downscaled(stored, size.width, size.height);
    return oriented(std::move(stored), orientation);
}

std::string_view sentence_for(JpegDamage damage) {
    switch (damage) {
        case JpegDamage::none:
            return "";
        case JpegDamage::cut_short:
            return "The file is cut short: what arrived is shown, the rest is grey.";
        case JpegDamage::broken:
            return "The file is damaged inside: parts of the picture may be wrong.";
    }
    return "";
}

base::Result<Decoded> decode_jpeg_file(std::string_view bytes, DecodeTarget target) {
    const int orientation = read_exif(bytes).orientation.value_or(1);
    auto stored_size = read_jpeg_size(bytes);
    if (!stored_size) return stored_size.error();
    const Size source = upright({stored_size->width, stored_size->height}, orientation);
    const Size wanted = fit_into(source, target);
    const Size wanted_stored = upright(wanted, orientation);
    const bool full = wanted == source;
    auto pixels = decode_jpeg(bytes, full ? JpegSize{} : JpegSize{wanted_stored.width, wanted_stored.height});
    if (!pixels) return std::move(pixels).error();
    Decoded out;
    out.source_width = source.width;
    out.source_height = source.height;
    out.damaged = pixels->damage != JpegDamage::none;
    out.damage = sentence_for(pixels->damage);
    out.image = fitted_upright(std::move(pixels->image), wanted, orientation);
    return out;
}

base::Result<Decoded> decode_stb_file(std::string_view bytes, DecodeTarget target) {
    auto pixels = decode_stb(bytes);
    if (!pixels) return std::move(pixels).error();
    const int orientation = read_exif(bytes).orientation.value_or(1);
    const Size source = upright({pixels->width, pixels->height}, orientation);
    Decoded out;
    out.source_width = source.width;
    out.source_height = source.height;
    out.image = fitted_upright(std::move(*pixels), fit_into(source, target), orientation);
    return out;
}

}  // namespace

std::string_view name_of(Format format) {
    switch (format) {
        case Format::jpeg:
            return "jpeg";
        case Format::png:
            return "png";
        case Format::bmp:
            return "bmp";
    }
    return "";
}

Size fit_into(Size source, DecodeTarget target) {
    double scale = 1;
    if (target.max_width > 0) scale = std::min(scale, static_cast<double>(target.max_width) / source.width);
    if (target.max_height > 0) scale = std::min(scale, static_cast<double>(target.max_height) / source.height);
    const auto side = [&](int length, int limit) {
        const int scaled = std::max(1, static_cast<int>(std::lround(length * scale)));
        return limit > 0 ? std::min(scaled, limit) : scaled;
    };
    return {side(source.width, target.max_width), side(source.height, target.max_height)};
}

base::Result<ImageInfo> probe(std::string_view bytes) {
    const auto format = sniff(bytes);
    if (!format) return format.error();
    Size stored;
    if (*format == Format::jpeg) {
        const auto size = read_jpeg_size(bytes);
        if (!size) return size.error();
        stored = {size->width, size->height};
    } else {
        const auto size = read_stb_size(bytes);
        if (!size) return size.error();
        stored = {size->width, size->height};
    }
    const int orientation = read_exif(bytes).orientation.value_or(1);
    const Size size = upright(stored, orientation);
    return ImageInfo{*format, size.width, size.height, orientation};
}

base::Result<Decoded> decode(std::string_view bytes, DecodeTarget target) {
    const auto format = sniff(bytes);
    if (!format) return format.error();
    return *format == Format::jpeg ? decode_jpeg_file(bytes, target) : decode_stb_file(bytes, target);
}

}  // namespace linesman::image
