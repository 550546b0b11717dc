// What stands behind store/sqlite.h: SQLite's C handles and the cache of prepared statements. For sqlite*.cpp only.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/sqlite.h"

namespace linesman::store {

struct Statement::Prepared {
    Database::Impl* home = nullptr;
    sqlite3_stmt* handle = nullptr;
    const std::string* sql = nullptr;                         // key in the home's cache
    std::vector<std::unique_ptr<Prepared>>* shelf = nullptr;  // where it lies when nobody has it: the value of that key
};

struct Database::Impl {
    struct Hash {
        using is_transparent = void;
        size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    sqlite3* handle = nullptr;
    std::string path;
    int64_t progress = 0;  // calls of the progress handler during the running step()
    // Idle statements by their text. Several may be on loan for one text.
    std::unordered_map<std::string, std::vector<std::unique_ptr<Statement::Prepared>>, Hash, std::equal_to<>> idle;

    ~Impl() {
        for (auto& [sql, statements] : idle) {
            for (auto& statement : statements) sqlite3_finalize(statement->handle);
        }
        idle.clear();
        sqlite3_close_v2(handle);
    }
    // `sql` is the statement that failed, empty when there was none.
    base::Error error(int code, std::string_view sql) const;
};

// What the user reads about the file at `path`.
std::string words_for(base::ErrorKind kind, const std::string& path);

}  // namespace linesman::store
