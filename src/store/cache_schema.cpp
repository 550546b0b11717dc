#include "store/cache_schema.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/file.h"

namespace linesman::store {

using base::Result;
using base::Status;

namespace {

std::vector<Migration> cache_migrations(base::Timestamp now) {
    return {[now](Database& db) -> Status {
        LINESMAN_TRY(db.exec(R"sql(
            CREATE TABLE collections(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
            CREATE TABLE tombstones(collection INTEGER NOT NULL, id TEXT NOT NULL, as_of_us INTEGER NOT NULL,
                                    PRIMARY KEY(collection, id)) WITHOUT ROWID;
            CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE VIRTUAL TABLE notes USING fts5(text, tokenize="unicode61 remove_diacritics 2", prefix='2 3');
        )sql"));
        // Starts at the time of making, so that a columns file of an earlier cache.db never matches.
        return db.run("INSERT INTO meta VALUES(?,?)", kGenerationKey, std::to_string(now.us));
    }};
}

}  // namespace

std::string file_stamp(base::Timestamp time) {
    std::string text;
    for (const char c : base::format_rfc3339({time.us - time.us % base::kMicrosPerSecond})) {
        if (c != '-' && c != ':') text += c;
    }
    return text;
}

Result<std::unique_ptr<Database>> open_cache_file(const std::string& path, const base::Clock& clock) {
    auto database = Database::open(path, {.page_size_bytes = kCachePageBytes, .cache_kib = kCacheKib});
    if (!database) return database.error();
    if (auto migrated = migrate(*database, cache_migrations(clock.now())); !migrated) return migrated.error();
    // A file with our version number but other tables is no cache of ours.
    if (auto generation = database->int64("SELECT CAST(value AS INTEGER) FROM meta WHERE key=?", kGenerationKey);
        !generation || !*generation) {
        return base::make_error(base::ErrorKind::corrupt, "The file " + path + " is damaged.",
                                generation ? "no generation" : generation.error().detail);
    }
    return std::make_unique<Database>(std::move(database).value());
}

Result<std::string> set_cache_aside(const std::string& path, const base::Clock& clock) {
    namespace fs = std::filesystem;
    const std::string stem = path + ".set-aside-";
    std::string kept = stem + file_stamp(clock.now());
    for (int n = 2; base::file_exists(kept); ++n) kept = stem + file_stamp(clock.now()) + "-" + std::to_string(n);
    std::error_code error;
    fs::rename(path, kept, error);
    if (error) return base::file_error(error.value(), path, "set aside");
    for (const char* suffix : {"-wal", "-shm"}) {
        fs::rename(path + suffix, kept + suffix, error);
        // A WAL left behind would be replayed into the new file.
        if (error) fs::remove(path + suffix, error);
    }
    std::vector<std::string> old;
    for (const auto& entry : fs::directory_iterator(fs::path(path).parent_path(), error)) {
        const std::string name = entry.path().string();
        if (name.starts_with(stem) && !name.ends_with("-wal") && !name.ends_with("-shm")) old.push_back(name);
    }
    std::sort(old.begin(), old.end());
    for (size_t i = 0; i + kSetAsideFilesKept < old.size(); ++i) {
        for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(old[i] + suffix, error);
    }
    return kept;
}

std::string for_table(std::string_view sql, int64_t number) {
    std::string out;
    for (const char c : sql) {
        if (c == '$') {
            out += "documents_";
            out += std::to_string(number);
        } else {
            out += c;
        }
    }
    return out;
}

Result<int64_t> make_collection(Database& database, std::string_view name) {
    LINESMAN_TRY(database.run("INSERT INTO collections(name) VALUES(?)", name));
    const int64_t number = database.last_insert_rowid();
    // The rowid keeps loading an append; only the names go into an index. `fields` is last: what is before it is read
    // without it.
    LINESMAN_TRY(database.exec(for_table(R"sql(
        CREATE TABLE $(number INTEGER PRIMARY KEY, id TEXT NOT NULL, update_us INTEGER NOT NULL, update_time TEXT NOT NULL,
                       scope TEXT NOT NULL, fields TEXT NOT NULL);
        CREATE UNIQUE INDEX $_by_id ON $(id);
        CREATE INDEX $_by_scope ON $(scope, id) WHERE scope <> '';
    )sql",
                                         number)));
    return number;
}

}  // namespace linesman::store
