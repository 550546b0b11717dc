// Outbox: everything that reads, and what a person made besides operations.
#include <algorithm>
#include <iterator>

#include "store/outbox_state.h"

namespace linesman::store {

using base::Json;
using base::Result;
using base::Status;
using base::Timestamp;
using model::OperationState;
using model::PendingOperation;

namespace {

// No earlier unfinished operation of the same person on any capture this one touches.
constexpr char kNotBlocked[] =
    "NOT EXISTS(SELECT 1 FROM operation_captures c JOIN operation_captures e ON e.staging_id=c.staging_id AND "
    "e.number<c.number "
    "JOIN operations p ON p.number=e.number WHERE c.number=o.number AND p.uid=o.uid AND p.open=1)";

// A batch goes on while no mark stands against it; what was tried already is finished in any case, since only the
// answer says whether it took effect.
constexpr char kBatchRuns[] =
    "(o.attempts>0 OR NOT EXISTS(SELECT 1 FROM settings s WHERE s.key='store.batch.' || o.batch_id))";

// `condition` AND not blocked, and then `rest`. Appended in steps: GCC 12 warns wrongly about sums of long literals.
std::string unblocked(std::string_view condition, std::string_view rest) {
    std::string sql(condition);
    sql += " AND ";
    sql += kNotBlocked;
    sql += rest;
    return sql;
}

std::optional<PendingOperation> first_of(std::vector<PendingOperation> list) {
    return list.empty() ? std::nullopt : std::optional(std::move(list.front()));
}

// A row whose payload cannot be read stays visible, and is never sent: parked, with what the columns still say.
void show_as_unreadable(PendingOperation& out, const Statement& row) {
    out.operation.op_id = row.string(0);
    out.operation.kind = model::operation_kind_from_name(row.text(1)).value_or(model::OperationKind::approve);
    out.operation.staging_id = row.string(2);
    out.operation.uid = row.string(3);
    out.operation.made_at = {row.int64(4)};
    out.operation.send_after = {row.int64(5)};
    if (out.state != OperationState::done && out.state != OperationState::withdrawn) out.state = OperationState::parked;
    out.error_kind = base::name_of(base::ErrorKind::corrupt);
    out.error = "This decision can no longer be read from the disk.";
    out.cure = "Withdraw it and decide again.";
}

}  // namespace

PendingOperation pending_from_row(Statement& row) {
    PendingOperation out;
    out.state = model::operation_state_from_name(row.text(6)).value_or(OperationState::parked);
    out.attempts = row.as_int(7);
    if (row.int64(8) > 0) out.next_attempt_at = Timestamp{row.int64(8)};
    out.error_kind = row.string(9);
    out.error = row.string(10);
    out.cure = row.string(11);
    out.committed_update_time = row.string(12);
    auto json = base::parse_json(row.text(14), "The recorded decision");
    auto operation = json ? model::operation_from_json(*json) : Result<model::Operation>(json.error());
    if (operation) {
        out.operation = std::move(operation).value();
    } else {
        show_as_unreadable(out, row);
    }
    out.operation.predecessor = row.string(13);
    out.operation.base_update_time = row.string(15);
    out.operation.base_fields = row.string(16);
    return out;
}

Result<std::optional<PendingOperation>> Outbox::find(std::string_view op_id) {
    auto list = state_->select("WHERE o.op_id=?", op_id);
    if (!list) return list.error();
    return first_of(std::move(list).value());
}

Result<std::vector<PendingOperation>> Outbox::pending(std::string_view uid) {
    if (uid.empty()) return state_->select("WHERE o.open=1 ORDER BY o.number");
    return state_->select("WHERE o.open=1 AND o.uid=? ORDER BY o.number", uid);
}

Result<std::vector<PendingOperation>> Outbox::changed_since(int64_t& mark) {
    const auto newest = state_->database->int64("SELECT max(touched) FROM operations");
    if (!newest) return newest.error();
    if (mark == 0) {
        auto list = pending();
        if (list) mark = newest->value_or(0);
        return list;
    }
    if (newest->value_or(0) <= mark) return std::vector<PendingOperation>();
    auto list = state_->select("WHERE o.touched>? AND o.touched<=? ORDER BY o.number", mark, newest->value_or(0));
    if (list) mark = newest->value_or(0);
    return list;
}

Result<std::vector<PendingOperation>> Outbox::for_capture(std::string_view staging_id) {
    return state_->select("JOIN operation_captures c ON c.number=o.number WHERE c.staging_id=? ORDER BY o.number",
                          staging_id);
}

Result<std::optional<PendingOperation>> Outbox::last_decision(std::string_view staging_id) {
    auto list = state_->select(
        "JOIN operation_captures c ON c.number=o.number WHERE c.staging_id=? AND o.state<>'withdrawn' AND o.kind IN "
        "('approve','reject','hold','undo') ORDER BY o.number DESC LIMIT 1",
        staging_id);
    if (!list) return list.error();
    return first_of(std::move(list).value());
}

Result<std::vector<PendingOperation>> Outbox::made_by(std::string_view uid, Timestamp from, Timestamp to,
                                                      int64_t limit) {
    return state_->select_columns(
        kSlimColumns,
        "WHERE o.uid=? AND o.made_at_us>=? AND o.made_at_us<? ORDER BY o.made_at_us DESC, o.number DESC LIMIT ?", uid,
        from, to, limit);
}

Result<std::vector<PendingOperation>> Outbox::ready(Timestamp now, int64_t limit, std::string_view uid,
                                                    int64_t bulk_limit) {
    constexpr std::string_view kDue =
        "WHERE o.open=1 AND o.uid=?1 AND o.state IN ('waiting','ready') AND o.send_after_us<=?2 AND "
        "o.next_attempt_us<=?2";
    std::string single(kDue);
    auto list =
        state_->select(unblocked(single += " AND o.batch_id=''", " ORDER BY o.number LIMIT ?3"), uid, now, limit);
    if (!list) return list;
    const int64_t room = std::min(bulk_limit, limit - static_cast<int64_t>(list->size()));
    if (room > 0) {
        std::string bulk(kDue);
        bulk += " AND o.batch_id<>'' AND ";
        auto more = state_->select(unblocked(bulk += kBatchRuns, " ORDER BY o.number LIMIT ?3"), uid, now, room);
        if (!more) return more;
        std::move(more->begin(), more->end(), std::back_inserter(*list));
    }
    std::erase_if(*list, [](const PendingOperation& item) { return item.state == OperationState::parked; });
    return list;
}

Result<std::optional<Timestamp>> Outbox::next_due(Timestamp now, std::string_view uid) {
    std::string sql =
        "SELECT min(max(o.send_after_us, o.next_attempt_us)) FROM operations o WHERE o.open=1 AND o.uid=?1 AND "
        "o.state IN ('waiting','ready') AND max(o.send_after_us, o.next_attempt_us)>?2 AND (o.batch_id='' OR ";
    sql += kBatchRuns;
    auto due = state_->database->int64(unblocked(sql += ")", ""), uid, now);
    if (!due) return due.error();
    return *due ? std::optional(Timestamp{**due}) : std::nullopt;
}

Result<std::map<std::string, OutboxCounts>> Outbox::counts_by_person() {
    std::map<std::string, OutboxCounts> out;
    const auto add = [&](Statement& row) {
        OutboxCounts& counts = out[row.string(0)];
        const int64_t n = row.int64(2);
        const Timestamp oldest{row.int64(3)};
        if (!counts.oldest_made_at || oldest < *counts.oldest_made_at) counts.oldest_made_at = oldest;
        switch (model::operation_state_from_name(row.text(1)).value_or(OperationState::parked)) {
            case OperationState::waiting:
                counts.waiting += n;
                break;
            case OperationState::ready:
                counts.ready += n;
                break;
            case OperationState::sending:
                counts.sending += n;
                break;
            case OperationState::parked:
                counts.parked += n;
                break;
            case OperationState::conflict:
                counts.conflict += n;
                break;
            case OperationState::done:
            case OperationState::withdrawn:
                break;
        }
    };
    auto status = state_->database->each(
        "SELECT uid, state, count(*), min(made_at_us) FROM operations WHERE open=1 GROUP BY uid, state", add);
    if (!status) return status.error();
    return out;
}

Result<std::optional<std::string>> Outbox::theirs(std::string_view op_id) {
    return state_->database->text("SELECT theirs FROM operations WHERE op_id=?", op_id);
}

Result<bool> Outbox::changed_elsewhere() {
    const auto version = state_->database->data_version();
    if (!version) return version.error();
    return std::exchange(state_->last_data_version, *version) != *version;
}

// Drafts, filters, settings

Status Outbox::set_draft(std::string_view uid, std::string_view staging_id, std::string_view text) {
    return state_->write([&](Database& db) {
        if (text.empty()) return db.run("DELETE FROM drafts WHERE uid=? AND staging_id=?", uid, staging_id);
        return db.run(
            "INSERT INTO drafts(uid, staging_id, text) VALUES(?,?,?) ON CONFLICT DO UPDATE SET text=excluded.text", uid,
            staging_id, text);
    });
}

Result<std::optional<std::string>> Outbox::draft(std::string_view uid, std::string_view staging_id) {
    return state_->database->text("SELECT text FROM drafts WHERE uid=? AND staging_id=?", uid, staging_id);
}

Result<std::map<std::string, std::string>> Outbox::drafts(std::string_view uid) {
    std::map<std::string, std::string> out;
    auto status = state_->database->each(
        "SELECT staging_id, text FROM drafts WHERE uid=?",
        [&](Statement& row) { out.emplace(row.text(0), row.text(1)); }, uid);
    if (!status) return status.error();
    return out;
}

Status Outbox::set_saved_filter(std::string_view name, std::string_view json) {
    return state_->write([&](Database& db) {
        if (json.empty()) return db.run("DELETE FROM saved_filters WHERE name=?", name);
        return db.run(
            "INSERT INTO saved_filters(name, filter) VALUES(?,?) ON CONFLICT DO UPDATE SET filter=excluded.filter",
            name, json);
    });
}

Result<std::map<std::string, std::string>> Outbox::saved_filters() {
    std::map<std::string, std::string> out;
    auto status = state_->database->each("SELECT name, filter FROM saved_filters",
                                         [&](Statement& row) { out.emplace(row.text(0), row.text(1)); });
    if (!status) return status.error();
    return out;
}

Status Outbox::set_setting(std::string_view key, std::optional<std::string_view> value) {
    if (key.starts_with("store."))
        return base::make_error(base::ErrorKind::invalid_argument,
                                "Settings that begin with \"store.\" are Linesman's own.");
    return state_->write([&](Database& db) {
        if (!value) return db.run("DELETE FROM settings WHERE key=?", key);
        return db.run("INSERT INTO settings(key, value) VALUES(?,?) ON CONFLICT DO UPDATE SET value=excluded.value",
                      key, *value);
    });
}

Result<std::optional<std::string>> Outbox::setting(std::string_view key) {
    return state_->database->text("SELECT value FROM settings WHERE key=?", key);
}

}  // namespace linesman::store
