// Operations: what a person did, as it is kept in outbox.db and sent as one atomic commit (contract, "Every human
// change").
//
//   made ──► waiting (hold-back) ──► ready ──► sending ──► done
//                 │ undo                │ ▲        │ retryable: back to ready with a later next_attempt_at
//                 ▼                     │ │        ├─ material change underneath ──► conflict ──(person)──► ready |
//                 withdrawn
//             withdrawn                 │ └────────┤
//                                       ▼          └─ denied, invalid ──► parked ──(person)──► ready | withdrawn
//                          predecessor refused: blocked behind it
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/capture.h"

namespace linesman::model {

enum class OperationKind : uint8_t {
    approve,
    reject,
    hold,
    undo,
    correct,
    requeue,
    merge,
    restore,
    ignore_finding,
    promote,
    unignore_finding,
};
enum class OperationState : uint8_t { waiting, ready, sending, done, parked, conflict, withdrawn };

std::string_view name_of(OperationKind kind);
std::string_view name_of(OperationState state);
std::optional<OperationKind> operation_kind_from_name(std::string_view name);
std::optional<OperationState> operation_state_from_name(std::string_view name);

// Fields a correction sets; nullopt = unchanged.
struct Correction {
    std::optional<std::string> pole_number;
    std::optional<std::string> project_id;
    std::optional<std::string> notes;
    std::optional<GeoPoint> gps;
    bool empty() const { return !pole_number && !project_id && !notes && !gps; }
    bool operator==(const Correction&) const = default;
};

struct Operation {
    std::string op_id;  // UUIDv7; id of the audit entry
    OperationKind kind{};
    std::string staging_id;
    std::string uid, by_name;  // who; sent only under this uid
    base::Timestamp made_at;
    base::Timestamp send_after;  // made_at + hold-back

    // The version seen: Firestore updateTime verbatim and the whole document's `fields` as JSON text.
    std::string base_update_time;
    std::string base_fields;
    std::string predecessor;  // op_id of the unacknowledged operation before this one on the same capture, or empty

    std::string reason;   // reject: reason code; undo of another's decision: text
    std::string comment;  // also the hold note
    std::optional<base::Timestamp> remind_at;
    std::vector<Override> overrides;
    Correction correction;
    std::string undo_of;  // op_id undone
    std::string target;   // merge: primary staging id; (un)ignore_finding: finding id; restore: version id
    // An object or null. undo, restore, merge: "set" holds the values to set on `staging_id` (merge: on `target`), in
    // the form of fields_to_json(), model/capture_fields.h. merge: "superseded" lists the staging ids of the others.
    // undo of a merge: "others" maps those to what is set on them. undo: "undone_by" is the uid of whose operation is
    // undone, "undone_kind" its kind.
    base::Json extra;
    std::map<Slot, PhotoSeen> photos_seen;
    std::string rules_hash;
    int64_t resubmission = 0;  // of the capture when it was judged
    bool promote = false;      // approve: promote in the same commit

    std::string via = "desk";  // desk | bulk | cli
    std::string batch_id;
    std::string desk_id;
    int64_t sequence = 0;       // per desk, from 1, without gaps
    std::string previous_hash;  // chain of this install
    std::string hash;           // hex SHA-256, see store/journal
};

// JSON form used in outbox.db and in audit payloads. Needed are op_id, kind, staging_id, uid and made_at; every member
// that is there must be of its type. Members of newer programs are passed over. from_json errors: corrupt.
base::Json to_json(const Operation& operation);
base::Result<Operation> operation_from_json(const base::Json& json);

// An operation with its fate so far, as the desk shows it.
struct PendingOperation {
    Operation operation;
    OperationState state = OperationState::waiting;
    int attempts = 0;
    std::optional<base::Timestamp> next_attempt_at;
    std::string error_kind;             // base::name_of(ErrorKind) of the last failure, or empty
    std::string error;                  // words for the supervisor
    std::string cure;                   // what to do
    std::string committed_update_time;  // version our commit produced, once done
};

// `rule` of the entry that a rejection appends to validation_errors.
inline constexpr std::string_view kManualRejection = "manual_rejection";
bool is_manual_rejection(const ValidationEntry& entry);
// That entry: reason, advice and comment in words for the crew; its id is the op_id.
ValidationEntry rejection_entry(const Operation& operation);

// The capture as it will be once `operation` has taken effect. What the desk shows = remote + every pending operation
// in order. updated_at stands for the server's time and is made_at here. A requeue removes the review and the manual
// rejections and sets pending. A merge applied to a capture other than its target supersedes that one. Does not check
// whether the operation is allowed (model/decision_policy.h does).
Capture apply(Capture capture, const Operation& operation);

}  // namespace linesman::model
