#include "store/cache.h"

#include "base/log.h"
#include "store/cache_schema.h"
#include "store/searched_text.h"
#include "store/sqlite.h"

namespace linesman::store {

using base::Error;
using base::ErrorKind;
using base::Result;
using base::Status;

namespace {

constexpr size_t kMostGatheredBytes = 64 << 20;
// How much FTS5 gathers in memory before it writes a piece of the index ("hashsize"); the second is its own default.
constexpr int64_t kBulkNotesBytes = 32 << 20, kNotesBytes = 1 << 20;

}  // namespace

struct Cache::State {
    std::unique_ptr<Database> database;
    CacheReader reader;
    CacheOptions options;
    bool bulk = false;
    bool notes_stale = false;
    // Notes of a bulk load that began with an empty table, by number; nullopt: they are read again at its end.
    std::optional<std::vector<std::pair<int64_t, std::string>>> gathered = {};
    size_t gathered_bytes = 0;
    // The table of the last document and what puts one into it: batches are long runs of one collection. Kept during
    // one apply().
    int64_t insert_table = 0;
    std::optional<Statement> insert = {};

    Result<int64_t> table_for_writing(std::string_view collection);
    Result<Statement*> insert_into(int64_t table);
    Status apply_document(const CachedDocument& document, bool has_tombstones, ApplyCounts& counts);
    Status apply_delete(const CachedDelete& gone, ApplyCounts& counts);
    Status replace_document(int64_t table, const CachedDocument& document, base::Timestamp version,
                            ApplyCounts& counts);
    Status index_notes(int64_t number, std::string_view fields, bool was_there);
    void gather_note(const CachedDocument& document, int64_t number);
    bool is_searched(std::string_view collection) const {
        return collection == options.searched_collection && !notes_stale;
    }
    Status apply_all(const CacheBatch& batch, ApplyCounts& counts);
    Status rebuild_notes();
};

Result<int64_t> Cache::State::table_for_writing(std::string_view collection) {
    auto known = reader.table_of(collection);
    if (!known) return known.error();
    if (*known) return **known;
    auto made = make_collection(*database, collection);
    if (made) reader.tables_.emplace(collection, *made);
    return made;
}

Result<Statement*> Cache::State::insert_into(int64_t table) {
    if (!insert || insert_table != table) {
        insert.reset();
        auto prepared = database->prepare(for_table(
            "INSERT INTO $(id, update_us, update_time, scope, fields) VALUES(?,?,?,?,?) ON CONFLICT DO NOTHING",
            table));
        if (!prepared) return prepared.error();
        insert.emplace(std::move(*prepared));
        insert_table = table;
    }
    return &*insert;
}

Status Cache::State::index_notes(int64_t number, std::string_view fields, bool was_there) {
    if (was_there) LINESMAN_TRY(database->run("DELETE FROM notes WHERE rowid=?", number));
    const std::string note = searched_text(fields, options.searched_field);
    return note.empty() ? Status() : database->run("INSERT INTO notes(rowid, text) VALUES(?,?)", number, note);
}

// What a bulk load brings is indexed at its end; kept meanwhile, so that it need not be read again.
void Cache::State::gather_note(const CachedDocument& document, int64_t number) {
    if (!gathered || document.collection != options.searched_collection) return;
    std::string note = searched_text(document.fields, options.searched_field);
    if (note.empty()) return;
    gathered_bytes += note.size() + sizeof(std::pair<int64_t, std::string>);
    gathered->emplace_back(number, std::move(note));
    if (gathered_bytes > kMostGatheredBytes) gathered.reset();
}

Status Cache::State::replace_document(int64_t table, const CachedDocument& document, base::Timestamp version,
                                      ApplyCounts& counts) {
    int64_t number = 0, stored_us = 0;
    bool same_scope = true;
    LINESMAN_TRY(database->each(
        for_table("SELECT number, update_us, scope FROM $ WHERE id=?", table),
        [&](Statement& row) {
            number = row.int64(0);
            stored_us = row.int64(1);
            same_scope = row.text(2) == document.scope;
        },
        document.id));
    if (stored_us > version.us) {
        ++counts.older;
        return {};
    }
    if (stored_us == version.us) {
        ++counts.unchanged;
        if (same_scope) return {};
        return database->run(for_table("UPDATE $ SET scope=? WHERE number=?", table), document.scope, number);
    }
    LINESMAN_TRY(
        database->run(for_table("UPDATE $ SET update_us=?, update_time=?, scope=?, fields=? WHERE number=?", table),
                      version, document.update_time, document.scope, document.fields, number));
    ++counts.changed;
    gathered.reset();
    return is_searched(document.collection) ? index_notes(number, document.fields, true) : Status();
}

Status Cache::State::apply_document(const CachedDocument& document, bool has_tombstones, ApplyCounts& counts) {
    const auto version = base::parse_rfc3339(document.update_time);
    if (!version) {
        counts.unreadable_versions.push_back(document.id);
        return {};
    }
    const auto table = table_for_writing(document.collection);
    if (!table) return table.error();
    if (has_tombstones) {
        const auto gone =
            database->int64("SELECT as_of_us FROM tombstones WHERE collection=? AND id=?", *table, document.id);
        if (!gone) return gone.error();
        if (*gone && version->us <= **gone) {
            ++counts.older;
            return {};
        }
        if (*gone)
            LINESMAN_TRY(database->run("DELETE FROM tombstones WHERE collection=? AND id=?", *table, document.id));
    }
    const auto statement = insert_into(*table);
    if (!statement) return statement.error();
    (*statement)->bind_view(1, document.id).bind(2, version->us).bind_view(3, document.update_time);
    (*statement)->bind_view(4, document.scope).bind_view(5, document.fields);
    LINESMAN_TRY((*statement)->run());
    if (database->changes() == 0) return replace_document(*table, document, *version, counts);
    ++counts.added;
    const int64_t number = database->last_insert_rowid();
    gather_note(document, number);
    return is_searched(document.collection) ? index_notes(number, document.fields, false) : Status();
}

Status Cache::State::apply_delete(const CachedDelete& gone, ApplyCounts& counts) {
    const auto table = table_for_writing(gone.collection);
    if (!table) return table.error();
    std::optional<int64_t> number;
    bool newer = false;
    LINESMAN_TRY(database->each(
        for_table("SELECT number, update_us FROM $ WHERE id=?", *table),
        [&](Statement& row) {
            number = row.int64(0);
            newer = row.int64(1) > gone.as_of.us;
        },
        gone.id));
    if (newer) {
        ++counts.older;
        return {};
    }
    if (number) {
        LINESMAN_TRY(database->run(for_table("DELETE FROM $ WHERE number=?", *table), *number));
        gathered.reset();
        if (is_searched(gone.collection)) LINESMAN_TRY(database->run("DELETE FROM notes WHERE rowid=?", *number));
        ++counts.deleted;
    }
    if (!gone.tombstone) return {};
    return database->run(
        "INSERT INTO tombstones VALUES(?,?,?) ON CONFLICT DO UPDATE SET as_of_us=max(as_of_us, excluded.as_of_us)",
        *table, gone.id, gone.as_of);
}

Status Cache::State::apply_all(const CacheBatch& batch, ApplyCounts& counts) {
    const auto tombstones = database->int64("SELECT EXISTS(SELECT 1 FROM tombstones)");
    if (!tombstones) return tombstones.error();
    const auto stale = reader.value(kNotesStaleKey);
    if (!stale) return stale.error();
    notes_stale = stale->has_value();
    for (const auto& document : batch.documents) LINESMAN_TRY(apply_document(document, **tombstones != 0, counts));
    for (const auto& gone : batch.deletes) LINESMAN_TRY(apply_delete(gone, counts));
    for (const auto& [key, value] : batch.values) {
        LINESMAN_TRY(value ? database->run("INSERT OR REPLACE INTO meta VALUES(?,?)", key, *value)
                           : database->run("DELETE FROM meta WHERE key=?", key));
    }
    if (!counts.any_change()) return {};
    return database->run("UPDATE meta SET value=CAST(value AS INTEGER)+1 WHERE key=?", kGenerationKey);
}

Status Cache::State::rebuild_notes() {
    auto transaction = Transaction::begin(*database);
    if (!transaction) return transaction.error();
    const auto table = table_for_writing(options.searched_collection);
    if (!table) return table.error();
    LINESMAN_TRY(database->run("DELETE FROM notes"));
    // One large piece instead of many that are merged again and again.
    LINESMAN_TRY(database->run("INSERT INTO notes(notes, rank) VALUES('hashsize', ?)", kBulkNotesBytes));
    if (gathered) {
        auto insert_note = database->prepare("INSERT INTO notes(rowid, text) VALUES(?,?)");
        if (!insert_note) return insert_note.error();
        for (const auto& [number, note] : *gathered)
            LINESMAN_TRY(insert_note->bind(1, number).bind_view(2, note).run());
    } else {
        LINESMAN_TRY(database->each(for_table("SELECT number, fields FROM $", *table),
                                    [&](Statement& row) { return index_notes(row.int64(0), row.text(1), false); }));
    }
    LINESMAN_TRY(database->run("INSERT INTO notes(notes, rank) VALUES('hashsize', ?)", kNotesBytes));
    LINESMAN_TRY(database->run("DELETE FROM meta WHERE key=?", kNotesStaleKey));
    return transaction->commit();
}

Cache::Cache(std::unique_ptr<State> state) : state_(std::move(state)) {}
Cache::Cache(Cache&&) noexcept = default;
Cache& Cache::operator=(Cache&&) noexcept = default;
Cache::~Cache() = default;

Result<OpenedCache> Cache::open(const std::string& path, const base::Clock& clock, const CacheOptions& options) {
    std::vector<CacheNotice> notices;
    const auto begin_anew = [&](std::string what, std::string detail) -> Status {
        auto kept = set_cache_aside(path, clock);
        if (!kept) return kept.error();
        base::log(base::LogLevel::warning, "store", what + " " + detail);
        notices.push_back({std::move(what), std::move(detail), std::move(kept).value()});
        return {};
    };
    if (options.set_aside)
        LINESMAN_TRY(begin_anew("The local copy was damaged and is fetched again. Your decisions are not affected.",
                                "asked for"));
    auto database = open_cache_file(path, clock);
    if (!database && (database.error().kind == ErrorKind::corrupt || database.error().kind == ErrorKind::unsupported)) {
        const bool newer = database.error().kind == ErrorKind::unsupported;
        LINESMAN_TRY(
            begin_anew(newer ? "The local copy is of a newer version of Linesman and is fetched again."
                             : "The local copy was damaged and is fetched again. Your decisions are not affected.",
                       database.error().detail));
        database = open_cache_file(path, clock);
    }
    if (!database) return database.error();
    Database& shared = **database;
    LINESMAN_TRY(
        shared.run("INSERT OR REPLACE INTO meta VALUES('store.searched_collection', ?)", options.searched_collection));
    auto state = std::make_unique<State>(State{std::move(database).value(), CacheReader(shared), options});
    return OpenedCache{Cache(std::move(state)), std::move(notices)};
}

Result<ApplyCounts> Cache::apply(const CacheBatch& batch) {
    ApplyCounts counts;
    if (batch.empty()) return counts;
    Status status;
    {
        auto transaction = Transaction::begin(*state_->database);
        if (!transaction) return transaction.error();
        status = state_->apply_all(batch, counts);
        state_->insert.reset();
        if (status) status = transaction->commit();
    }
    if (!status) {
        state_->reader.tables_.clear();  // a table made in this transaction is gone again
        state_->gathered.reset();
        return status.error();
    }
    return counts;
}

Status Cache::begin_bulk() {
    state_->bulk = true;
    state_->gathered.reset();
    state_->gathered_bytes = 0;
    const auto present = state_->reader.count(state_->options.searched_collection);
    if (present && *present == 0) state_->gathered.emplace();
    // Into an empty file everything is appended: a rollback journal stays empty, where a WAL would write it all twice.
    // Another process that has the file open keeps it as it is, which only costs time.
    const auto any = state_->database->int64("SELECT EXISTS(SELECT 1 FROM collections)");
    if (any && **any == 0) (void)state_->database->exec("PRAGMA journal_mode=TRUNCATE");
    LINESMAN_TRY(state_->database->exec("PRAGMA wal_autocheckpoint=" + std::to_string(kBulkCheckpointPages) +
                                        ";PRAGMA cache_size=-" + std::to_string(kBulkCacheKib)));
    return state_->database->run("INSERT OR REPLACE INTO meta VALUES(?,'1')", kNotesStaleKey);
}

Status Cache::end_bulk() {
    state_->bulk = false;
    const auto stale = state_->reader.value(kNotesStaleKey);
    if (!stale) return stale.error();
    if (*stale) LINESMAN_TRY(state_->rebuild_notes());
    state_->gathered.reset();
    if (auto wal = state_->database->exec("PRAGMA journal_mode=WAL");
        !wal && wal.error().kind != ErrorKind::unavailable)
        return wal;
    LINESMAN_TRY(state_->database->exec("PRAGMA wal_autocheckpoint=" + std::to_string(kCheckpointPages) +
                                        ";PRAGMA cache_size=-" + std::to_string(kCacheKib) + ";PRAGMA shrink_memory"));
    // A reader may stand in the way; the next checkpoint takes what is left.
    if (auto done = state_->database->checkpoint(); !done && done.error().kind != ErrorKind::unavailable) return done;
    return {};
}

Status Cache::drop_collection(std::string_view collection) {
    const auto table = state_->reader.table_of(collection);
    if (!table) return table.error();
    if (!*table) return {};
    auto transaction = Transaction::begin(*state_->database);
    if (!transaction) return transaction.error();
    LINESMAN_TRY(state_->database->run(for_table("DELETE FROM $", **table)));
    LINESMAN_TRY(state_->database->run("DELETE FROM tombstones WHERE collection=?", **table));
    if (collection == state_->options.searched_collection) LINESMAN_TRY(state_->database->run("DELETE FROM notes"));
    LINESMAN_TRY(state_->database->run("UPDATE meta SET value=CAST(value AS INTEGER)+1 WHERE key=?", kGenerationKey));
    return transaction->commit();
}

Status Cache::forget_tombstones(base::Timestamp older_than) {
    return state_->database->run("DELETE FROM tombstones WHERE as_of_us<?", older_than);
}

CacheReader& Cache::read() {
    return state_->reader;
}
Status Cache::check() {
    return state_->database->quick_check();
}

}  // namespace linesman::store
