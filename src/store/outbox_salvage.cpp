// Mending a damaged outbox.db: row by row into a new file, beside a full copy of the old one.
//
//   copy aside, marker ──► read the copy into <path>.mended ──► remove the old WAL, rename over <path> ──► remove
//   marker
//
// Killed anywhere in between, the next open finds the marker and starts again from the copy.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/log.h"
#include "store/cache_schema.h"
#include "store/journal.h"
#include "store/outbox_schema.h"

namespace linesman::store {

using base::ErrorKind;
using base::Result;
using base::Status;

namespace {

namespace fs = std::filesystem;

std::string marker_of(const std::string& path) {
    return path + ".mending";
}

// Columns as in the schema; 'i' integer, 't' text, '?' text or NULL. The first is the integer key.
struct Table {
    const char* name;
    const char* columns;
    const char* types;
};
constexpr Table kTables[] = {
    {"settings", "number, key, value", "itt"},
    {"operations",
     "number, op_id, kind, staging_id, uid, made_at_us, send_after_us, open, state, attempts, next_attempt_us, "
     "error_kind, error, cure, "
     "committed_update_time, predecessor, batch_id, also_touches, payload, base_update_time, base_fields, theirs",
     "ittttiiitiitttttttttt?"},
    {"journal", "sequence, at_us, kind, op_id, previous_hash, hash, entry", "iittttt"},
    {"batches", "number, batch_id, uid, made_at_us, title, plan", "ittitt"},
    {"drafts", "number, uid, staging_id, text", "ittt"},
    {"saved_filters", "number, name, filter", "itt"},
    {"losses", "number, at_us, what", "iit"},
};
constexpr int64_t kProbedBeyondLastSeen =
    10'000;  // keys tried after the last one found, when the file cannot say how many there are

std::string key_of(const Table& table) {
    const std::string columns = table.columns;
    return columns.substr(0, columns.find(','));
}

// The largest key that may exist: from the right edge of the tree, else a forward scan and a margin.
int64_t last_key(Database& damaged, const Table& table) {
    const std::string key = key_of(table);
    if (auto last = damaged.int64("SELECT max(" + key + ") FROM " + table.name)) return last->value_or(0);
    int64_t seen = 0;
    const auto scan = damaged.each("SELECT " + key + " FROM " + table.name + " NOT INDEXED",
                                   [&](Statement& row) { seen = std::max(seen, row.int64(0)); });
    return scan ? seen : seen + kProbedBeyondLastSeen;
}

class Salvage {
  public:
    Salvage(Database& from, Database& to, base::Timestamp now) : from_(from), to_(to), now_(now) {}

    Status run() {
        for (const auto& table : kTables) LINESMAN_TRY(copy_table(table));
        LINESMAN_TRY(
            to_.exec("INSERT OR IGNORE INTO operation_captures SELECT staging_id, number FROM operations;"
                     "INSERT OR IGNORE INTO operation_captures SELECT j.value, o.number FROM operations o, "
                     "json_each(CASE WHEN json_valid(o.also_touches) THEN o.also_touches ELSE '[]' END) j"));
        LINESMAN_TRY(ensure_identity(to_));
        LINESMAN_TRY(name_lost_decisions());
        return {};
    }
    Status record_loss(const std::string& what) {
        ++losses_;
        return to_.run("INSERT INTO losses(at_us, what) VALUES(?,?)", now_, what);
    }
    int64_t losses() const { return losses_; }
    int64_t rows() const { return rows_; }

  private:
    Status copy_table(const Table& table) {
        const int64_t last = last_key(from_, table);
        int64_t unreadable = 0;
        for (int64_t key = 1; key <= last; ++key) {
            auto copied = copy_row(table, key);
            if (copied) continue;
            if (copied.error().kind == ErrorKind::disk_full || copied.error().kind == ErrorKind::io) return copied;
            // Beyond the last key seen every probe of a damaged page fails: one line must do.
            if (++unreadable <= 100)
                LINESMAN_TRY(
                    record_loss(std::string(table.name) + " row " + std::to_string(key) + " could not be read."));
        }
        if (unreadable > 100)
            LINESMAN_TRY(record_loss(std::string(table.name) + ": " + std::to_string(unreadable - 100) +
                                     " more keys could not be read."));
        return {};
    }

    // Nothing happens when there is no such row. Errors: corrupt when it cannot be read or does not fit.
    Status copy_row(const Table& table, int64_t key) {
        auto read = from_.prepare(std::string("SELECT ") + table.columns + " FROM " + table.name +
                                  " NOT INDEXED WHERE " + key_of(table) + "=?");
        if (!read) return as_corrupt(read.error());
        read->bind(1, key);
        const auto found = read->step();
        if (!found) return as_corrupt(found.error());
        if (!*found) return {};
        const std::string_view types = table.types;
        std::string sql = std::string("INSERT INTO ") + table.name + "(" + table.columns + ") VALUES(?";
        for (size_t i = 1; i < types.size(); ++i) sql += ",?";
        auto write = to_.prepare(sql + ")");
        if (!write) return write.error();
        for (size_t i = 0; i < types.size(); ++i) {
            const int column = static_cast<int>(i);
            if (types[i] == 'i') {
                write->bind(column + 1, read->int64(column));
            } else if (types[i] == '?') {
                write->bind(column + 1, read->optional_string(column));
            } else {
                write->bind(column + 1, read->text(column));
            }
        }
        LINESMAN_TRY(write->run());
        ++rows_;
        return {};
    }

    // Reading a damaged file fails in many ways; none of them is a fault of the new file.
    static base::Error as_corrupt(base::Error error) {
        error.kind = ErrorKind::corrupt;
        return error;
    }

    // Decisions that the journal knows and the queue lost.
    Status name_lost_decisions() {
        std::vector<std::string> lost;
        LINESMAN_TRY(to_.each(
            "SELECT j.entry, j.op_id FROM journal j WHERE j.kind='decided' AND NOT EXISTS(SELECT 1 FROM operations o "
            "WHERE o.op_id=j.op_id) "
            "ORDER BY j.sequence",
            [&](Statement& row) {
                const auto entry = base::parse_json(row.text(0), "A journal entry");
                const auto* body = entry ? base::find(*entry, "body") : nullptr;
                const std::string kind = body ? base::string_at(*body, "kind").value_or("decision") : "decision";
                const std::string capture = body ? base::string_at(*body, "staging_id").value_or("?") : "?";
                lost.push_back("The decision \"" + kind + "\" on capture " + capture + " (" + row.string(1) +
                               ") is in the journal but can no longer be sent. Check the capture and decide again.");
            }));
        for (const auto& what : lost) LINESMAN_TRY(record_loss(what));
        return {};
    }

    Database& from_;
    Database& to_;
    base::Timestamp now_;
    int64_t losses_ = 0;
    int64_t rows_ = 0;
};

// Reads the copy into `target`. A copy that cannot be opened at all gives an empty file that says so.
Status fill(const std::string& copy, const std::string& target, base::Timestamp now) {
    for (const char* suffix : {"", "-wal", "-shm"}) unlink((target + suffix).c_str());
    auto options = outbox_open_options();
    options.wal = false;
    options.synchronous = Synchronous::normal;
    auto to = Database::open(target, options);
    if (!to) return to.error();
    if (auto made = migrate(*to, outbox_migrations()); !made) return made.error();
    auto transaction = Transaction::begin(*to);
    if (!transaction) return transaction.error();
    auto from = Database::open(copy, {.read_only = true, .hostile = true});
    int64_t rows = 0, losses = 0;
    if (from) {
        Salvage salvage(*from, *to, now);
        LINESMAN_TRY(salvage.run());
        rows = salvage.rows();
        losses = salvage.losses();
    } else {
        LINESMAN_TRY(ensure_identity(*to));
        LINESMAN_TRY(
            to->run("INSERT INTO losses(at_us, what) VALUES(?,?)", now, "Nothing could be read from the file."));
        losses = 1;
    }
    const std::string name = fs::path(copy).filename().string();
    const std::string reason = "The file of your decisions was damaged. " + std::to_string(rows) +
                               " rows were saved, " + std::to_string(losses) +
                               " losses are listed; the old file is kept as " + name +
                               ". Look at the list and accept it to go on deciding.";
    LINESMAN_TRY(to->run("INSERT OR REPLACE INTO settings(key, value) VALUES(?,?)", kSalvageKey, reason));
    auto entry =
        append_journal(*to, now, JournalKind::salvaged, "", {{"rows", rows}, {"losses", losses}, {"kept_as", name}});
    if (!entry) return entry.error();
    return transaction->commit();
}

Status sync_file(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return base::file_error(errno, path, "open");
    const int failed = fdatasync(fd) != 0 ? errno : 0;
    ::close(fd);
    return failed ? Status(base::file_error(failed, path, "write")) : Status();
}

Status copy_file(const std::string& from, const std::string& to) {
    std::error_code error;
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
    if (error) return base::file_error(error.value(), to, "write");
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, error);
    return sync_file(to);
}

}  // namespace

bool salvage_is_unfinished(const std::string& path) {
    return base::file_exists(marker_of(path));
}

Status copy_outbox_aside(const std::string& path, const base::Clock& clock) {
    const std::string stem = path + ".damaged-" + file_stamp(clock.now());
    std::string copy = stem;
    for (int n = 2; base::file_exists(copy); ++n) copy = stem + "-" + std::to_string(n);
    if (base::file_exists(path + "-wal")) LINESMAN_TRY(copy_file(path + "-wal", copy + "-wal"));
    LINESMAN_TRY(copy_file(path, copy));
    return base::write_file_atomically(marker_of(path), copy);
}

Status salvage_outbox(const std::string& path, const base::Clock& clock) {
    const auto copy = base::read_file(marker_of(path), 1 << 16);
    if (!copy) return copy.error();
    const std::string mended = path + ".mended";
    LINESMAN_TRY(fill(*copy, mended, clock.now()));
    LINESMAN_TRY(sync_file(mended));
    // The old WAL would be replayed into the new file. What it held is in the copy.
    for (const char* suffix : {"-wal", "-shm"}) unlink((path + suffix).c_str());
    if (std::rename(mended.c_str(), path.c_str()) != 0) return base::file_error(errno, path, "write");
    unlink(marker_of(path).c_str());
    base::log(base::LogLevel::warning, "store", "outbox.db was damaged and mended; the old file is " + *copy);
    return {};
}

}  // namespace linesman::store
