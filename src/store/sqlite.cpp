#include "store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <unordered_map>

#include "base/file.h"

namespace linesman::store {

using base::Error;
using base::ErrorKind;
using base::make_error;
using base::Result;
using base::Status;

struct Statement::Prepared {
    Database::Impl* home = nullptr;
    sqlite3_stmt* handle = nullptr;
    const std::string* sql = nullptr;  // key in the home's cache
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
    Error error(int code, std::string_view sql) const;
};

namespace {

// A view of a file from elsewhere may loop without end; no sane step takes ten million instructions.
constexpr int kInstructionsPerProgress = 10'000;
constexpr int64_t kMostProgressPerStep = 1'000;
constexpr int kLongestHostileValue = 64 << 20;

int count_progress(void* progress) {
    return ++*static_cast<int64_t*>(progress) > kMostProgressPerStep ? 1 : 0;
}

ErrorKind kind_of(int code, int system_errno) {
    switch (code & 0xFF) {
        case SQLITE_FULL:
            return ErrorKind::disk_full;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return ErrorKind::corrupt;
        case SQLITE_CONSTRAINT:
            return ErrorKind::already_exists;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorKind::unavailable;
        case SQLITE_TOOBIG:
            return ErrorKind::too_large;
        case SQLITE_INTERRUPT:
            return ErrorKind::cancelled;
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
            return system_errno == ENOSPC || system_errno == EDQUOT ? ErrorKind::disk_full : ErrorKind::io;
        default:
            return ErrorKind::io;
    }
}

std::string words_for(ErrorKind kind, const std::string& path) {
    switch (kind) {
        case ErrorKind::disk_full:
            return "The disk is full: " + path + " could not be written. Free some space and try again.";
        case ErrorKind::corrupt:
            return "The file " + path + " is damaged.";
        case ErrorKind::unavailable:
            return "The file " + path + " is in use by another program. Try again in a moment.";
        case ErrorKind::already_exists:
            return "This entry is already in " + path + ".";
        case ErrorKind::too_large:
            return "An entry is too large for " + path + ".";
        case ErrorKind::cancelled:
            return "Reading " + path + " was stopped.";
        default:
            return "The file " + path + " could not be used.";
    }
}

Error error_of(sqlite3* handle, int code, const std::string& path, std::string_view sql) {
    const ErrorKind kind = kind_of(code, handle ? sqlite3_system_errno(handle) : 0);
    std::string detail = "sqlite ";
    detail += std::to_string(code);
    detail += " (";
    detail += handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    detail += ")";
    if (!sql.empty()) {
        detail += " in ";
        detail += sql.substr(0, 200);
    }
    return make_error(kind, words_for(kind, path), std::move(detail));
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

Error Database::Impl::error(int code, std::string_view sql) const {
    return error_of(handle, code, path, sql);
}

// Statement

Statement::Statement(Statement&& other) noexcept
    : prepared_(std::exchange(other.prepared_, nullptr)), bind_error_(std::exchange(other.bind_error_, 0)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
    if (this != &other) {
        give_back();
        prepared_ = std::exchange(other.prepared_, nullptr);
        bind_error_ = std::exchange(other.bind_error_, 0);
    }
    return *this;
}

Statement::~Statement() {
    give_back();
}

void Statement::give_back() {
    if (!prepared_) return;
    sqlite3_reset(prepared_->handle);
    sqlite3_clear_bindings(prepared_->handle);
    auto& idle = prepared_->home->idle;
    idle[*prepared_->sql].emplace_back(prepared_);
    prepared_ = nullptr;
}

Statement& Statement::bind(int index, std::nullptr_t) {
    if (const int code = sqlite3_bind_null(prepared_->handle, index)) bind_error_ = code;
    return *this;
}

Statement& Statement::bind(int index, int64_t value) {
    if (const int code = sqlite3_bind_int64(prepared_->handle, index, value)) bind_error_ = code;
    return *this;
}

Statement& Statement::bind(int index, double value) {
    if (const int code = sqlite3_bind_double(prepared_->handle, index, value)) bind_error_ = code;
    return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
    // A view without data would bind NULL; an empty text is not NULL.
    const char* data = text.data() ? text.data() : "";
    if (const int code =
            sqlite3_bind_text64(prepared_->handle, index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8))
        bind_error_ = code;
    return *this;
}

Statement& Statement::bind_view(int index, std::string_view text) {
    const char* data = text.data() ? text.data() : "";
    if (const int code = sqlite3_bind_text64(prepared_->handle, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8))
        bind_error_ = code;
    return *this;
}

Statement& Statement::bind(int index, Blob blob) {
    const char* data = blob.bytes.data() ? blob.bytes.data() : "";
    if (const int code = sqlite3_bind_blob64(prepared_->handle, index, data, blob.bytes.size(), SQLITE_TRANSIENT))
        bind_error_ = code;
    return *this;
}

Result<bool> Statement::step() {
    if (bind_error_ != 0) return prepared_->home->error(std::exchange(bind_error_, 0), *prepared_->sql);
    prepared_->home->progress = 0;
    const int code = sqlite3_step(prepared_->handle);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    auto error = prepared_->home->error(sqlite3_extended_errcode(prepared_->home->handle), *prepared_->sql);
    sqlite3_reset(prepared_->handle);
    return error;
}

Status Statement::run() {
    for (;;) {
        auto row = step();
        if (!row) return row.error();
        if (!*row) break;
    }
    sqlite3_reset(prepared_->handle);
    return {};
}

void Statement::reset() {
    sqlite3_reset(prepared_->handle);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(prepared_->handle, column) == SQLITE_NULL;
}

int64_t Statement::int64(int column) const {
    return sqlite3_column_int64(prepared_->handle, column);
}

double Statement::real(int column) const {
    return sqlite3_column_double(prepared_->handle, column);
}

std::string_view Statement::text(int column) const {
    const auto* data = sqlite3_column_text(prepared_->handle, column);
    const int size = sqlite3_column_bytes(prepared_->handle, column);
    return data ? std::string_view(reinterpret_cast<const char*>(data), static_cast<size_t>(size)) : std::string_view();
}

std::string_view Statement::blob(int column) const {
    const void* data = sqlite3_column_blob(prepared_->handle, column);
    const int size = sqlite3_column_bytes(prepared_->handle, column);
    return data ? std::string_view(static_cast<const char*>(data), static_cast<size_t>(size)) : std::string_view();
}

std::optional<int64_t> Statement::optional_int64(int column) const {
    return is_null(column) ? std::nullopt : std::optional(int64(column));
}

std::optional<double> Statement::optional_real(int column) const {
    return is_null(column) ? std::nullopt : std::optional(real(column));
}

std::optional<std::string> Statement::optional_string(int column) const {
    return is_null(column) ? std::nullopt : std::optional(string(column));
}

// Database

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
    // The key's address stays valid: nodes of an unordered_map do not move, and no entry is ever erased.
    return Statement(
        std::make_unique<Statement::Prepared>(Statement::Prepared{impl_.get(), handle, &slot->first}).release());
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

// Migrations

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
