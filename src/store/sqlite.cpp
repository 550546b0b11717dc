#include "store/sqlite.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "store/sqlite_handles.h"

namespace linesman::store {

using base::ErrorKind;
using base::make_error;
using base::Result;
using base::Status;

namespace {

// A view of a file from elsewhere may loop without end; no sane step takes ten million instructions.
constexpr int kInstructionsPerProgress = 10'000;
constexpr int64_t kMostProgressPerStep = 1'000;
constexpr int kLongestHostileValue = 64 << 20;

int count_progress(void* progress) {
    return ++*static_cast<int64_t*>(progress) > kMostProgressPerStep ? 1 : 0;
}

// SQLite makes files with the umask's mode; ours hold what people did, so they are private from the first byte. The WAL
// and its index take over the mode of the file.
Status make_private_file(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return base::file_error(errno, path, "open");
    ::close(fd);
    return {};
}

std::string pragmas(const OpenOptions& options) {
    std::string sql = "PRAGMA cache_size=-" + std::to_string(options.cache_kib) + ";";
    sql += "PRAGMA mmap_size=" + std::to_string(options.mmap_bytes) + ";";
    if (options.hostile) sql += "PRAGMA trusted_schema=OFF;PRAGMA cell_size_check=ON;";
    if (options.read_only) return sql;
    sql += "PRAGMA page_size=" + std::to_string(options.page_size_bytes) + ";";
    if (options.wal) sql += "PRAGMA journal_mode=WAL;";
    switch (options.synchronous) {
        case Synchronous::off:
            sql += "PRAGMA synchronous=OFF;";
            break;
        case Synchronous::normal:
            sql += "PRAGMA synchronous=NORMAL;";
            break;
        case Synchronous::full:
            sql += "PRAGMA synchronous=FULL;";
            break;
    }
    return sql + "PRAGMA foreign_keys=ON;PRAGMA temp_store=MEMORY;";
}

}  // namespace

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::string& path, const OpenOptions& options) {
    const bool in_memory = path == ":memory:";
    if (!options.read_only && options.create && !in_memory) LINESMAN_TRY(make_private_file(path));
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    const int flags = (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX |
                      SQLITE_OPEN_EXRESCODE | (in_memory ? SQLITE_OPEN_MEMORY : 0);
    if (const int code = sqlite3_open_v2(path.c_str(), &impl->handle, flags, nullptr)) {
        if (errno == ENOENT && !base::file_exists(path)) return base::file_error(ENOENT, path, "open");
        return impl->error(code, {});
    }
    const auto timeout_ms = static_cast<int>(options.busy_timeout.us / 1000);
    sqlite3_busy_timeout(impl->handle, timeout_ms);
    sqlite3_db_config(impl->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    if (options.hostile) {
        sqlite3_db_config(impl->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
        sqlite3_limit(impl->handle, SQLITE_LIMIT_LENGTH, kLongestHostileValue);
        sqlite3_progress_handler(impl->handle, kInstructionsPerProgress, count_progress, &impl->progress);
    }
    Database database(std::move(impl));
    LINESMAN_TRY(database.exec(pragmas(options)));
    // Opening reads nothing; the first page is read here, so that a file that is no database is refused at open.
    if (auto version = database.user_version(); !version) return version.error();
    return database;
}

Status Database::exec(std::string_view sql) {
    const std::string text(sql);
    const int code = sqlite3_exec(impl_->handle, text.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return impl_->error(sqlite3_extended_errcode(impl_->handle), sql);
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
    auto slot = impl_->idle.find(sql);
    if (slot == impl_->idle.end()) slot = impl_->idle.try_emplace(std::string(sql)).first;
    if (!slot->second.empty()) {
        Statement statement(slot->second.back().release());
        slot->second.pop_back();
        return statement;
    }
    sqlite3_stmt* handle = nullptr;
    if (const int code = sqlite3_prepare_v3(impl_->handle, sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &handle, nullptr))
        return impl_->error(code, sql);
    if (!handle) return make_error(ErrorKind::internal, "An empty statement was asked of " + impl_->path + ".");
    // Their addresses stay valid: nodes of an unordered_map do not move, and no entry is ever erased.
    return Statement(
        std::make_unique<Statement::Prepared>(Statement::Prepared{impl_.get(), handle, &slot->first, &slot->second})
            .release());
}

int64_t Database::changes() const {
    return sqlite3_changes64(impl_->handle);
}
int64_t Database::last_insert_rowid() const {
    return sqlite3_last_insert_rowid(impl_->handle);
}
const std::string& Database::path() const {
    return impl_->path;
}
void Database::interrupt() {
    sqlite3_interrupt(impl_->handle);
}

Result<int64_t> Database::user_version() {
    auto value = int64("PRAGMA user_version");
    if (!value) return value.error();
    return value->value_or(0);
}

Result<int64_t> Database::data_version() {
    auto value = int64("PRAGMA data_version");
    if (!value) return value.error();
    return value->value_or(0);
}

Status Database::quick_check() {
    std::string first;
    auto status = each("PRAGMA quick_check(1)", [&](Statement& row) {
        if (first.empty()) first = row.string(0);
    });
    if (!status) return status;
    if (first != "ok")
        return make_error(ErrorKind::corrupt, words_for(ErrorKind::corrupt, impl_->path), "quick_check: " + first);
    return {};
}

Status Database::checkpoint() {
    return exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

// Transaction

Result<Transaction> Transaction::begin(Database& database) {
    LINESMAN_TRY(database.run("BEGIN IMMEDIATE"));
    return Transaction(database);
}

Result<Transaction> Transaction::begin_read(Database& database) {
    LINESMAN_TRY(database.run("BEGIN"));
    return Transaction(database);
}

Transaction::~Transaction() {
    // SQLite may have rolled back by itself (disk full): then this fails, and nothing is left to do.
    if (database_) (void)database_->run("ROLLBACK");
}

Status Transaction::commit() {
    Database* database = std::exchange(database_, nullptr);
    auto status = database->run("COMMIT");
    if (!status) (void)database->run("ROLLBACK");  // already rolled back when this fails as well
    return status;
}

}  // namespace linesman::store
