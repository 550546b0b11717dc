#include "store/journal.h"

#include "base/ids.h"
#include "store/outbox_schema.h"
#include "store/sqlite.h"

namespace linesman::store {

using base::Json;
using base::Result;
using base::Status;

std::string_view name_of(JournalKind kind) {
    switch (kind) {
        case JournalKind::decided:
            return "decided";
        case JournalKind::refused:
            return "refused";
        case JournalKind::withdrawn:
            return "withdrawn";
        case JournalKind::released:
            return "released";
        case JournalKind::rebased:
            return "rebased";
        case JournalKind::done:
            return "done";
        case JournalKind::parked:
            return "parked";
        case JournalKind::conflict:
            return "conflict";
        case JournalKind::salvaged:
            return "salvaged";
        case JournalKind::salvage_accepted:
            return "salvage_accepted";
        case JournalKind::administered:
            return "administered";
    }
    return "?";
}

namespace {

std::string beginning_of(const std::string& install_id) {
    return base::sha256_hex("linesman journal " + install_id);
}

Result<std::string> required_setting(Database& database, const char* key) {
    auto value = database.text("SELECT value FROM settings WHERE key=?", key);
    if (!value) return value.error();
    if (*value) return std::move(**value);
    return base::make_error(base::ErrorKind::corrupt, "The file " + database.path() + " is damaged.",
                            std::string("no setting ") + key);
}

// Empty when `row` follows `head` and is what was hashed; else why not.
std::string flaw_of(const JournalRow& row, const JournalHead& head) {
    const std::string at = "Entry " + std::to_string(row.sequence);
    if (row.sequence != head.sequence + 1)
        return at + " does not follow entry " + std::to_string(head.sequence) + ": some are missing.";
    if (base::sha256_hex(row.entry) != row.hash) return at + " was changed after it was written.";
    if (row.previous_hash != head.hash) return at + " does not belong to the entry before it.";
    const auto entry = base::parse_json(row.entry, at);
    if (!entry) return at + " cannot be read.";
    const bool same = base::string_at(*entry, "previous_hash") == row.previous_hash &&
                      base::int_at(*entry, "sequence") == row.sequence &&
                      base::string_at(*entry, "op_id") == row.op_id && base::string_at(*entry, "entry") == row.kind &&
                      base::int_at(*entry, "at") == row.at.us;
    return same ? std::string() : at + " says something else than what was hashed.";
}

}  // namespace

Result<JournalHead> journal_head(Database& database) {
    JournalHead head;
    auto desk = required_setting(database, kDeskIdKey);
    if (!desk) return desk.error();
    auto install = required_setting(database, kInstallIdKey);
    if (!install) return install.error();
    head.desk_id = std::move(desk).value();
    head.install_id = std::move(install).value();
    head.hash = beginning_of(head.install_id);
    LINESMAN_TRY(
        database.each("SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1", [&](Statement& row) {
            head.sequence = row.int64(0);
            head.hash = row.string(1);
        }));
    return head;
}

Result<JournalRow> append_journal(Database& database, base::Timestamp at, JournalKind kind, std::string_view op_id,
                                  Json body) {
    const auto head = journal_head(database);
    if (!head) return head.error();
    JournalRow row{head->sequence + 1, at, std::string(name_of(kind)), std::string(op_id), head->hash, {}, {}};
    Json entry = {{"at", at.us},
                  {"body", std::move(body)},
                  {"desk_id", head->desk_id},
                  {"entry", row.kind},
                  {"install_id", head->install_id},
                  {"op_id", row.op_id},
                  {"sequence", row.sequence},
                  {"previous_hash", row.previous_hash}};
    row.entry = base::to_text(entry);
    row.hash = base::sha256_hex(row.entry);
    LINESMAN_TRY(database.run("INSERT INTO journal VALUES(?,?,?,?,?,?,?)", row.sequence, row.at, row.kind, row.op_id,
                              row.previous_hash, row.hash, row.entry));
    return row;
}

Status each_journal_row(Database& database, int64_t after, const std::function<bool(const JournalRow&)>& on_row) {
    auto statement = database.prepare(
        "SELECT sequence, at_us, kind, op_id, previous_hash, hash, entry FROM journal WHERE sequence>? ORDER BY "
        "sequence");
    if (!statement) return statement.error();
    statement->bind(1, after);
    for (;;) {
        const auto more = statement->step();
        if (!more) return more.error();
        if (!*more) return {};
        const JournalRow row{statement->int64(0),  {statement->int64(1)}, statement->string(2), statement->string(3),
                             statement->string(4), statement->string(5),  statement->string(6)};
        if (!on_row(row)) return {};
    }
}

Result<JournalCheck> check_journal(Database& database) {
    const auto view = Transaction::begin_read(database);
    if (!view) return view.error();
    auto head = journal_head(database);
    if (!head) return head.error();
    JournalCheck check;
    JournalHead before{head->desk_id, head->install_id, 0, beginning_of(head->install_id)};
    LINESMAN_TRY(each_journal_row(database, 0, [&](const JournalRow& row) {
        ++check.entries;
        check.why = flaw_of(row, before);
        if (!check.why.empty()) check.first_broken = row.sequence;
        before.sequence = row.sequence;
        before.hash = row.hash;
        return check.whole();
    }));
    return check;
}

}  // namespace linesman::store
