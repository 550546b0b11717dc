// Commands of the office in the offline store: a command's row and its local effect are one transaction.
#include "field/offline_store_impl.h"

namespace linesman::field {

using base::ErrorKind;
using base::make_error;
using base::Status;

base::Result<std::optional<std::string>> OfflinePoleStore::Impl::local_effect(const model::DeviceCommand& command,
                                                                              std::string& offline_id,
                                                                              std::string& state) {
    if (command.kind == "upload_log") return std::optional<std::string>();
    if (command.kind == "retry_failed") {
        LINESMAN_TRY(db.run("UPDATE captures SET status = 'pending', next_attempt_at = NULL WHERE status = 'error'"));
        return std::optional<std::string>();
    }
    std::string status;
    LINESMAN_TRY(db.each("SELECT offline_id, staging_id, status FROM captures", [&](store::Statement& row) {
        const std::string id = row.string(0);
        const std::string staged_as = row.text(1).empty() ? staging_id_for(id) : row.string(1);
        if (staged_as == command.staging_id) offline_id = id, status = row.string(2);
    }));
    if (offline_id.empty()) {
        state = "failed";
        return std::optional<std::string>("This device does not have that capture any more.");
    }
    if (status == "synced") {
        state = "done";
        return std::optional<std::string>("In production already; there is nothing to send again.");
    }
    if (status == "staged") {
        LINESMAN_TRY(change(offline_id, ItemStatus::pending));
        LINESMAN_TRY(
            db.run("UPDATE captures SET task = 'resend', next_attempt_at = NULL WHERE offline_id = ?", offline_id));
    } else if (status == "error") {
        LINESMAN_TRY(change(offline_id, ItemStatus::pending));
        LINESMAN_TRY(db.run("UPDATE captures SET next_attempt_at = NULL WHERE offline_id = ?", offline_id));
    }
    return std::optional<std::string>();
}

base::Result<bool> OfflinePoleStore::take(const model::DeviceCommand& command) {
    bool is_new = false;
    const auto written_whole = impl_->transact([&]() -> Status {
        auto known = impl_->db.int64("SELECT 1 FROM commands WHERE id = ?", command.id);
        if (!known) return known.error();
        if (*known) return {};
        is_new = true;
        std::string offline_id, state = "taken";
        auto said = impl_->local_effect(command, offline_id, state);
        if (!said) return said.error();
        return impl_->db.run(
            "INSERT INTO commands(id, kind, staging_id, offline_id, state, result, taken_at) VALUES(?, ?, ?, ?, ?, ?, "
            "?)",
            command.id, command.kind, command.staging_id, offline_id, state, said->value_or(""), impl_->clock.now());
    });
    if (!written_whole) return written_whole.error();
    return is_new;
}

base::Result<bool> OfflinePoleStore::refuse(const model::DeviceCommand& command, const std::string& state,
                                            const std::string& why) {
    bool is_new = false;
    const auto written_whole = impl_->transact([&]() -> Status {
        LINESMAN_TRY(
            impl_->db.run("INSERT OR IGNORE INTO commands(id, kind, staging_id, offline_id, state, result, taken_at)"
                          " VALUES(?, ?, ?, '', ?, ?, ?)",
                          command.id, command.kind, command.staging_id, state, why, impl_->clock.now()));
        is_new = impl_->db.changes() > 0;
        return {};
    });
    if (!written_whole) return written_whole.error();
    return is_new;
}

base::Result<std::vector<TakenCommand>> OfflinePoleStore::commands() {
    std::vector<TakenCommand> out;
    LINESMAN_TRY(impl_->db.each(
        "SELECT id, kind, staging_id, offline_id, state, result, acknowledged, taken_at FROM commands ORDER BY seq",
        [&](store::Statement& row) {
            out.push_back({row.string(0), row.string(1), row.string(2), row.string(3), row.string(4), row.string(5),
                           row.int64(6) != 0, base::Timestamp{row.int64(7)}});
        }));
    return out;
}

Status OfflinePoleStore::finish_command(const std::string& id, bool done, const std::string& result) {
    return impl_->transact([&]() -> Status {
        LINESMAN_TRY(impl_->db.run("UPDATE commands SET state = ?, result = ? WHERE id = ? AND state = 'taken'",
                                   done ? "done" : "failed", result, id));
        if (impl_->db.changes() == 1) return {};
        return make_error(ErrorKind::precondition_failed, "The command " + id + " is not under way on this device.");
    });
}

Status OfflinePoleStore::command_acknowledged(const std::string& id) {
    return impl_->write("UPDATE commands SET acknowledged = 1 WHERE id = ?", id);
}

}  // namespace linesman::field
