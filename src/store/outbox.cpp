#include "store/outbox.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/ids.h"
#include "base/log.h"
#include "store/outbox_state.h"

namespace linesman::store {

using base::Error;
using base::ErrorKind;
using base::Json;
using base::make_error;
using base::Result;
using base::Status;
using model::Operation;

// FileLock

FileLock::FileLock(FileLock&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), held_(std::exchange(other.held_, false)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(held_, other.held_);
    return *this;
}

FileLock::~FileLock() {
    if (fd_ >= 0) ::close(fd_);
}

Result<bool> FileLock::take(const std::string& path, Mode mode) {
    if (fd_ < 0) fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd_ < 0) return base::file_error(errno, path, "open");
    const int operation = mode == Mode::alone ? LOCK_EX | LOCK_NB : LOCK_SH;
    do {
        held_ = ::flock(fd_, operation) == 0;
    } while (!held_ && errno == EINTR);
    if (!held_ && errno != EWOULDBLOCK) return base::file_error(errno, path, "lock");
    return held_;
}

// Opening

Outbox::Outbox(std::unique_ptr<State> state) : state_(std::move(state)) {}
Outbox::Outbox(Outbox&&) noexcept = default;
Outbox& Outbox::operator=(Outbox&&) noexcept = default;
Outbox::~Outbox() = default;

Result<Outbox> Outbox::open(const std::string& path, const base::Clock& clock) {
    auto state = std::make_unique<State>();
    state->path = path;
    state->clock = &clock;
    LINESMAN_TRY(state->open());
    return Outbox(std::move(state));
}

Status Outbox::State::open() {
    const std::string lock_path = path + ".lock";
    auto alone = in_use.take(lock_path, FileLock::Mode::alone);
    if (!alone) return alone.error();
    if (*alone && salvage_is_unfinished(path)) LINESMAN_TRY(salvage_outbox(path, *clock));
    for (int round = 0;; ++round) {
        Status status = after_open();
        if (status) break;
        if (status.error().kind == ErrorKind::unsupported) return open_newer();
        if (status.error().kind != ErrorKind::corrupt || round > 0) return status;
        if (!*alone) {
            return make_error(
                ErrorKind::unavailable,
                "The file of your decisions is damaged and in use by another Linesman program. Close that one first.",
                status.error().detail);
        }
        base::log(base::LogLevel::error, "store", status.error());
        LINESMAN_TRY(copy_outbox_aside(path, *clock));
        database.reset();
        LINESMAN_TRY(salvage_outbox(path, *clock));
    }
    // From here on others may have it open as well. Changing the mode of a flock is not atomic, but nobody mends a
    // sound file.
    auto shared = in_use.take(lock_path, FileLock::Mode::shared);
    return shared ? Status() : Status(shared.error());
}

Status Outbox::State::after_open() {
    auto opened = Database::open(path, outbox_open_options());
    if (!opened) return opened.error();
    database = std::make_unique<Database>(std::move(opened).value());
    LINESMAN_TRY(database->exec("PRAGMA wal_autocheckpoint=" + std::to_string(kOutboxCheckpointPages)));
    if (auto migrated = migrate(*database, outbox_migrations()); !migrated) return migrated.error();
    LINESMAN_TRY(database->quick_check());
    LINESMAN_TRY(write_unchecked([](Database& db) { return ensure_identity(db); }));
    auto head = journal_head(*database);
    if (!head) return head.error();
    identity = std::move(head).value();
    auto reason = database->text("SELECT value FROM settings WHERE key=?", kSalvageKey);
    if (!reason) return reason.error();
    read_only_reason = reason->value_or("");
    auto version = database->data_version();
    if (!version) return version.error();
    last_data_version = *version;
    return {};
}

Status Outbox::State::open_newer() {
    auto options = outbox_open_options();
    options.read_only = true;
    auto opened = Database::open(path, options);
    if (!opened) return opened.error();
    database = std::make_unique<Database>(std::move(opened).value());
    read_only_reason =
        "The file of your decisions was written by a newer version of Linesman. Update this program to decide.";
    if (auto head = journal_head(*database)) identity = std::move(head).value();
    const auto version = database->data_version();
    last_data_version = version.value_or(0);
    return {};
}

const std::string& Outbox::read_only_reason() const {
    return state_->read_only_reason;
}
const std::string& Outbox::desk_id() const {
    return state_->identity.desk_id;
}
const std::string& Outbox::install_id() const {
    return state_->identity.install_id;
}

Result<std::vector<std::string>> Outbox::salvage_report() {
    std::vector<std::string> out;
    auto status = state_->database->each("SELECT what FROM losses ORDER BY number",
                                         [&](Statement& row) { out.push_back(row.string(0)); });
    if (!status) return status.error();
    return out;
}

Status Outbox::accept_salvage(std::string_view uid) {
    const auto reason = state_->database->text("SELECT value FROM settings WHERE key=?", kSalvageKey);
    if (!reason) return reason.error();
    if (!*reason) return {};
    auto status = state_->write_unchecked([&](Database& db) -> Status {
        LINESMAN_TRY(db.run("DELETE FROM settings WHERE key=?", kSalvageKey));
        return state_->journal(JournalKind::salvage_accepted, "", {{"uid", std::string(uid)}});
    });
    if (status) state_->read_only_reason.clear();
    return status;
}

Result<bool> Outbox::become_sender() {
    if (state_->sender_lock.held()) return true;
    auto taken = state_->sender_lock.take(state_->path + ".sender", FileLock::Mode::alone);
    if (!taken || !*taken) return taken;
    if (!state_->read_only_reason.empty()) return true;
    LINESMAN_TRY(state_->write([](Database& db) {
        return db.run("UPDATE operations SET state='ready', next_attempt_us=0 WHERE state='sending'");
    }));
    return true;
}

// Making operations

Status Outbox::State::journal(JournalKind kind, std::string_view op_id, Json body) {
    auto row = append_journal(*database, clock->now(), kind, op_id, std::move(body));
    return row ? Status() : Status(row.error());
}

namespace {

// What the journal keeps of an operation: all of it but the document, of which it keeps the digest.
Json journal_body(Operation operation) {
    operation.base_fields = "sha256:" + base::sha256_hex(operation.base_fields);
    operation.hash.clear();
    operation.previous_hash.clear();
    return model::to_json(operation);
}

}  // namespace

// The person may decide on what was on the screen before our own last commit came back: then that one is the
// predecessor, although it is finished, and the new wish goes on top of the version it produced.
Status Outbox::State::follow_finished(Operation& operation) {
    const auto last = database->text(
        "SELECT p.op_id FROM operation_captures c CROSS JOIN operations p ON p.number=c.number WHERE c.staging_id=? "
        "AND p.uid=? AND p.state='done' ORDER BY c.number DESC LIMIT 1",
        operation.staging_id, operation.uid);
    if (!last) return last.error();
    if (!*last) return {};
    const auto made = database->text("SELECT committed_update_time FROM operations WHERE op_id=?", **last);
    if (!made) return made.error();
    const auto version = base::parse_rfc3339(made->value_or(""));
    const auto seen = base::parse_rfc3339(operation.base_update_time);
    if (version && seen && *version > *seen) operation.predecessor = **last;
    return {};
}

Status Outbox::State::insert_operation(Operation& operation, const std::vector<std::string>& also_touches) {
    const auto taken = database->int64("SELECT 1 FROM operations WHERE op_id=?", operation.op_id);
    if (!taken) return taken.error();
    if (*taken)
        return make_error(ErrorKind::already_exists, "This decision is already recorded.", "op_id " + operation.op_id);
    // CROSS JOIN keeps the order: the capture first. Left to itself SQLite walks all open operations of the person.
    const auto before = database->text(
        "SELECT p.op_id FROM operation_captures c CROSS JOIN operations p ON p.number=c.number WHERE c.staging_id=? "
        "AND p.uid=? AND p.open=1 ORDER BY c.number DESC LIMIT 1",
        operation.staging_id, operation.uid);
    if (!before) return before.error();
    operation.predecessor = before->value_or("");
    if (operation.predecessor.empty()) LINESMAN_TRY(follow_finished(operation));
    const auto head = journal_head(*database);
    if (!head) return head.error();
    operation.desk_id = head->desk_id;
    operation.sequence = head->sequence + 1;
    auto row =
        append_journal(*database, operation.made_at, JournalKind::decided, operation.op_id, journal_body(operation));
    if (!row) return row.error();
    operation.previous_hash = row->previous_hash;
    operation.hash = row->hash;

    Operation slim = operation;  // the document has a column of its own
    slim.base_fields.clear();
    LINESMAN_TRY(database->run(
        "INSERT INTO operations(op_id, kind, staging_id, uid, made_at_us, send_after_us, open, state, predecessor, "
        "batch_id, "
        "also_touches, payload, base_update_time, base_fields, touched) VALUES(?,?,?,?,?,?,1,'waiting',?,?,?,?,?,?,"
        "(SELECT coalesce(max(touched),0)+1 FROM operations))",
        operation.op_id, model::name_of(operation.kind), operation.staging_id, operation.uid, operation.made_at,
        operation.send_after, operation.predecessor, operation.batch_id, base::to_text(Json(also_touches)),
        base::to_text(model::to_json(slim)), operation.base_update_time, operation.base_fields));
    const int64_t number = database->last_insert_rowid();
    LINESMAN_TRY(database->run("INSERT INTO operation_captures VALUES(?,?)", operation.staging_id, number));
    for (const auto& id : also_touches)
        LINESMAN_TRY(database->run("INSERT OR IGNORE INTO operation_captures VALUES(?,?)", id, number));
    return {};
}

Status check_new(const Operation& operation) {
    if (!operation.op_id.empty() && !operation.staging_id.empty() && !operation.uid.empty()) return {};
    return make_error(ErrorKind::invalid_argument,
                      "This decision cannot be recorded: it names no capture or nobody is signed in.",
                      "op_id, staging_id or uid is empty");
}

Error in_words(Error error, const std::string& item) {
    if (error.kind == ErrorKind::disk_full)
        error.what = "The disk is full: " + item + " was not recorded. Free some space and do it again.";
    return error;
}

Result<Operation> Outbox::enqueue(Operation operation, const std::vector<std::string>& also_touches) {
    LINESMAN_TRY(check_new(operation));
    auto status = state_->write([&](Database&) { return state_->insert_operation(operation, also_touches); });
    if (!status) return in_words(status.error(), "your decision on " + operation.staging_id);
    return operation;
}

Result<JournalRow> Outbox::record_refusal(const Operation& operation, std::string_view why) {
    JournalRow out;
    auto status = state_->write([&](Database& db) -> Status {
        Json body = journal_body(operation);
        body["refused_because"] = std::string(why);
        auto row = append_journal(db, state_->clock->now(), JournalKind::refused, operation.op_id, std::move(body));
        if (!row) return row.error();
        out = std::move(row).value();
        return {};
    });
    if (!status) return status.error();
    return out;
}

Result<JournalRow> Outbox::record_administered(std::string_view op_id, Json body) {
    JournalRow out;
    auto status = state_->write([&](Database& db) -> Status {
        auto row = append_journal(db, state_->clock->now(), JournalKind::administered, op_id, std::move(body));
        if (!row) return row.error();
        out = std::move(row).value();
        return {};
    });
    if (!status) return status.error();
    return out;
}

Status Outbox::record_administered_done(std::string_view op_id, std::string_view update_time) {
    return state_->write([&](Database&) -> Status {
        return state_->journal(JournalKind::done, op_id, Json{{"update_time", std::string(update_time)}});
    });
}

// Journal

Result<JournalHead> Outbox::head() {
    return journal_head(*state_->database);
}
Result<JournalCheck> Outbox::verify_journal() {
    return check_journal(*state_->database);
}
Status Outbox::each_journal_row(int64_t after, const std::function<bool(const JournalRow&)>& on_row) {
    return store::each_journal_row(*state_->database, after, on_row);
}

Status Outbox::maintain() {
    if (!state_->read_only_reason.empty()) return {};
    return state_->database->run("PRAGMA wal_checkpoint(PASSIVE)");
}

}  // namespace linesman::store
