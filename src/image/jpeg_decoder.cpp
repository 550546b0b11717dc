#include "image/jpeg_decoder.h"

#include <jpeglib.h>
// jerror.h needs jpeglib.h first.
#include <jerror.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>

namespace linesman::image {
namespace {

using base::ErrorKind;
using base::make_error;

constexpr uint8_t kMissingGrey = 128;

// libjpeg reports errors through a callback that must not return. It jumps back to the function that called libjpeg;
// those functions below hold nothing with a destructor, so that no destructor is jumped over. All memory is owned by
// Decoder.
struct ErrorManager {
    jpeg_error_mgr base;  // first: libjpeg knows only this part
    jmp_buf back;
    char message[JMSG_LENGTH_MAX];
    bool cut_short;
    bool broken;
};

ErrorManager& manager_of(j_common_ptr info) {
    return *reinterpret_cast<ErrorManager*>(info->err);
}

[[noreturn]] void on_error(j_common_ptr info) {
    ErrorManager& errors = manager_of(info);
    errors.base.format_message(info, errors.message);
    std::longjmp(errors.back, 1);
}

void on_message(j_common_ptr info, int level) {
    if (level >= 0) return;  // trace messages
    ErrorManager& errors = manager_of(info);
    ++errors.base.num_warnings;
    switch (errors.base.msg_code) {
        case JWRN_JPEG_EOF:
            errors.cut_short = true;
            break;
        // Odd, but every pixel is there: bytes between segments, an unknown Adobe transform, a strange JFIF version.
        case JWRN_EXTRANEOUS_DATA:
        case JWRN_ADOBE_XFORM:
        case JWRN_JFIF_MAJOR:
            break;
        default:
            errors.broken = true;
    }
}

void on_output(j_common_ptr) {}

void on_progress(j_common_ptr info) {
    const auto* decompress = reinterpret_cast<j_decompress_ptr>(info);
    if (decompress->input_scan_number > kMaxJpegScans) {
        ErrorManager& errors = manager_of(info);
        std::strcpy(errors.message, "more scans than any camera writes");
        std::longjmp(errors.back, 1);
    }
}

struct Decoder {
    jpeg_decompress_struct info{};
    ErrorManager errors{};
    jpeg_progress_mgr progress{};

    Decoder() {
        info.err = jpeg_std_error(&errors.base);
        errors.base.error_exit = on_error;
        errors.base.emit_message = on_message;
        errors.base.output_message = on_output;
        progress.progress_monitor = on_progress;
    }
    ~Decoder() { jpeg_destroy_decompress(&info); }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    bool open(std::string_view bytes) {
        if (setjmp(errors.back) != 0) return false;
        jpeg_create_decompress(&info);
        info.progress = &progress;
        jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()),
                     static_cast<unsigned long>(bytes.size()));
        return jpeg_read_header(&info, TRUE) == JPEG_HEADER_OK;
    }

    bool start() {
        if (setjmp(errors.back) != 0) return false;
        return jpeg_start_decompress(&info) != FALSE;
    }

    // Reads rows into `out` until all are there or the file gives up.
    void read_rows(uint8_t* out, size_t stride) {
        if (setjmp(errors.back) != 0) {
            errors.broken = true;
            return;
        }
        while (info.output_scanline < info.output_height) {
            JSAMPROW row = out + info.output_scanline * stride;
            jpeg_read_scanlines(&info, &row, 1);
            if (info.output_scanline == 1 && errors.cut_short && !info.progressive_mode) nothing_read = true;
        }
    }

    bool nothing_read = false;  // the file ended before the first rows of blocks were complete
};

base::Error unreadable(const Decoder& decoder) {
    return make_error(ErrorKind::corrupt, "The photo is damaged: its beginning cannot be read as a JPEG.",
                      decoder.errors.message);
}

// Adobe writes CMYK inverted (255 = no ink), and that is the only CMYK seen in JPEG files.
void cmyk_to_rgba(uint8_t* pixels, size_t count) {
    for (size_t i = 0; i < count; ++i, pixels += 4) {
        const unsigned k = pixels[3];
        for (int c = 0; c < 3; ++c) pixels[c] = static_cast<uint8_t>(pixels[c] * k / 255);
        pixels[3] = 255;
    }
}

// Grey: three equal colours, or in inverted CMYK half the black.
void fill_missing_rows(Image& image, size_t first, bool is_cmyk) {
    for (size_t i = first * image.stride_bytes(); i < image.rgba.size(); ++i)
        image.rgba[i] = (i % 4 == 3) == is_cmyk ? kMissingGrey : uint8_t{255};
}

unsigned scale_for(JpegSize source, JpegSize least) {
    if (least.width <= 0 || least.height <= 0) return 8;
    // libjpeg-turbo has vector code for 2/8, 4/8 and 8/8 only: a 512 px thumbnail is a quarter faster than by way of
    // 3/8.
    for (const int n : {1, 2, 4}) {
        if ((source.width * n + 7) / 8 >= least.width && (source.height * n + 7) / 8 >= least.height)
            return static_cast<unsigned>(n);
    }
    return 8;
}

}  // namespace

base::Result<JpegSize> read_jpeg_size(std::string_view bytes) {
    Decoder decoder;
    if (!decoder.open(bytes)) return unreadable(decoder);
    const JpegSize size{static_cast<int>(decoder.info.image_width), static_cast<int>(decoder.info.image_height)};
    LINESMAN_TRY(check_size(size.width, size.height));
    return size;
}

base::Result<JpegPixels> decode_jpeg(std::string_view bytes, JpegSize least) {
    Decoder decoder;
    if (!decoder.open(bytes)) return unreadable(decoder);
    auto& info = decoder.info;
    JpegPixels out;
    out.source = {static_cast<int>(info.image_width), static_cast<int>(info.image_height)};
    LINESMAN_TRY(check_size(out.source.width, out.source.height));

    info.scale_num = scale_for(out.source, least);
    info.scale_denom = 8;
    const bool is_cmyk = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
    info.out_color_space = is_cmyk ? JCS_CMYK : JCS_EXT_RGBA;
    // A picture that is shrunk anyway shows no difference from smooth chroma; without it turbo merges two passes.
    info.do_fancy_upsampling = info.scale_num == 8 && least.width <= 0 ? TRUE : FALSE;
    if (!decoder.start()) return unreadable(decoder);

    out.image.width = static_cast<int>(info.output_width);
    out.image.height = static_cast<int>(info.output_height);
    out.image.rgba.resize(static_cast<size_t>(info.output_width) * info.output_height * 4);
    decoder.read_rows(out.image.rgba.data(), out.image.stride_bytes());
    if (decoder.nothing_read || info.output_scanline == 0)
        return make_error(
            ErrorKind::corrupt,
            "The photo is cut short: the file ends before the picture begins. Ask for it to be sent again.",
            decoder.errors.message);
    fill_missing_rows(out.image, info.output_scanline, is_cmyk);
    if (is_cmyk) cmyk_to_rgba(out.image.rgba.data(), out.image.rgba.size() / 4);
    if (decoder.errors.broken) out.damage = JpegDamage::broken;
    if (decoder.errors.cut_short) out.damage = JpegDamage::cut_short;
    return out;
}

}  // namespace linesman::image
