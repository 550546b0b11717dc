#include "sync/photo_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "base/file.h"
#include "base/ids.h"

namespace linesman::sync {
namespace {

constexpr uint64_t kMaxPhotoBytes = 64ULL << 20;
constexpr size_t kMd5HexLength = 32;

bool is_md5_hex(std::string_view text) {
    return text.size() == kMd5HexLength && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string md5_hex_of(const std::string& bytes) {
    const auto digest = base::md5(bytes);
    return base::hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

void set_used(const std::string& file, int64_t used_us) {
    const timespec at{static_cast<time_t>(used_us / base::kMicrosPerSecond),
                      static_cast<long>(used_us % base::kMicrosPerSecond * 1000)};
    const timespec times[2] = {at, at};
    utimensat(AT_FDCWD, file.c_str(), times, 0);  // a failure only ages the photo
}

}  // namespace

std::string md5_hex_of_base64(const std::string& md5_base64) {
    const auto bytes = base::base64_decode(md5_base64);
    return bytes && bytes->size() == 16 ? base::hex(*bytes) : std::string();
}

base::Result<std::unique_ptr<PhotoCache>> PhotoCache::open(const std::string& root, uint64_t budget_bytes,
                                                           const base::Clock& clock) {
    LINESMAN_TRY(base::make_private_dirs(root + "/objects"));
    LINESMAN_TRY(base::make_private_dirs(root + "/paths"));
    std::unique_ptr<PhotoCache> cache(new PhotoCache(root, budget_bytes, clock));
    cache->scan();
    return cache;
}

void PhotoCache::scan() {
    const std::lock_guard lock(mutex_);
    std::error_code error;
    for (auto it = std::filesystem::recursive_directory_iterator(root_ + "/objects", error);
         !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
        struct stat info {};
        const std::string file = it->path().string();
        if (stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
        std::string name = it->path().filename().string();
        if (!is_md5_hex(name)) {
            unlink(file.c_str());  // the temporary of a write that was killed
            continue;
        }
        const auto size = static_cast<uint64_t>(info.st_size);
        used_ += size;
        entries_[std::move(name)] = {size, info.st_mtim.tv_sec * base::kMicrosPerSecond + info.st_mtim.tv_nsec / 1000};
    }
    make_room(0);
}

std::string PhotoCache::object_file(const std::string& md5_hex) const {
    return root_ + "/objects/" + md5_hex.substr(0, 2) + "/" + md5_hex;
}

std::string PhotoCache::path_file(const std::string& object) const {
    const std::string name = base::sha256_hex(object);
    return root_ + "/paths/" + name.substr(0, 2) + "/" + name;
}

std::optional<std::string> PhotoCache::read(const std::string& md5_hex) {
    if (!is_md5_hex(md5_hex)) return std::nullopt;
    const std::string file = object_file(md5_hex);
    {
        const std::lock_guard lock(mutex_);
        const auto it = entries_.find(md5_hex);
        if (it == entries_.end()) return std::nullopt;
        it->second.used_us = clock_.now().us;
    }
    auto bytes = base::read_file(file, kMaxPhotoBytes);
    if (!bytes || md5_hex_of(*bytes) != md5_hex) {
        const std::lock_guard lock(mutex_);
        remove_locked(md5_hex);
        return std::nullopt;
    }
    set_used(file, clock_.now().us);
    return std::move(*bytes);
}

std::optional<CachedPhoto> PhotoCache::find(const std::string& object) {
    const auto line = base::read_file(path_file(object), 4096);
    if (!line) return std::nullopt;
    const size_t space = line->rfind(' ');
    if (space == std::string::npos) return std::nullopt;
    CachedPhoto photo{{}, line->substr(space + 1), line->substr(0, space)};
    auto bytes = read(photo.md5_hex);
    if (!bytes) {
        forget(object);
        return std::nullopt;
    }
    photo.bytes = std::move(*bytes);
    return photo;
}

base::Result<std::string> PhotoCache::put(const std::string& object, const std::string& generation,
                                          const std::string& bytes) {
    const std::string md5_hex = md5_hex_of(bytes);
    bool is_new = false;
    {
        const std::lock_guard lock(mutex_);
        if (bytes.size() > budget_) return md5_hex;
        is_new = !entries_.contains(md5_hex);
        if (is_new) make_room(bytes.size());
    }
    if (is_new) {
        LINESMAN_TRY(base::make_private_dirs(root_ + "/objects/" + md5_hex.substr(0, 2)));
        LINESMAN_TRY(base::write_file_atomically(object_file(md5_hex), bytes, false));
        set_used(object_file(md5_hex), clock_.now().us);
        const std::lock_guard lock(mutex_);
        if (entries_.try_emplace(md5_hex, Entry{bytes.size(), clock_.now().us}).second) used_ += bytes.size();
    }
    const std::string file = path_file(object);
    LINESMAN_TRY(base::make_private_dirs(std::filesystem::path(file).parent_path().string()));
    LINESMAN_TRY(base::write_file_atomically(file, generation + " " + md5_hex, false));
    return md5_hex;
}

void PhotoCache::forget(const std::string& object) {
    unlink(path_file(object).c_str());
}

void PhotoCache::remove_locked(const std::string& md5_hex) {
    unlink(object_file(md5_hex).c_str());
    const auto it = entries_.find(md5_hex);
    if (it == entries_.end()) return;
    used_ -= it->second.size;
    entries_.erase(it);
}

void PhotoCache::make_room(uint64_t for_bytes) {
    if (used_ + for_bytes <= budget_) return;
    // A tenth more than needed, so that the sort below is not done for every photo.
    const uint64_t keep = budget_ - budget_ / 10;
    std::vector<std::pair<int64_t, std::string>> oldest;
    oldest.reserve(entries_.size());
    for (const auto& [name, entry] : entries_) oldest.emplace_back(entry.used_us, name);
    std::sort(oldest.begin(), oldest.end());
    for (const auto& [used_us, name] : oldest) {
        if (used_ + for_bytes <= keep) break;
        remove_locked(name);
    }
}

uint64_t PhotoCache::bytes_used() const {
    const std::lock_guard lock(mutex_);
    return used_;
}

size_t PhotoCache::count() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

void PhotoCache::set_budget(uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    budget_ = bytes;
    make_room(0);
}

}  // namespace linesman::sync
