// What the machine has to say about one capture, as changes of its staging document (contract, "Two kinds of
// judgement", "Machine write-back").
//
//   waits for a person  -> validation_status validated | rejected by the rules, validation_errors[] of the seed plus
//                          `code` and a stable `id`, validated_at by server time
//   approved, rejected  -> only repaired: a phone's later write that contradicts `review` is set right again
//   superseded, in production without review, read-only shapes, unreadable -> never touched
//
// `review`, `revision` and everything the crew captured are never written. Entries that are not ours (manual_rejection,
// what a device reported) stay as they came. An ignored finding stays in the list as a warning with `ignored: true`,
// and does not count. Findings about the pixels of a photo are left out: only a desk that has shown the photo knows
// them, and two validators must write the same.
//
// Pure; thread: any.
#pragma once

#include <optional>
#include <string>

#include "model/finding.h"
#include "sync/commit_parts.h"

namespace linesman::sync {

inline constexpr const char* kClaimField = "validating";  // map {by, until}
inline constexpr size_t kMaxMachineEntries = 100;         // of one capture; the worst come first

// Who is judging the document right now, and until when that counts.
struct ValidatingClaim {
    std::string by;
    base::Timestamp until;  // server time; a claim without a readable time has expired
};
std::optional<ValidatingClaim> claim_of(const base::Json& fields);

struct MachineWrite {
    FieldChanges changes;
    // The write goes through `validating` first. Not so for repairs: a decided capture never looks undecided.
    bool claims = false;
};

// nullopt: nothing would change. An expired or own claim alone is reason enough to write. `findings` are sorted as the
// validator gives them.
std::optional<MachineWrite> machine_write(const CurrentDocument& current, const model::Capture& capture,
                                          const std::vector<model::Finding>& findings);

// validation_status `validating` and the claim.
FieldChanges claim_changes(const ValidatingClaim& claim);

}  // namespace linesman::sync
