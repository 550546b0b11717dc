#include "backend/persistence.h"

#include "backend/value_json.h"
#include "base/file.h"

namespace linesman::backend {

using base::Result;
using base::Status;

namespace {

const std::vector<store::Migration>& migrations() {
    static const std::vector<store::Migration> kMigrations = {store::sql_migration(
        "CREATE TABLE documents(name TEXT PRIMARY KEY, created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL,"
        " fields TEXT NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE records(kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY(kind, key));")};
    return kMigrations;
}

}  // namespace

Result<std::unique_ptr<Persistence>> Persistence::open(const std::string& folder) {
    LINESMAN_TRY(base::make_private_dirs(folder + "/objects"));
    auto database = store::Database::open(folder + "/backend.db");
    if (!database) return database.error();
    auto migrated = store::migrate(*database, migrations());
    if (!migrated) return migrated.error();
    return std::unique_ptr<Persistence>(new Persistence(std::move(*database)));
}

Status Persistence::write(const std::string& name, const DocumentPtr& document) {
    if (!document) return database_.run("DELETE FROM documents WHERE name = ?", name);
    return database_.run("INSERT OR REPLACE INTO documents VALUES(?, ?, ?, ?)", name, document->create_time,
                         document->update_time, document->fields_text);
}

Status Persistence::save(const Commit& commit) {
    const std::lock_guard lock(mutex_);
    auto transaction = store::Transaction::begin(database_);
    if (!transaction) return transaction.error();
    for (const Change& change : commit.changes) LINESMAN_TRY(write(change.name, change.after));
    return transaction->commit();
}

Status Persistence::replace_documents(const std::vector<DocumentPtr>& documents) {
    const std::lock_guard lock(mutex_);
    auto transaction = store::Transaction::begin(database_);
    if (!transaction) return transaction.error();
    LINESMAN_TRY(database_.exec("DELETE FROM documents"));
    for (const DocumentPtr& document : documents) LINESMAN_TRY(write(document->name, document));
    return transaction->commit();
}

Status Persistence::save_record(const std::string& kind, const std::string& key, const base::Json* body) {
    const std::lock_guard lock(mutex_);
    if (!body) return database_.run("DELETE FROM records WHERE kind = ? AND key = ?", kind, key);
    return database_.run("INSERT OR REPLACE INTO records VALUES(?, ?, ?)", kind, key, base::to_text(*body));
}

Result<std::vector<DocumentPtr>> Persistence::load_documents() {
    const std::lock_guard lock(mutex_);
    std::vector<DocumentPtr> documents;
    const auto read = [&](store::Statement& row) -> Status {
        auto json = parse_body(row.text(3));
        if (!json) return json.error();
        auto fields = fields_from_json(*json);
        if (!fields) return fields.error();
        documents.push_back(make_document(row.string(0), std::move(*fields), {row.int64(1)}, {row.int64(2)}));
        return {};
    };
    LINESMAN_TRY(database_.each("SELECT name, created_us, updated_us, fields FROM documents", read));
    return documents;
}

Result<std::vector<base::Json>> Persistence::load_records(const std::string& kind) {
    const std::lock_guard lock(mutex_);
    std::vector<base::Json> records;
    const auto read = [&](store::Statement& row) -> Status {
        auto json = base::parse_json(row.text(0), "stored record");
        if (!json) return json.error();
        records.push_back(std::move(*json));
        return {};
    };
    LINESMAN_TRY(database_.each("SELECT body FROM records WHERE kind = ? ORDER BY key", read, kind));
    return records;
}

}  // namespace linesman::backend
