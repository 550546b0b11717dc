// What the source files of Outbox share. Inner header of the store room.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>

#include "store/outbox.h"
#include "store/outbox_schema.h"
#include "store/sqlite.h"

namespace linesman::store {

// An advisory lock on a file of its own (flock): gone when its holder drops it or dies.
class FileLock {
  public:
    enum class Mode { shared, alone };
    FileLock() = default;
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();
    // `alone` never waits: false when another holder is in the way. `shared` waits for one that holds it alone, which
    // is short: opening or mending a file. May be called again to change the mode.
    base::Result<bool> take(const std::string& path, Mode mode);
    bool held() const { return held_; }

  private:
    int fd_ = -1;
    bool held_ = false;
};

// Columns that pending_from_row() reads, of alias `o`.
inline constexpr char kPendingColumns[] =
    "o.op_id, o.kind, o.staging_id, o.uid, o.made_at_us, o.send_after_us, o.state, o.attempts, o.next_attempt_us, "
    "o.error_kind, "
    "o.error, o.cure, o.committed_update_time, o.predecessor, o.payload, o.base_update_time, o.base_fields";
// The same without the documents, for lists.
inline constexpr char kSlimColumns[] =
    "o.op_id, o.kind, o.staging_id, o.uid, o.made_at_us, o.send_after_us, o.state, o.attempts, o.next_attempt_us, "
    "o.error_kind, o.error, o.cure, o.committed_update_time, o.predecessor, o.payload, o.base_update_time, ''";

struct Outbox::State {
    std::string path;
    const base::Clock* clock = nullptr;
    FileLock in_use;       // shared: somebody has the file open; alone: it is being mended
    FileLock sender_lock;  // alone: the one process that sends
    std::unique_ptr<Database> database;
    std::string read_only_reason;
    JournalHead identity;  // desk_id and install_id; the head itself is always read inside the transaction
    int64_t last_data_version = 0;

    base::Status open();
    base::Status open_newer();
    base::Status after_open();
    base::Status follow_finished(model::Operation& operation);
    base::Status insert_operation(model::Operation& operation, const std::vector<std::string>& also_touches);

    // Runs `work(Database&) -> Status` in one write transaction, refusing when the file is read-only, and noticing
    // damage.
    template <typename Work>
    base::Status write(Work&& work) {
        if (!read_only_reason.empty()) return base::make_error(base::ErrorKind::unsupported, read_only_reason);
        auto status = write_unchecked(std::forward<Work>(work));
        if (!status && status.error().kind == base::ErrorKind::corrupt)
            read_only_reason = "The file of your decisions is damaged. Close Linesman and start it again to mend it.";
        return status;
    }
    template <typename Work>
    base::Status write_unchecked(Work&& work) {
        auto transaction = Transaction::begin(*database);
        if (!transaction) return transaction.error();
        LINESMAN_TRY(work(*database));
        return transaction->commit();
    }
    // Operations by a condition on alias `o`; `args` bind its parameters.
    template <typename... Args>
    base::Result<std::vector<model::PendingOperation>> select(std::string_view condition, const Args&... args) {
        return select_columns(kPendingColumns, condition, args...);
    }
    template <typename... Args>
    base::Result<std::vector<model::PendingOperation>> select_columns(std::string_view columns,
                                                                      std::string_view condition, const Args&... args);
    // Moves an operation to `to` when its state is one of `allowed`, inside a write transaction. `more` is appended to
    // SET and may use parameters from 4 on. Errors: not_found, precondition_failed.
    template <typename... Args>
    base::Status move_to(std::string_view op_id, std::initializer_list<model::OperationState> allowed,
                         model::OperationState to, std::string_view more, const Args&... args) {
        LINESMAN_TRY(check_state(op_id, allowed, to));
        const bool open = to != model::OperationState::done && to != model::OperationState::withdrawn;
        return database->run(
            "UPDATE operations SET touched=(SELECT coalesce(max(touched),0)+1 FROM operations), state=?2, open=?3" +
                std::string(more) + " WHERE op_id=?1",
            op_id, model::name_of(to), open ? 1 : 0, args...);
    }
    base::Status check_state(std::string_view op_id, std::initializer_list<model::OperationState> allowed,
                             model::OperationState to);
    base::Status journal(JournalKind kind, std::string_view op_id, base::Json body);
    base::Status park_followers(std::string_view op_id);
    base::Status withdraw(std::string_view op_id);
    base::Status check_batch(std::string_view batch_id);  // there, and not cancelled
};

// What an operation needs to be written at all, and an error of writing in words that name the item.
base::Status check_new(const model::Operation& operation);
base::Error in_words(base::Error error, const std::string& item);

model::PendingOperation pending_from_row(Statement& row);
template <typename... Args>
base::Result<std::vector<model::PendingOperation>> Outbox::State::select_columns(std::string_view columns,
                                                                                 std::string_view condition,
                                                                                 const Args&... args) {
    std::vector<model::PendingOperation> out;
    std::string sql = "SELECT ";
    sql += columns;
    sql += " FROM operations o ";
    sql += condition;
    auto status = database->each(
        sql, [&](Statement& row) { out.push_back(pending_from_row(row)); }, args...);
    if (!status) return status.error();
    return out;
}

}  // namespace linesman::store
