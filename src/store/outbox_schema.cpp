#include "store/outbox_schema.h"

#include "base/ids.h"

namespace linesman::store {

using base::Status;

const std::vector<Migration>& outbox_migrations() {
    // Every table that people's work lies in has an integer key, so that a damaged file can be read row by row.
    static const std::vector<Migration> kMigrations = {sql_migration(R"sql(
        CREATE TABLE settings(number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
        CREATE TABLE operations(
            number INTEGER PRIMARY KEY, op_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, staging_id TEXT NOT NULL, uid TEXT NOT NULL,
            made_at_us INTEGER NOT NULL, send_after_us INTEGER NOT NULL, open INTEGER NOT NULL, state TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0, next_attempt_us INTEGER NOT NULL DEFAULT 0, error_kind TEXT NOT NULL DEFAULT '',
            error TEXT NOT NULL DEFAULT '', cure TEXT NOT NULL DEFAULT '', committed_update_time TEXT NOT NULL DEFAULT '',
            predecessor TEXT NOT NULL, batch_id TEXT NOT NULL, also_touches TEXT NOT NULL DEFAULT '[]', payload TEXT NOT NULL,
            base_update_time TEXT NOT NULL, base_fields TEXT NOT NULL, theirs TEXT);
        CREATE INDEX operations_open ON operations(uid, number) WHERE open=1;
        CREATE INDEX operations_made ON operations(uid, made_at_us);
        CREATE INDEX operations_batch ON operations(batch_id) WHERE batch_id<>'';
        CREATE TABLE operation_captures(staging_id TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY(staging_id, number)) WITHOUT ROWID;
        CREATE INDEX operation_captures_number ON operation_captures(number);
        CREATE TABLE journal(sequence INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, kind TEXT NOT NULL, op_id TEXT NOT NULL,
                             previous_hash TEXT NOT NULL, hash TEXT NOT NULL, entry TEXT NOT NULL);
        CREATE TABLE batches(number INTEGER PRIMARY KEY, batch_id TEXT NOT NULL UNIQUE, uid TEXT NOT NULL, made_at_us INTEGER NOT NULL,
                             title TEXT NOT NULL, plan TEXT NOT NULL);
        CREATE TABLE drafts(number INTEGER PRIMARY KEY, uid TEXT NOT NULL, staging_id TEXT NOT NULL, text TEXT NOT NULL,
                            UNIQUE(uid, staging_id));
        CREATE TABLE saved_filters(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, filter TEXT NOT NULL);
        CREATE TABLE losses(number INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, what TEXT NOT NULL);
    )sql"),
                                                       // `touched` rises with every change of a row, so that only what
                                                       // changed has to be read again.
                                                       sql_migration(R"sql(
        ALTER TABLE operations ADD COLUMN touched INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX operations_touched ON operations(touched);
        DROP INDEX operations_batch;
        CREATE INDEX operations_batch ON operations(batch_id, state) WHERE batch_id<>'';
    )sql")};
    return kMigrations;
}

OpenOptions outbox_open_options() {
    return {.synchronous = Synchronous::full, .page_size_bytes = kOutboxPageBytes, .cache_kib = kOutboxCacheKib};
}

Status ensure_identity(Database& database) {
    LINESMAN_TRY(database.run("INSERT OR IGNORE INTO settings(key, value) VALUES(?,?)", kDeskIdKey,
                              "desk-" + base::random_base36(10)));
    return database.run("INSERT OR IGNORE INTO settings(key, value) VALUES(?,?)", kInstallIdKey, base::random_hex(16));
}

}  // namespace linesman::store
