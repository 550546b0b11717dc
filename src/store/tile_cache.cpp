#include "store/tile_cache.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "store/sqlite.h"

namespace linesman::store {

using base::Result;
using base::Status;

namespace {

constexpr int64_t kVersion = 1;
constexpr int64_t kNoteUseAfterUs = 3'600'000'000;
constexpr int kRowsAtOnce = 64;  // dropped in one go

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tiles(
    number INTEGER PRIMARY KEY, z INTEGER NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL, bytes BLOB NOT NULL,
    etag TEXT NOT NULL, last_modified TEXT NOT NULL, fresh_until_us INTEGER NOT NULL, used_us INTEGER NOT NULL,
    UNIQUE(z, x, y));
CREATE INDEX IF NOT EXISTS tiles_used ON tiles(used_us);
)";

Result<Database> open_file(const std::string& path, const std::string& source) {
    auto database = Database::open(path, {.synchronous = Synchronous::off, .page_size_bytes = 8192, .cache_kib = 1024});
    if (!database) return database.error();
    const auto version = database->user_version();
    if (!version) return version.error();
    if (*version > kVersion)
        return base::make_error(base::ErrorKind::corrupt, "The kept map tiles are of a newer version.");
    LINESMAN_TRY(database->exec(kSchema));
    LINESMAN_TRY(database->exec("PRAGMA user_version = " + std::to_string(kVersion)));
    const auto kept = database->text("SELECT value FROM meta WHERE key = 'source'");
    if (!kept) return kept.error();
    if (*kept != source) {
        LINESMAN_TRY(database->exec("DELETE FROM tiles"));
        LINESMAN_TRY(database->run("INSERT OR REPLACE INTO meta VALUES('source', ?)", source));
    }
    return database;
}

}  // namespace

TileCache::TileCache(std::unique_ptr<Database> database, uint64_t budget_bytes)
    : database_(std::move(database)), budget_(budget_bytes) {}
TileCache::TileCache(TileCache&&) noexcept = default;
TileCache& TileCache::operator=(TileCache&&) noexcept = default;
TileCache::~TileCache() = default;

Result<TileCache> TileCache::open(const std::string& path, const std::string& source, uint64_t budget_bytes) {
    auto database = open_file(path, source);
    if (!database && database.error().kind == base::ErrorKind::corrupt) {
        for (const char* part : {"", "-wal", "-shm"}) {
            std::error_code ignored;
            std::filesystem::remove(path + part, ignored);
        }
        database = open_file(path, source);
    }
    if (!database) return database.error();
    TileCache cache(std::make_unique<Database>(std::move(*database)), budget_bytes);
    const auto sum = cache.database_->int64("SELECT sum(length(bytes)) FROM tiles");
    if (!sum) return sum.error();
    cache.bytes_ = static_cast<uint64_t>(sum->value_or(0));
    LINESMAN_TRY(cache.make_room());
    return cache;
}

std::optional<KeptTile> TileCache::find(int z, uint32_t x, uint32_t y, base::Timestamp now) {
    std::optional<KeptTile> found;
    int64_t number = 0, used_us = 0;
    const auto read = database_->each(
        "SELECT number, bytes, etag, last_modified, fresh_until_us, used_us FROM tiles WHERE z = ? AND x = ? AND y = ?",
        [&](Statement& row) {
            number = row.int64(0);
            found = KeptTile{std::string(row.blob(1)), row.string(2), row.string(3), {row.int64(4)}};
            used_us = row.int64(5);
        },
        z, x, y);
    if (!read) return std::nullopt;
    if (found && now.us - used_us > kNoteUseAfterUs)
        (void)database_->run("UPDATE tiles SET used_us = ? WHERE number = ?", now, number);
    return found;
}

Status TileCache::put(int z, uint32_t x, uint32_t y, const KeptTile& tile, base::Timestamp now) {
    const auto before = database_->int64("SELECT length(bytes) FROM tiles WHERE z = ? AND x = ? AND y = ?", z, x, y);
    if (!before) return before.error();
    LINESMAN_TRY(
        database_->run("INSERT OR REPLACE INTO tiles(z, x, y, bytes, etag, last_modified, fresh_until_us, used_us) "
                       "VALUES(?,?,?,?,?,?,?,?)",
                       z, x, y, Blob{tile.bytes}, tile.etag, tile.last_modified, tile.fresh_until, now));
    bytes_ += tile.bytes.size();
    bytes_ -= std::min(bytes_, static_cast<uint64_t>(before->value_or(0)));
    return make_room();
}

Status TileCache::renew(int z, uint32_t x, uint32_t y, base::Timestamp fresh_until) {
    return database_->run("UPDATE tiles SET fresh_until_us = ? WHERE z = ? AND x = ? AND y = ?", fresh_until, z, x, y);
}

Status TileCache::make_room() {
    while (bytes_ > budget_) {
        std::vector<int64_t> oldest;
        uint64_t freed = 0;
        LINESMAN_TRY(database_->each(
            "SELECT number, length(bytes) FROM tiles ORDER BY used_us, number LIMIT ?",
            [&](Statement& row) {
                if (bytes_ - freed <= budget_) return;
                oldest.push_back(row.int64(0));
                freed += std::min(bytes_ - freed, static_cast<uint64_t>(row.int64(1)));
            },
            kRowsAtOnce));
        if (oldest.empty()) break;
        for (const int64_t number : oldest) LINESMAN_TRY(database_->run("DELETE FROM tiles WHERE number = ?", number));
        bytes_ -= freed;
    }
    return {};
}

}  // namespace linesman::store
