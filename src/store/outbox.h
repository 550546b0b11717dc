// outbox.db: all that people made at this desk and that nobody else has: operations, the journal, drafts, saved
// filters, settings.
//
// Invariant: what a call has acknowledged is on disk (WAL, synchronous=FULL, fdatasync before it returns). Nothing
// lives in memory only: after an error (disk_full above all) nothing was kept. No row of an operation or the journal is
// ever deleted.
//
//   enqueue ──► waiting ──► ready ──► sending ──► done        (model/operation.h has the whole machine)
//   `waiting` counts as ready once send_after has passed; nothing has to be written for that.
//
// Thread: the outbox queue. One connection. Other processes (linesmanctl) may append to the same file at the same time:
// the write lock is waited for, the chain is continued inside the lock. Only the process that holds the sender lock
// sends, and only it takes `sending` rows of a crashed run back to ready.
//
// Damage: the file is copied aside, what can be read is put into a new one, and read_only_reason() says why deciding
// stops, also after a restart, until a person accepts the loss. A file of a newer program is read and never written.
// Errors, besides those of sqlite.h: not_found (no such op_id), precondition_failed (the operation's state does not
// allow it), unsupported / corrupt (read_only_reason() is set).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/operation.h"
#include "store/journal.h"

namespace linesman::store {

struct OutboxCounts {
    int64_t waiting = 0, ready = 0, sending = 0, parked = 0, conflict = 0;
    std::optional<base::Timestamp> oldest_made_at;  // of what is not finished
    int64_t unfinished() const { return waiting + ready + sending + parked + conflict; }
};

enum class BatchMark : uint8_t { running, paused, cancelled };

// A bulk run: made after a dry run, worked off as single operations that carry its id.
struct BulkBatch {
    std::string batch_id;
    std::string uid;
    base::Timestamp made_at;
    std::string title;  // "Approve 214 captures of Lawley"
    base::Json plan;    // what the dry run listed: refusals with reasons, counts; not filled by batches()
    BatchMark mark = BatchMark::running;
};

class Outbox {
  public:
    // Opens or makes `path`; the clock must outlive the outbox. Fails only when no file can be read or made at all (io,
    // disk_full).
    static base::Result<Outbox> open(const std::string& path, const base::Clock& clock);
    Outbox(Outbox&&) noexcept;
    Outbox& operator=(Outbox&&) noexcept;
    ~Outbox();

    // Empty when decisions are accepted; else why not, for the supervisor.
    const std::string& read_only_reason() const;
    // What could not be read when the file was mended, one line per row.
    base::Result<std::vector<std::string>> salvage_report();
    // A person has seen the report: deciding goes on. Journalled.
    base::Status accept_salvage(std::string_view uid);

    const std::string& desk_id() const;     // made once per file; "desk-" and 10 characters
    const std::string& install_id() const;  // of the journal

    // Takes the sender lock (flock beside the file) if it is free. True while this process holds it. On taking it, rows
    // left in `sending` by a crash go back to ready.
    base::Result<bool> become_sender();

    // --- Making operations
    // -------------------------------------------------------------------------------------------------------

    // Writes the operation and its journal entry in one transaction and returns it with desk_id, predecessor, sequence,
    // previous_hash and hash filled in. The predecessor is the newest unfinished operation of the same person on the
    // same capture. `also_touches`: other captures that the commit changes (merge); order is kept for these as well.
    // Errors: already_exists (op_id was enqueued before), invalid_argument (no op_id, staging_id or uid).
    base::Result<model::Operation> enqueue(model::Operation operation,
                                           const std::vector<std::string>& also_touches = {});
    // All or none, with their batch. One transaction and one fdatasync.
    base::Result<std::vector<model::Operation>> enqueue_batch(const BulkBatch& batch,
                                                              std::vector<model::Operation> operations);
    // Journals that a person wanted this and may not. Returns the journal row.
    base::Result<JournalRow> record_refusal(const model::Operation& operation, std::string_view why);
    // Journals a change that is no operation on a capture (a rule set, an import) before it is sent; `body` is an
    // object that says what. The row's sequence and hashes go into the audit entry `op_id`.
    base::Result<JournalRow> record_administered(std::string_view op_id, base::Json body);
    // The server has it: from now on its audit entry must be there.
    base::Status record_administered_done(std::string_view op_id, std::string_view update_time);

    // --- Reading
    // -----------------------------------------------------------------------------------------------------------------

    base::Result<std::optional<model::PendingOperation>> find(std::string_view op_id);
    // Unfinished operations in the order in which they were made; of everybody when `uid` is empty.
    base::Result<std::vector<model::PendingOperation>> pending(std::string_view uid = {});
    // What changed since the last call with this mark, which it moves on; finished ones are among them. Mark 0: all
    // that is unfinished.
    base::Result<std::vector<model::PendingOperation>> changed_since(int64_t& mark);
    // Every operation that touches the capture, finished ones included, oldest first.
    base::Result<std::vector<model::PendingOperation>> for_capture(std::string_view staging_id);
    // The newest approve, reject, hold or undo on the capture that was not withdrawn.
    base::Result<std::optional<model::PendingOperation>> last_decision(std::string_view staging_id);
    // Operations of a person made in [from, to), newest first, without documents: "My day".
    base::Result<std::vector<model::PendingOperation>> made_by(std::string_view uid, base::Timestamp from,
                                                               base::Timestamp to, int64_t limit);
    // What may be sent now under `uid`: hold-back over, retry due, and every earlier operation of this person on the
    // same captures finished. At most one per capture. Oldest first; single decisions before those of batches, of which
    // at most `bulk_limit` are given, and none of a paused or cancelled batch.
    base::Result<std::vector<model::PendingOperation>> ready(base::Timestamp now, int64_t limit, std::string_view uid,
                                                             int64_t bulk_limit = INT64_MAX);
    // When ready() will next have more for `uid` than now; nullopt when only an acknowledgement or a person can change
    // that.
    base::Result<std::optional<base::Timestamp>> next_due(base::Timestamp now, std::string_view uid);
    base::Result<std::map<std::string, OutboxCounts>> counts_by_person();
    // The server's document (`fields` as JSON text) that an operation in conflict met.
    base::Result<std::optional<std::string>> theirs(std::string_view op_id);
    // Newest first; of everybody when `uid` is empty.
    base::Result<std::vector<BulkBatch>> batches(std::string_view uid, int64_t limit);
    base::Result<base::Json> batch_plan(std::string_view batch_id);
    // Without documents, in the order of the batch.
    base::Result<std::vector<model::PendingOperation>> batch_items(std::string_view batch_id);
    base::Result<std::map<model::OperationState, int64_t>> batch_counts(std::string_view batch_id);
    base::Result<bool> has_open_bulk(std::string_view uid);  // something of a batch waits to be sent
    // True once after another process has written to the file.
    base::Result<bool> changed_elsewhere();

    // --- What becomes of them
    // ----------------------------------------------------------------------------------------------------

    base::Status mark_sending(std::string_view op_id);  // waiting, ready -> sending; attempts + 1
    base::Status mark_done(std::string_view op_id, std::string_view committed_update_time);
    base::Status mark_retry(std::string_view op_id, const base::Error& error, base::Timestamp next_attempt_at);
    // The line is back: what waits because it was not there is due now. Returns whether there was any.
    base::Result<bool> hasten(std::string_view uid);
    base::Status mark_parked(std::string_view op_id, const base::Error& error, std::string_view cure);
    base::Status mark_conflict(std::string_view op_id, std::string_view theirs_fields, std::string_view why);
    // Nothing material changed underneath: the same wish on a newer version. Back to ready. Journalled.
    base::Status rebase(std::string_view op_id, std::string_view update_time, std::string_view fields);
    // A person takes it back: from waiting, ready (never sent), parked or conflict. Operations of theirs that wait
    // behind it are parked for a person to look at. Errors: precondition_failed once it may have reached the server.
    base::Status withdraw(std::string_view op_id);
    // A person sends a parked or conflicting operation again.
    base::Status release(std::string_view op_id);
    // Withdraws an operation and enqueues others in its place, all or none: how a conflict is settled field by field.
    base::Result<std::vector<model::Operation>> replace(std::string_view op_id, std::vector<model::Operation> with);
    // Nothing more of the batch is sent until it is resumed; what was tried already is finished.
    base::Status pause_batch(std::string_view batch_id, bool paused);
    // Withdraws everything that the server cannot have, all or none; for good. Returns how many.
    base::Result<int64_t> cancel_batch(std::string_view batch_id);

    // --- Journal
    // -----------------------------------------------------------------------------------------------------------------

    base::Result<JournalHead> head();
    base::Result<JournalCheck> verify_journal();
    base::Status each_journal_row(int64_t after, const std::function<bool(const JournalRow&)>& on_row);

    // --- The rest a person made
    // --------------------------------------------------------------------------------------------------

    // An unsent comment. Empty text removes it.
    base::Status set_draft(std::string_view uid, std::string_view staging_id, std::string_view text);
    base::Result<std::optional<std::string>> draft(std::string_view uid, std::string_view staging_id);
    base::Result<std::map<std::string, std::string>> drafts(std::string_view uid);  // staging id -> text
    // Saved filters by name, as JSON of the app room. Empty removes.
    base::Status set_saved_filter(std::string_view name, std::string_view json);
    base::Result<std::map<std::string, std::string>> saved_filters();
    // Free for other rooms; keys hold a dot ("ui.theme"). nullopt removes.
    base::Status set_setting(std::string_view key, std::optional<std::string_view> value);
    base::Result<std::optional<std::string>> setting(std::string_view key);

    // Moves the WAL into the file. Call when idle: keeps that work out of enqueue().
    base::Status maintain();

  private:
    struct State;
    explicit Outbox(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace linesman::store
