#include "app/photo_link.h"

#include "model/photo_ledger.h"

namespace linesman::app {

base::Result<model::Photo> read_stored_photo(OfficeLine& line, const std::string& path) {
    auto info = line.object_info(path);
    if (!info) return info.error();
    const std::string& type = info->content_type;
    const bool may_be_image = type.empty() || type.starts_with("image/") || type == "application/octet-stream";
    if (info->size == 0 || !may_be_image)
        return base::make_error(base::ErrorKind::unsupported,
                                "This object in Storage is no photo. Choose another one.");
    model::Photo photo;
    photo.path = path;
    photo.bytes = info->size;
    photo.md5 = info->md5_base64;
    photo.url = sync::photo_url(line.endpoints(), path, info->download_token);
    if (const auto parts = model::photo_path_parts(path)) photo.captured_at = parts->taken_at;
    return photo;
}

}  // namespace linesman::app
