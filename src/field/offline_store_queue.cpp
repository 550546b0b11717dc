// The part of the offline store that the sync services use: changes of status, photos, attempts, what the server said.
#include <filesystem>

#include "base/file.h"
#include "field/field_schema.h"
#include "field/offline_store_impl.h"

namespace linesman::field {

using base::ErrorKind;
using base::make_error;
using base::Status;

Status OfflinePoleStore::requeue_interrupted() {
    return impl_->write("UPDATE captures SET status = 'pending' WHERE status = 'syncing'");
}

Status OfflinePoleStore::retry(const std::string& offline_id) {
    return impl_->transact([&]() -> Status {
        auto status = impl_->db.text("SELECT status FROM captures WHERE offline_id = ?", offline_id);
        if (!status) return status.error();
        // Staged items go back to pending only when the office asks (take()).
        if (*status && **status == name_of(ItemStatus::staged)) {
            return make_error(ErrorKind::precondition_failed,
                              "The capture " + offline_id + " is in staging. There is nothing to send again.");
        }
        LINESMAN_TRY(impl_->change(offline_id, ItemStatus::pending));
        return impl_->db.run("UPDATE captures SET next_attempt_at = NULL WHERE offline_id = ?", offline_id);
    });
}

Status OfflinePoleStore::mark_synced(const std::string& offline_id) {
    return impl_->change_with(offline_id, ItemStatus::synced, [] { return Status(); });
}

Status OfflinePoleStore::correct(const std::string& offline_id, const std::string& op_id) {
    const auto item = get(offline_id);
    if (!item) return item.error();
    if (item->status == ItemStatus::staged && !(item->server && item->server->is_rejected())) {
        return make_error(ErrorKind::precondition_failed,
                          "The capture " + offline_id + " was not rejected, as far as this device knows, so there is " +
                              "nothing to correct. Ask the server with `linesman-field status --check`.");
    }
    return impl_->change_with(offline_id, ItemStatus::draft, [&] {
        return impl_->db.run("UPDATE captures SET task = 'resubmit', op_id = ?, attempts = 0 WHERE offline_id = ?",
                             op_id, offline_id);
    });
}

Status OfflinePoleStore::give_up_photo(const std::string& offline_id, model::Slot slot, const std::string& cause) {
    const auto item = get(offline_id);
    if (!item) return item.error();
    const auto& photo = item->photos[model::index_of(slot)];
    const std::string name(model::name_of(slot));
    if (!photo) return make_error(ErrorKind::not_found, "The capture " + offline_id + " has no photo " + name + ".");
    if (photo->uploaded())
        return make_error(ErrorKind::precondition_failed, "The photo " + name + " is on the server already.");
    if (item->status == ItemStatus::syncing || item->status == ItemStatus::staged ||
        item->status == ItemStatus::synced) {
        return make_error(ErrorKind::precondition_failed, "The capture " + offline_id + " is " +
                                                              std::string(name_of(item->status)) +
                                                              ". Photos are given up before it is sent.");
    }
    return impl_->write(
        "UPDATE photos SET file = '', bytes = 0, md5 = '', session_url = '', error = ?"
        " WHERE offline_id = ? AND slot = ?",
        cause, offline_id, static_cast<int64_t>(slot));
}

Status OfflinePoleStore::keep_server_state(const std::string& offline_id, const ServerState& state) {
    return impl_->write("UPDATE captures SET server = ? WHERE offline_id = ?", base::to_text(to_json(state)),
                        offline_id);
}

Status OfflinePoleStore::remove(const std::string& offline_id) {
    const auto item = get(offline_id);
    if (!item) return item.error();
    if (item->status != ItemStatus::synced)
        return make_error(ErrorKind::precondition_failed,
                          "The capture " + offline_id + " is not in production as far as this device knows; it stays.");
    const auto written_whole = impl_->transact([&]() -> Status {
        LINESMAN_TRY(impl_->db.run("DELETE FROM photos WHERE offline_id = ?", offline_id));
        return impl_->db.run("DELETE FROM captures WHERE offline_id = ?", offline_id);
    });
    if (!written_whole) return written_whole.error();
    // A file that stays behind after a crash is an orphan for the next open().
    std::error_code ignored;
    for (const auto& photo : item->photos) {
        if (photo && !photo->lost()) std::filesystem::remove(impl_->photo_path(photo->file), ignored);
    }
    return {};
}

Status OfflinePoleStore::begin_attempt(const std::string& offline_id) {
    return impl_->change_with(offline_id, ItemStatus::syncing, [&] {
        return impl_->db.run(
            "UPDATE captures SET attempts = attempts + 1, last_attempt_at = ?, next_attempt_at = NULL"
            " WHERE offline_id = ?",
            impl_->clock.now(), offline_id);
    });
}

Status OfflinePoleStore::keep_upload_session(const std::string& offline_id, model::Slot slot,
                                             const std::string& session_url) {
    return impl_->write("UPDATE photos SET session_url = ? WHERE offline_id = ? AND slot = ?", session_url, offline_id,
                        static_cast<int64_t>(slot));
}

Status OfflinePoleStore::photo_uploaded(const std::string& offline_id, model::Slot slot, const std::string& url) {
    return impl_->write("UPDATE photos SET url = ?, session_url = '', error = '' WHERE offline_id = ? AND slot = ?",
                        url, offline_id, static_cast<int64_t>(slot));
}

Status OfflinePoleStore::photo_failed(const std::string& offline_id, model::Slot slot, const base::Error& error) {
    return impl_->write("UPDATE photos SET error = ? WHERE offline_id = ? AND slot = ?", error.what, offline_id,
                        static_cast<int64_t>(slot));
}

Status OfflinePoleStore::staged(const std::string& offline_id, const std::string& staging_id) {
    return impl_->change_with(offline_id, ItemStatus::staged, [&] {
        return impl_->db.run(
            "UPDATE captures SET staging_id = ?, error = '', error_kind = '', task = 'create',"
            " server = CASE task WHEN 'resubmit' THEN '' ELSE server END WHERE offline_id = ?",
            staging_id, offline_id);
    });
}

Status OfflinePoleStore::interrupted(const std::string& offline_id) {
    return impl_->change_with(offline_id, ItemStatus::pending, [] { return Status(); });
}

Status OfflinePoleStore::failed(const std::string& offline_id, const base::Error& error,
                                std::optional<base::Timestamp> next_attempt_at) {
    return impl_->change_with(offline_id, ItemStatus::error, [&] {
        return impl_->db.run("UPDATE captures SET error = ?, error_kind = ?, next_attempt_at = ? WHERE offline_id = ?",
                             error.what, base::name_of(error.kind), next_attempt_at, offline_id);
    });
}

Status OfflinePoleStore::record_attempt(const Attempt& attempt) {
    return impl_->write(
        "INSERT INTO attempts(offline_id, session_id, stage, outcome, error, bytes, elapsed_ms, at)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        attempt.offline_id, attempt.session_id, attempt.stage, attempt.outcome, attempt.error,
        static_cast<int64_t>(attempt.bytes), attempt.elapsed_ms, attempt.at);
}

base::Result<std::vector<Attempt>> OfflinePoleStore::attempts(const std::string& offline_id) {
    return read_attempts(impl_->db, offline_id);
}

base::Result<std::vector<Attempt>> OfflinePoleStore::latest_attempts(int count) {
    return read_latest_attempts(impl_->db, count);
}

}  // namespace linesman::field
