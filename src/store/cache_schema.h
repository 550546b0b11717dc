// The tables of cache.db and the handling of files that cannot be used. Inner header of the store room.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/cache.h"
#include "store/sqlite.h"

namespace linesman::store {

inline constexpr int kCachePageBytes =
    16 * 1024;  // 2.2 KB documents: half the tree depth and fewer WAL frames than 4 K
inline constexpr int kCacheKib = 8 * 1024;
inline constexpr int kBulkCacheKib = 64 * 1024;      // the name index of a million documents stays in memory
inline constexpr int kCheckpointPages = 1'000;       // SQLite's own default
inline constexpr int kBulkCheckpointPages = 16'000;  // 256 MB of WAL between checkpoints
inline constexpr size_t kSetAsideFilesKept = 2;

inline constexpr char kGenerationKey[] = "store.generation";
inline constexpr char kNotesStaleKey[] = "store.notes_stale";  // present while the search index lags behind

// Opens or makes the file and brings its schema up to date. Errors: corrupt and unsupported mean "set it aside".
base::Result<std::unique_ptr<Database>> open_cache_file(const std::string& path, const base::Clock& clock);

// Moves the file with its WAL out of the way and removes all but the newest set-aside files. Returns the new name.
base::Result<std::string> set_cache_aside(const std::string& path, const base::Clock& clock);

// "20250130T081500Z", for names of files set aside.
std::string file_stamp(base::Timestamp time);

// Replaces every '$' by the table of collection `number`.
std::string for_table(std::string_view sql, int64_t number);

base::Result<int64_t> make_collection(Database& database, std::string_view name);

}  // namespace linesman::store
