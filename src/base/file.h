// Files: private by default (0600, folders 0700), whole or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace linesman::base {

// Reads a whole file of at most `max_bytes`. Errors: not_found, too_large, io.
Result<std::string> read_file(const std::string& path, uint64_t max_bytes = 1ULL << 30);

// Writes to a temporary file beside `path`, syncs it, renames it over `path`, syncs the folder. After an error
// (disk_full, io) the old file is untouched and no temporary is left.
Status write_file_atomically(const std::string& path, std::string_view bytes, bool sync = true);

// mkdir -p with mode 0700 for what is made.
Status make_private_dirs(const std::string& path);

bool file_exists(const std::string& path);
uint64_t file_size(const std::string& path);  // 0 when absent

// Turns errno into disk_full or io, with the path named.
Error file_error(int error_number, const std::string& path, std::string_view action);

// The XDG folders of one profile (https://specifications.freedesktop.org/basedir-spec/). With a non-empty `root`
// (--data-dir, tests) all four lie below it.
struct Folders {
    std::string data;    // cache.db, outbox.db: must survive
    std::string cache;   // photos, tiles, thumbnails: may be deleted
    std::string state;   // logs, window layout
    std::string config;  // config.toml
    static Folders for_profile(const std::string& profile, const std::string& root = {});
    Status create() const;
};

}  // namespace linesman::base
