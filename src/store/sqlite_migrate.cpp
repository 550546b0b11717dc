#include "store/sqlite.h"

namespace linesman::store {

using base::ErrorKind;
using base::make_error;
using base::Result;

Migration sql_migration(std::string sql) {
    return [sql = std::move(sql)](Database& database) { return database.exec(sql); };
}

Result<int64_t> migrate(Database& database, const std::vector<Migration>& migrations) {
    const auto found = database.user_version();
    if (!found) return found.error();
    const auto known = static_cast<int64_t>(migrations.size());
    if (*found > known) {
        std::string detail = "schema " + std::to_string(*found);
        detail += ", known up to ";
        return make_error(
            ErrorKind::unsupported,
            "The file " + database.path() + " was written by a newer version of Linesman. Update this program.",
            detail += std::to_string(known));
    }
    for (int64_t version = *found; version < known; ++version) {
        auto transaction = Transaction::begin(database);
        if (!transaction) return transaction.error();
        // Another process may have taken this step while we waited for the lock.
        const auto now = database.user_version();
        if (!now) return now.error();
        if (*now > version) continue;
        LINESMAN_TRY(migrations[static_cast<size_t>(version)](database));
        LINESMAN_TRY(database.exec("PRAGMA user_version=" + std::to_string(version + 1)));
        LINESMAN_TRY(transaction->commit());
    }
    return *found;
}

}  // namespace linesman::store
