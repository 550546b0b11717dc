#include "app/disk_use.h"

#include <algorithm>
#include <filesystem>

namespace linesman::app {
namespace {

namespace fs = std::filesystem;

// A file, or everything below a folder; only regular files, links are not followed.
void measure(const fs::path& path, DiskUse& use) {
    std::error_code ignored;
    if (fs::is_regular_file(fs::symlink_status(path, ignored))) {
        use.bytes += fs::file_size(path, ignored);
        ++use.files;
        return;
    }
    if (!fs::is_directory(fs::symlink_status(path, ignored))) return;
    for (auto it = fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied, ignored);
         it != fs::recursive_directory_iterator(); it.increment(ignored)) {
        if (!it->is_regular_file(ignored) || it->is_symlink(ignored)) continue;
        use.bytes += it->file_size(ignored);
        ++use.files;
    }
}

// Files of the folder whose name begins so.
std::vector<fs::path> beginning(const std::string& folder, const std::string& name) {
    std::vector<fs::path> out;
    std::error_code ignored;
    for (auto it = fs::directory_iterator(folder, ignored); it != fs::directory_iterator(); it.increment(ignored)) {
        if (it->path().filename().string().starts_with(name)) out.push_back(it->path());
    }
    return out;
}

DiskUse use_of(std::string what, const std::string& folder, const std::string& name, std::string advice, bool can_go) {
    DiskUse use{std::move(what), folder + "/" + name, std::move(advice), 0, 0, can_go};
    for (const auto& path : beginning(folder, name)) measure(path, use);
    return use;
}

}  // namespace

std::vector<DiskUse> disk_use(const base::Folders& folders) {
    std::vector<DiskUse> all;
    all.push_back(use_of("decisions (outbox.db)", folders.data, "outbox.db", "kept for good", false));
    all.push_back(use_of("mirror of the server (cache.db)", folders.data, "cache.db", "needed to work offline", false));
    DiskUse aside = use_of("set aside mirrors", folders.data, "cache.db.set-aside", "may go", true);
    all.back().bytes -= std::min(all.back().bytes, aside.bytes);
    all.back().files -= std::min(all.back().files, aside.files);
    all.push_back(std::move(aside));
    all.push_back(use_of("quick start (columns.bin)", folders.data, "columns.bin", "made anew when missing", false));
    all.push_back(use_of("photos", folders.cache, "photos", "may go; fetched again when looked at", true));
    all.push_back(use_of("thumbnails", folders.cache, "thumbnails", "may go; made again when looked at", true));
    all.push_back(use_of("log", folders.state, "linesman", "turned over by itself", false));
    return all;
}

base::Result<uint64_t> clean_up(const base::Folders& folders) {
    uint64_t freed = 0;
    for (const auto& use : disk_use(folders)) {
        if (!use.can_go) continue;
        const auto slash = use.path.rfind('/');
        for (const auto& path : beginning(use.path.substr(0, slash), use.path.substr(slash + 1))) {
            std::error_code failed;
            fs::remove_all(path, failed);
            if (failed)
                return base::make_error(base::ErrorKind::io, "Could not delete " + path.string() + ".",
                                        failed.message());
        }
        freed += use.bytes;
    }
    return freed;
}

}  // namespace linesman::app
