// Outbox: what becomes of operations. Every move checks the state it comes from, so that two callers cannot both make
// it.
#include <algorithm>

#include "base/ids.h"
#include "store/outbox_state.h"

namespace linesman::store {

using base::Error;
using base::ErrorKind;
using base::make_error;
using base::Result;
using base::Status;
using base::Timestamp;
using model::OperationState;

Status Outbox::State::check_state(std::string_view op_id, std::initializer_list<OperationState> allowed,
                                  OperationState to) {
    const auto name = database->text("SELECT state FROM operations WHERE op_id=?", op_id);
    if (!name) return name.error();
    if (!*name)
        return make_error(ErrorKind::not_found, "This decision is not in the outbox.", "op_id " + std::string(op_id));
    const auto state = model::operation_state_from_name(**name);
    if (state && std::find(allowed.begin(), allowed.end(), *state) != allowed.end()) return {};
    std::string detail = **name;
    detail += " cannot become ";
    detail += model::name_of(to);
    return make_error(ErrorKind::precondition_failed, "This decision is " + **name + ": this is no longer possible.",
                      std::move(detail));
}

Status Outbox::mark_sending(std::string_view op_id) {
    return state_->write([&](Database&) {
        return state_->move_to(op_id, {OperationState::waiting, OperationState::ready}, OperationState::sending,
                               ", attempts=attempts+1");
    });
}

Status Outbox::mark_done(std::string_view op_id, std::string_view committed_update_time) {
    using enum OperationState;
    return state_->write([&](Database& db) -> Status {
        const auto closed =
            db.text("SELECT committed_update_time FROM operations WHERE op_id=? AND state='done'", op_id);
        if (!closed) return closed.error();
        if (*closed == committed_update_time) return {};  // told twice
        LINESMAN_TRY(state_->move_to(op_id, {waiting, ready, sending, parked, conflict}, done,
                                     ", committed_update_time=?4, error_kind='', error='', cure=''",
                                     committed_update_time));
        return state_->journal(JournalKind::done, op_id, {{"update_time", std::string(committed_update_time)}});
    });
}

Status Outbox::mark_retry(std::string_view op_id, const Error& error, Timestamp next_attempt_at) {
    return state_->write([&](Database&) {
        return state_->move_to(op_id, {OperationState::sending, OperationState::ready, OperationState::waiting},
                               OperationState::ready, ", error_kind=?4, error=?5, next_attempt_us=?6",
                               base::name_of(error.kind), error.what, next_attempt_at);
    });
}

Result<bool> Outbox::hasten(std::string_view uid) {
    bool any = false;
    const auto written = state_->write([&](Database& db) {
        auto status = db.run(
            "UPDATE operations SET next_attempt_us=0 WHERE open=1 AND uid=? AND state='ready' AND "
            "next_attempt_us>0 AND error_kind IN ('offline','timed_out')",
            uid);
        any = status.ok() && db.changes() > 0;
        return status;
    });
    if (!written) return written.error();
    return any;
}

Status Outbox::mark_parked(std::string_view op_id, const Error& error, std::string_view cure) {
    using enum OperationState;
    return state_->write([&](Database&) -> Status {
        LINESMAN_TRY(state_->move_to(op_id, {waiting, ready, sending, conflict}, parked,
                                     ", error_kind=?4, error=?5, cure=?6", base::name_of(error.kind), error.what,
                                     cure));
        return state_->journal(JournalKind::parked, op_id,
                               {{"error_kind", base::name_of(error.kind)}, {"error", error.what}});
    });
}

Status Outbox::mark_conflict(std::string_view op_id, std::string_view theirs_fields, std::string_view why) {
    using enum OperationState;
    return state_->write([&](Database&) -> Status {
        LINESMAN_TRY(state_->move_to(op_id, {waiting, ready, sending, parked, conflict}, conflict,
                                     ", error_kind=?4, error=?5, cure=?6, theirs=?7",
                                     base::name_of(ErrorKind::precondition_failed), why,
                                     "Compare both versions and choose.", theirs_fields));
        return state_->journal(JournalKind::conflict, op_id,
                               {{"why", std::string(why)}, {"theirs", "sha256:" + base::sha256_hex(theirs_fields)}});
    });
}

Status Outbox::rebase(std::string_view op_id, std::string_view update_time, std::string_view fields) {
    using enum OperationState;
    return state_->write([&](Database& db) -> Status {
        const auto from = db.text("SELECT base_update_time FROM operations WHERE op_id=?", op_id);
        if (!from) return from.error();
        LINESMAN_TRY(state_->move_to(
            op_id, {waiting, ready, sending, parked, conflict}, ready,
            ", base_update_time=?4, base_fields=?5, next_attempt_us=0, error_kind='', error='', cure='', theirs=NULL",
            update_time, fields));
        return state_->journal(JournalKind::rebased, op_id,
                               {{"from", from->value_or("")},
                                {"to", std::string(update_time)},
                                {"base_fields", "sha256:" + base::sha256_hex(fields)}});
    });
}

Status Outbox::State::park_followers(std::string_view op_id) {
    std::vector<std::string> followers;
    LINESMAN_TRY(database->each(
        "SELECT DISTINCT f.op_id, f.number FROM operations o JOIN operation_captures c ON c.number=o.number "
        "JOIN operation_captures e ON e.staging_id=c.staging_id AND e.number>c.number JOIN operations f ON "
        "f.number=e.number "
        "WHERE o.op_id=? AND f.uid=o.uid AND f.state IN ('waiting','ready') ORDER BY f.number",
        [&](Statement& row) { followers.push_back(row.string(0)); }, op_id));
    for (const auto& follower : followers) {
        const std::string why = "The decision before this one on the same capture was withdrawn.";
        LINESMAN_TRY(move_to(follower, {OperationState::waiting, OperationState::ready}, OperationState::parked,
                             ", error_kind=?4, error=?5, cure=?6", base::name_of(ErrorKind::precondition_failed), why,
                             "Look at the capture again, then send this decision or withdraw it."));
        LINESMAN_TRY(journal(JournalKind::parked, follower, {{"error", why}, {"withdrawn", std::string(op_id)}}));
    }
    return {};
}

Status Outbox::State::withdraw(std::string_view op_id) {
    using enum OperationState;
    const auto sent = database->int64("SELECT 1 FROM operations WHERE op_id=? AND state='ready' AND attempts>0", op_id);
    if (!sent) return sent.error();
    if (*sent)
        return make_error(ErrorKind::precondition_failed,
                          "This decision may have reached the server already. Wait for the answer, then undo it.",
                          "ready after a try");
    LINESMAN_TRY(move_to(op_id, {waiting, ready, parked, conflict}, withdrawn, ""));
    LINESMAN_TRY(journal(JournalKind::withdrawn, op_id, base::Json::object()));
    return park_followers(op_id);
}

Status Outbox::withdraw(std::string_view op_id) {
    return state_->write([&](Database&) { return state_->withdraw(op_id); });
}

Result<std::vector<model::Operation>> Outbox::replace(std::string_view op_id, std::vector<model::Operation> with) {
    auto status = state_->write([&](Database&) -> Status {
        LINESMAN_TRY(state_->withdraw(op_id));
        for (auto& operation : with) {
            LINESMAN_TRY(check_new(operation));
            LINESMAN_TRY(state_->insert_operation(operation, {}));
        }
        return {};
    });
    if (!status) return in_words(status.error(), "what you chose");
    return with;
}

Status Outbox::release(std::string_view op_id) {
    using enum OperationState;
    return state_->write([&](Database& db) -> Status {
        // CROSS JOIN: as in insert_operation().
        const auto before = db.text(
            "SELECT p.op_id FROM operations o CROSS JOIN operation_captures c ON c.staging_id=o.staging_id AND "
            "c.number<o.number CROSS JOIN operations p ON p.number=c.number WHERE o.op_id=? AND p.uid=o.uid AND "
            "p.open=1 ORDER BY c.number DESC LIMIT 1",
            op_id);
        if (!before) return before.error();
        // A predecessor that was acknowledged stays: its version is this one's precondition. One that was withdrawn is
        // none.
        LINESMAN_TRY(state_->move_to(
            op_id, {parked, conflict}, ready,
            ", next_attempt_us=0, error_kind='', error='', cure='', predecessor=CASE WHEN ?4<>'' THEN ?4 WHEN "
            "EXISTS(SELECT 1 FROM "
            "operations q WHERE q.op_id=operations.predecessor AND q.state='done') THEN predecessor ELSE '' END",
            before->value_or("")));
        return state_->journal(JournalKind::released, op_id, base::Json::object());
    });
}

}  // namespace linesman::store
