// Outbox: batches. A batch is a row with what its dry run listed, and operations that carry its id; that it is paused
// or cancelled stands among the settings ("store.batch." + id), so that a mended file keeps it.
#include "store/outbox_state.h"

namespace linesman::store {

using base::Json;
using base::Result;
using base::Status;
using model::Operation;
using model::OperationState;
using model::PendingOperation;

namespace {

std::string key_of(std::string_view batch_id) {
    return std::string("store.batch.").append(batch_id);
}

BatchMark mark_from(std::string_view value) {
    return value == "cancelled" ? BatchMark::cancelled : value == "paused" ? BatchMark::paused : BatchMark::running;
}

}  // namespace

Result<std::vector<Operation>> Outbox::enqueue_batch(const BulkBatch& batch, std::vector<Operation> operations) {
    auto status = state_->write([&](Database& db) -> Status {
        LINESMAN_TRY(db.run("INSERT INTO batches(batch_id, uid, made_at_us, title, plan) VALUES(?,?,?,?,?)",
                            batch.batch_id, batch.uid, batch.made_at, batch.title, base::to_text(batch.plan)));
        for (auto& operation : operations) {
            LINESMAN_TRY(check_new(operation));
            operation.batch_id = batch.batch_id;
            LINESMAN_TRY(state_->insert_operation(operation, {}));
        }
        return {};
    });
    if (!status) return in_words(status.error(), "the batch \"" + batch.title + "\"");
    return operations;
}

Result<std::vector<BulkBatch>> Outbox::batches(std::string_view uid, int64_t limit) {
    std::vector<BulkBatch> out;
    const auto add = [&](Statement& row) {
        BulkBatch batch{row.string(0), row.string(1), {row.int64(2)}, row.string(3), Json()};
        batch.mark = mark_from(row.text(4));
        out.push_back(std::move(batch));
    };
    auto status = state_->database->each(
        "SELECT b.batch_id, b.uid, b.made_at_us, b.title, coalesce(s.value,'') FROM batches b LEFT JOIN settings s ON "
        "s.key='store.batch.' || b.batch_id WHERE ?1='' OR b.uid=?1 ORDER BY b.number DESC LIMIT ?2",
        add, uid, limit);
    if (!status) return status.error();
    return out;
}

Result<Json> Outbox::batch_plan(std::string_view batch_id) {
    const auto text = state_->database->text("SELECT plan FROM batches WHERE batch_id=?", batch_id);
    if (!text) return text.error();
    if (!*text)
        return base::make_error(base::ErrorKind::not_found,
                                "There is no batch with this id. See linesmanctl batch list.",
                                "batch_id " + std::string(batch_id));
    return base::parse_json(**text, "The plan of the batch");
}

Result<std::vector<PendingOperation>> Outbox::batch_items(std::string_view batch_id) {
    return state_->select_columns(kSlimColumns, "WHERE o.batch_id=? AND o.batch_id<>'' ORDER BY o.number", batch_id);
}

Result<std::map<OperationState, int64_t>> Outbox::batch_counts(std::string_view batch_id) {
    std::map<OperationState, int64_t> out;
    auto status = state_->database->each(
        "SELECT state, count(*) FROM operations WHERE batch_id=? AND batch_id<>'' GROUP BY state",
        [&](Statement& row) {
            out[model::operation_state_from_name(row.text(0)).value_or(OperationState::parked)] += row.int64(1);
        },
        batch_id);
    if (!status) return status.error();
    return out;
}

Result<bool> Outbox::has_open_bulk(std::string_view uid) {
    const auto found = state_->database->int64(
        "SELECT 1 FROM operations WHERE open=1 AND uid=? AND batch_id<>'' AND state IN ('waiting','ready') LIMIT 1",
        uid);
    if (!found) return found.error();
    return found->has_value();
}

Status Outbox::State::check_batch(std::string_view batch_id) {
    const auto known = database->int64("SELECT 1 FROM batches WHERE batch_id=?", batch_id);
    if (!known) return known.error();
    if (!*known)
        return base::make_error(base::ErrorKind::not_found,
                                "There is no batch with this id. See linesmanctl batch list.",
                                "batch_id " + std::string(batch_id));
    const auto mark = database->text("SELECT value FROM settings WHERE key=?", key_of(batch_id));
    if (!mark) return mark.error();
    if (mark_from(mark->value_or("")) == BatchMark::cancelled)
        return base::make_error(base::ErrorKind::precondition_failed,
                                "This batch was cancelled. Make a new dry run to go on.");
    return {};
}

Status Outbox::pause_batch(std::string_view batch_id, bool paused) {
    return state_->write([&](Database& db) -> Status {
        LINESMAN_TRY(state_->check_batch(batch_id));
        if (!paused) return db.run("DELETE FROM settings WHERE key=?", key_of(batch_id));
        return db.run("INSERT INTO settings(key, value) VALUES(?,'paused') ON CONFLICT DO UPDATE SET value='paused'",
                      key_of(batch_id));
    });
}

Result<int64_t> Outbox::cancel_batch(std::string_view batch_id) {
    int64_t withdrawn = 0;
    auto status = state_->write([&](Database& db) -> Status {
        LINESMAN_TRY(state_->check_batch(batch_id));
        LINESMAN_TRY(
            db.run("INSERT INTO settings(key, value) VALUES(?,'cancelled') ON CONFLICT DO UPDATE SET value='cancelled'",
                   key_of(batch_id)));
        std::vector<std::string> items;
        LINESMAN_TRY(db.each(
            "SELECT op_id FROM operations WHERE batch_id=? AND (state IN ('parked','conflict') OR (state IN "
            "('waiting','ready') AND attempts=0)) ORDER BY number",
            [&](Statement& row) { items.push_back(row.string(0)); }, batch_id));
        for (const auto& op_id : items) LINESMAN_TRY(state_->withdraw(op_id));
        withdrawn = static_cast<int64_t>(items.size());
        return {};
    });
    if (!status) return status.error();
    return withdrawn;
}

}  // namespace linesman::store
