// SQLite behind a thin wrapper: connections, statements, transactions, migrations. The only room that includes
// sqlite3.h; the C handles stay inside sqlite_handles.h.
//
// Thread: a Database, its Statements and its Transaction belong to one thread at a time (opened without SQLite's own
// mutexes). Several connections to one file, also from several processes, are fine: WAL, and a busy timeout for the
// write lock.
//
// Errors, everywhere below: disk_full (SQLITE_FULL, ENOSPC), corrupt (damaged, or not a database), already_exists (a
// unique key is taken), unavailable (another connection held the lock for longer than the busy timeout), too_large, io
// (all else). `detail` names the result code and the SQL, never a bound value.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace linesman::store {

struct Blob {
    std::string_view bytes;
};

// A prepared statement on loan from its Database's cache: dropping it resets it and gives it back. Must not outlive the
// Database. Parameters and columns: parameters count from 1, columns from 0, as in SQLite.
class Statement {
  public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&& other) noexcept;
    ~Statement();

    // Text and blobs are copied. A failed bind is reported by the next step().
    Statement& bind(int index, std::nullptr_t);
    Statement& bind(int index, int64_t value);
    Statement& bind(int index, double value);
    Statement& bind(int index, std::string_view text);
    Statement& bind(int index, Blob blob);
    Statement& bind(int index, base::Timestamp time) { return bind(index, time.us); }
    template <typename T>
    requires(std::integral<T> && !std::same_as<T, int64_t>) Statement& bind(int index, T value) {
        return bind(index, static_cast<int64_t>(value));
    }
    template <typename T>
    requires(std::convertible_to<const T&, std::string_view> &&
             !std::same_as<T, std::string_view>) Statement& bind(int index, const T& text) {
        return bind(index, std::string_view(text));
    }
    template <typename T>
    Statement& bind(int index, const std::optional<T>& value) {
        return value ? bind(index, *value) : bind(index, nullptr);
    }
    // Without copying: `text` must stay as it is until the next reset() or bind. For bulk loading.
    Statement& bind_view(int index, std::string_view text);
    // Binds 1, 2, 3 ... in order.
    template <typename... Args>
    Statement& bind_all(const Args&... args) {
        int index = 0;
        (bind(++index, args), ...);
        return *this;
    }

    // True: a row is ready. False: done.
    base::Result<bool> step();
    // Steps to the end and resets: for statements that give no rows.
    base::Status run();
    // Ready to be bound and stepped anew. Parameters keep their values.
    void reset();

    // Of the current row. Views are valid until the next step() or reset(). A NULL reads as 0 or empty.
    bool is_null(int column) const;
    int64_t int64(int column) const;
    int as_int(int column) const { return static_cast<int>(int64(column)); }
    double real(int column) const;
    std::string_view text(int column) const;
    std::string_view blob(int column) const;
    std::string string(int column) const { return std::string(text(column)); }
    std::optional<int64_t> optional_int64(int column) const;
    std::optional<double> optional_real(int column) const;
    std::optional<std::string> optional_string(int column) const;

  private:
    friend class Database;
    struct Prepared;  // sqlite3_stmt and its home, in sqlite_handles.h
    explicit Statement(Prepared* prepared) : prepared_(prepared) {}
    void give_back();
    Prepared* prepared_ = nullptr;
    int bind_error_ = 0;
};

enum class Synchronous { off, normal, full };

struct OpenOptions {
    bool read_only = false;
    bool create = true;  // ignored when read_only
    bool wal = true;
    Synchronous synchronous = Synchronous::normal;
    int page_size_bytes = 4096;  // takes effect on a new file only
    int cache_kib = 8 * 1024;
    int64_t mmap_bytes = 0;
    base::Duration busy_timeout = base::seconds(5);
    // The file came from elsewhere: schema not trusted, cells checked, no triggers, values and steps limited
    // (`cancelled`).
    bool hostile = false;
};

class Database {
  public:
    // `path` ":memory:" is a private database in memory. A new file is made with mode 0600. The folder must exist.
    static base::Result<Database> open(const std::string& path, const OpenOptions& options = {});
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    // Runs one or several statements without parameters or rows.
    base::Status exec(std::string_view sql);
    // From the cache when the same text was prepared before and is not on loan.
    base::Result<Statement> prepare(std::string_view sql);

    // Runs one statement with parameters, ignoring rows.
    template <typename... Args>
    base::Status run(std::string_view sql, const Args&... args) {
        auto statement = prepare(sql);
        if (!statement) return statement.error();
        statement->bind_all(args...);
        return statement->run();
    }
    // Calls `on_row(Statement&)` for every row; it may return void, or a Status that ends the loop when it is an error.
    template <typename OnRow, typename... Args>
    base::Status each(std::string_view sql, OnRow&& on_row, const Args&... args) {
        auto statement = prepare(sql);
        if (!statement) return statement.error();
        statement->bind_all(args...);
        for (;;) {
            auto row = statement->step();
            if (!row) return row.error();
            if (!*row) return {};
            if constexpr (std::is_void_v<std::invoke_result_t<OnRow&, Statement&>>) {
                on_row(*statement);
            } else {
                LINESMAN_TRY(on_row(*statement));
            }
        }
    }
    // First column of the first row; nullopt when there is no row or it is NULL.
    template <typename... Args>
    base::Result<std::optional<int64_t>> int64(std::string_view sql, const Args&... args) {
        std::optional<int64_t> out;
        bool first = true;
        auto status = each(
            sql,
            [&](Statement& row) {
                if (std::exchange(first, false)) out = row.optional_int64(0);
            },
            args...);
        if (!status) return status.error();
        return out;
    }
    template <typename... Args>
    base::Result<std::optional<std::string>> text(std::string_view sql, const Args&... args) {
        std::optional<std::string> out;
        bool first = true;
        auto status = each(
            sql,
            [&](Statement& row) {
                if (std::exchange(first, false)) out = row.optional_string(0);
            },
            args...);
        if (!status) return status.error();
        return out;
    }

    int64_t changes() const;  // rows changed by the last INSERT, UPDATE or DELETE
    int64_t last_insert_rowid() const;
    const std::string& path() const;

    base::Result<int64_t> user_version();
    // Changes when another connection, also of another process, has committed. Not by our own commits.
    base::Result<int64_t> data_version();
    // PRAGMA quick_check. Errors: corrupt, with SQLite's first finding in `detail`.
    base::Status quick_check();
    // Moves what is in the WAL into the file and cuts the WAL to nothing. Harmless when a reader stands in the way.
    base::Status checkpoint();
    // Makes a running statement of this connection fail with `cancelled`. Thread: any.
    void interrupt();

  private:
    friend class Statement;
    struct Impl;
    explicit Database(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// BEGIN IMMEDIATE ... COMMIT. Dropped without commit(): rolled back. Do not nest.
class Transaction {
  public:
    static base::Result<Transaction> begin(Database& database);       // takes the write lock at once
    static base::Result<Transaction> begin_read(Database& database);  // one consistent view for several reads
    Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();

    // After an error everything is rolled back.
    base::Status commit();

  private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;
};

// One step of a schema: what takes version i to version i + 1 (i = its place in the list). Never edited once released.
using Migration = std::function<base::Status(Database&)>;
Migration sql_migration(std::string sql);

// Brings the file from its user_version to migrations.size(), one transaction per step. Returns the version found
// before. Errors: unsupported (the file is of a newer program: nothing was touched), and those above.
base::Result<int64_t> migrate(Database& database, const std::vector<Migration>& migrations);

}  // namespace linesman::store
