// What a field device holds until the server has it: captures, their photos, the sync queue and the log of attempts
// (the seed's OfflinePoleService; SQLite where the phone has IndexedDB).
//
//   FOLDER/field.db   captures, photos, attempts, device id; WAL, synchronous FULL
//   FOLDER/photos/    one file per photo, 0600, written and synced before the row that names it
//
// Invariants: every row of a photo has its file, unless the photo is marked as lost with its cause; a status changes
// only as item_status.h allows; the device id is made once. What add() returned successfully survives kill -9 and power
// loss. Items that a crash left in `syncing` are pending again after open(); photo files without a row are removed
// then.
//
// Thread: one at a time. Several processes must not share a folder (open() takes a lock file).
// Errors: those of store/sqlite.h and base/file.h; not_found (no such capture), precondition_failed (the status does
// not allow it), invalid_argument (nothing worth keeping, photo is no image), unavailable (another program uses the
// folder). Does not: talk to a server, judge captures, delete anything that production does not hold (remove()).
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "field/item_status.h"
#include "field/server_state.h"
#include "model/capture.h"
#include "model/device.h"

namespace linesman::field {

struct NewPhoto {
    model::Slot slot = model::Slot::front;
    std::string bytes;  // JPEG, PNG or another image as the camera gave it
};

struct NewCapture {
    std::string pole_number;  // as typed; may be blank
    std::string project_id;
    std::optional<model::GeoPoint> gps;
    std::optional<double> gps_accuracy_m;
    std::string notes;
    std::string captured_by;
    std::optional<base::Timestamp> captured_at;  // device clock; now when absent
    std::vector<NewPhoto> photos;                // at most one per slot
    bool draft = false;                          // saved but not yet ready for sync
};

// Where a capture came from, when it was not made here.
struct Provenance {
    std::string origin;                       // "import" or "rescue"; empty: made here
    std::string offline_id;                   // kept as it was; empty: a new one
    std::string device_id;                    // of the phone it was rescued from; empty: this device
    std::string import_key;                   // the same row imported again is refused; empty: none
    std::map<model::Slot, std::string> lost;  // photos that the phone held and nobody has any more, with the cause
};

// What the next sync does with an item.
enum class Task : uint8_t {
    create,    // bring it into staging
    resubmit,  // send the crew's correction of a rejected capture
    resend,    // make sure that staging has it with every photo; the office asked
};
std::string_view name_of(Task task);

struct StoredPhoto {
    std::string file;  // name in photos/; empty: lost, `error` says why
    uint64_t bytes = 0;
    std::string md5;  // base64
    base::Timestamp captured_at;
    std::string object_path;  // in Storage; fixed when captured, so that a retry overwrites and never adds
    std::string url;          // once uploaded; holds a download token: never logged
    std::string session_url;  // of a resumable upload under way; a secret as well
    std::string error;        // why the last upload failed
    bool uploaded() const { return !url.empty(); }
    bool lost() const { return file.empty(); }
};

struct StoredCapture {
    std::string offline_id;
    ItemStatus status = ItemStatus::draft;
    Task task = Task::create;
    std::string origin;     // "import", "rescue" or empty
    std::string device_id;  // of the phone it was rescued from; empty: this device
    std::string op_id;      // of the correction that waits or was sent last
    NewCapture content;     // without photo bytes
    std::array<std::optional<StoredPhoto>, model::kSlotCount> photos;
    int attempts = 0;
    std::optional<base::Timestamp> last_attempt_at, next_attempt_at;  // no next attempt: only when asked for
    std::string error_kind, error;                                    // of the last failure; empty when none
    std::string staging_id;                                           // once staged
    std::optional<ServerState> server;                                // what the server last said of it

    // The capture as the model knows it: what is uploaded as `photos`, what is held as `expected_photos`.
    model::Capture as_capture(const std::string& own_device_id) const;
};

// One try of one item, as device-sync-sessions lists it.
struct Attempt {
    std::string offline_id;
    std::string session_id;
    std::string stage;    // "photos" or "document": how far it came
    std::string outcome;  // "staged", "already_there" or the name of the error's kind
    std::string error;    // in words
    uint64_t bytes = 0;   // of photos sent
    int64_t elapsed_ms = 0;
    base::Timestamp at;
};

// A command of the office that this device has taken (contract, `device-commands`).
struct TakenCommand {
    std::string id, kind, staging_id, offline_id;
    std::string state;          // taken | done | failed | expired
    std::string result;         // in words
    bool acknowledged = false;  // the server knows the final state
    base::Timestamp taken_at;
};

struct StoreOptions {
    // Source of the random part of ids; tests and the demo make it repeatable. Null: the system's.
    std::function<std::string(int count)> base36 = {};
    // Asked before anything is written; an error stands in for the write's own. For faults in tests and simulations: a
    // full disk, a crash.
    std::function<base::Status()> before_write = {};
    // False: what was written survives a crash of the program but not of the machine. For load generation.
    bool power_safe = true;
};

class OfflinePoleStore {
  public:
    // Makes folder and files as needed. `clock` must outlive the store.
    static base::Result<OfflinePoleStore> open(const std::string& folder, const base::Clock& clock,
                                               StoreOptions options = {});
    OfflinePoleStore(OfflinePoleStore&&) noexcept;
    OfflinePoleStore& operator=(OfflinePoleStore&&) noexcept;
    ~OfflinePoleStore();

    // device_{ms}_{9 base36}
    const std::string& device_id() const;
    const std::string& folder() const;

    // Returns the offline id, offline_{ms}_{9 base36}. Needs at least a number, a position or a photo (lost ones
    // count). Errors: already_exists, with the offline id in `detail`, when its offline id or import key is here
    // already.
    base::Result<std::string> add(const NewCapture& capture, const Provenance& from = {});
    base::Status submit(const std::string& offline_id);  // draft -> pending
    base::Status edit(const std::string& offline_id);    // pending or error -> draft
    // Replaces number, project, position, notes of a draft; photos given replace those of their slots.
    base::Status update_draft(const std::string& offline_id, const NewCapture& capture);
    base::Status retry(const std::string& offline_id);        // error -> pending, due at once
    base::Status mark_synced(const std::string& offline_id);  // staged -> synced: production holds it
    // staged -> draft, to be changed and submitted as a resubmission named `op_id`. Errors: precondition_failed unless
    // the server last said that a supervisor rejected it and that it never reached production.
    base::Status correct(const std::string& offline_id, const std::string& op_id);
    // The photo of a draft, pending or failed item is gone for good: the capture goes without it, and says so.
    base::Status give_up_photo(const std::string& offline_id, model::Slot slot, const std::string& cause);
    base::Status keep_server_state(const std::string& offline_id, const ServerState& state);
    // Deletes a synced capture and its photo files. Whether production has everything is the caller's to know.
    base::Status remove(const std::string& offline_id);

    base::Result<StoredCapture> get(const std::string& offline_id);
    // In order of capture in this store; nullopt = all.
    base::Result<std::vector<StoredCapture>> list(std::optional<ItemStatus> status = {});
    base::Result<std::map<ItemStatus, int64_t>> counts();  // all six, also those at 0
    // Errors: corrupt when the file no longer has the md5 it was stored with.
    base::Result<std::string> photo_bytes(const StoredPhoto& photo) const;

    // For the sync services.
    base::Status requeue_interrupted();                         // syncing -> pending, all of them
    base::Status begin_attempt(const std::string& offline_id);  // pending -> syncing
    base::Status keep_upload_session(const std::string& offline_id, model::Slot slot, const std::string& session_url);
    base::Status photo_uploaded(const std::string& offline_id, model::Slot slot, const std::string& url);
    base::Status photo_failed(const std::string& offline_id, model::Slot slot, const base::Error& error);
    base::Status staged(const std::string& offline_id, const std::string& staging_id);  // syncing -> staged
    base::Status interrupted(const std::string& offline_id);                            // syncing -> pending
    // syncing -> error. No `next_attempt_at`: it will not be tried again by itself.
    base::Status failed(const std::string& offline_id, const base::Error& error,
                        std::optional<base::Timestamp> next_attempt_at);
    base::Status record_attempt(const Attempt& attempt);
    base::Result<std::vector<Attempt>> attempts(const std::string& offline_id);
    base::Result<std::vector<Attempt>> latest_attempts(int count);

    // Commands. take() makes the command's row and its local effect in one transaction, so that it has its effect
    // exactly once whenever the device dies; false when it was taken before. The effect: retry_failed makes failed
    // items pending, resend_photos and resend_capture make the staged item pending again; upload_log has none here.
    base::Result<bool> take(const model::DeviceCommand& command);
    // Notes a command that will not be run: expired, or of a kind unknown here. False when it was taken before.
    base::Result<bool> refuse(const model::DeviceCommand& command, const std::string& state, const std::string& why);
    base::Result<std::vector<TakenCommand>> commands();  // oldest first
    base::Status finish_command(const std::string& id, bool done, const std::string& result);
    base::Status command_acknowledged(const std::string& id);

    struct Impl;  // src/field/offline_store_impl.h

  private:
    explicit OfflinePoleStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// The document id of an offline capture in staging: always the same, so that a retry can never make a second document.
std::string staging_id_for(const std::string& offline_id);

}  // namespace linesman::field
