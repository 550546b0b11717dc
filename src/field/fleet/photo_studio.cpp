#include "field/fleet/photo_studio.h"

#include <mutex>

#include "image/encode.h"

namespace linesman::field {

base::Result<std::vector<std::string>> PhotoStudio::render(std::vector<image::DemoPhotoSpec> specs) {
    std::vector<std::string> out(specs.size());
    std::mutex mutex;
    base::Status failed;
    pool_.parallel_for(specs.size(), 1, [&](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) {
            specs[i].width = options_.width;
            specs[i].height = options_.height;
            auto jpeg = image::encode_jpeg(image::render_demo_photo(specs[i]), options_.quality);
            if (jpeg) {
                out[i] = std::move(*jpeg);
                continue;
            }
            const std::lock_guard lock(mutex);
            failed = jpeg.error();
        }
    });
    if (!failed) return failed.error();
    return out;
}

}  // namespace linesman::field
