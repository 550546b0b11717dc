#include "image/encode.h"

// jpeglib.h uses FILE and size_t without including them.
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>
#include <memory>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#include <stb/stb_image_write.h>

namespace linesman::image {
namespace {

using base::ErrorKind;
using base::make_error;

struct ErrorManager {
    jpeg_error_mgr base;
    jmp_buf back;
    char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void on_error(j_common_ptr info) {
    auto& errors = *reinterpret_cast<ErrorManager*>(info->err);
    errors.base.format_message(info, errors.message);
    std::longjmp(errors.back, 1);
}

void on_output(j_common_ptr) {}

struct Encoder {
    jpeg_compress_struct info{};
    ErrorManager errors{};
    unsigned char* out = nullptr;  // malloc'ed and grown by libjpeg
    unsigned long size = 0;

    Encoder() {
        info.err = jpeg_std_error(&errors.base);
        errors.base.error_exit = on_error;
        errors.base.output_message = on_output;
    }
    ~Encoder() {
        jpeg_destroy_compress(&info);
        std::free(out);
    }
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;

    // Holds nothing with a destructor: libjpeg's errors jump out of it.
    bool run(const Image& image, int quality) {
        if (setjmp(errors.back) != 0) return false;
        jpeg_create_compress(&info);
        jpeg_mem_dest(&info, &out, &size);
        info.image_width = static_cast<JDIMENSION>(image.width);
        info.image_height = static_cast<JDIMENSION>(image.height);
        info.input_components = 4;
        info.in_color_space = JCS_EXT_RGBA;
        jpeg_set_defaults(&info);
        jpeg_set_quality(&info, quality, TRUE);
        info.optimize_coding = TRUE;
        jpeg_start_compress(&info, TRUE);
        while (info.next_scanline < info.image_height) {
            JSAMPROW row =
                const_cast<JSAMPROW>(image.at(0, static_cast<int>(info.next_scanline)));  // libjpeg reads only
            jpeg_write_scanlines(&info, &row, 1);
        }
        jpeg_finish_compress(&info);
        return true;
    }
};

base::Error empty_image() {
    return make_error(ErrorKind::invalid_argument, "There is no picture to be saved.", "empty image");
}

}  // namespace

base::Result<std::string> encode_jpeg(const Image& image, int quality) {
    if (image.empty()) return empty_image();
    LINESMAN_TRY(check_size(image.width, image.height));
    Encoder encoder;
    if (!encoder.run(image, std::clamp(quality, 1, 100)))
        return make_error(ErrorKind::internal, "The picture could not be made into a JPEG.", encoder.errors.message);
    return std::string(reinterpret_cast<const char*>(encoder.out), encoder.size);
}

base::Result<std::string> encode_png(const Image& image) {
    if (image.empty()) return empty_image();
    LINESMAN_TRY(check_size(image.width, image.height));
    std::string out;
    const auto append = [](void* context, void* data, int size) {
        static_cast<std::string*>(context)->append(static_cast<const char*>(data), static_cast<size_t>(size));
    };
    if (!stbi_write_png_to_func(append, &out, image.width, image.height, 4, image.rgba.data(), image.width * 4))
        return make_error(ErrorKind::internal, "The picture could not be made into a PNG.");
    return out;
}

}  // namespace linesman::image
