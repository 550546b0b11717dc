// What undoing an operation gives back (contract, "Undo"): every field the operation set returns to the value before,
// everything else stays. Refused when a field no longer holds the value that the operation gave it. Covers the staging
// document; that production is unchanged is for the commit's preconditions.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "model/capture.h"
#include "model/capture_fields.h"
#include "model/conflict.h"
#include "model/operation.h"

namespace linesman::model {

struct UndoPlan {
    Capture restored;                  // `current` with the fields given back; revision and updated_at not touched
    std::vector<CaptureField> fields;  // what is given back, in the order of CaptureField
    // Fields that no longer hold what the operation set: base = before the operation, theirs = now, mine = what the
    // operation set.
    std::vector<FieldDifference> differences;
    std::string why_not;  // for the supervisor: those fields with both values; empty when the undo is possible
    bool possible() const { return differences.empty(); }
    // Value for Operation::extra of the undo: {"set", "undone_by", "undone_kind"}.
    base::Json extra;
};

// `before` is the version the operation saw, `current` the capture now. For a merge call it once per capture concerned.
//
// Undoing an approval takes the pole out of production as well when it was promoted later, by whomever: nothing stays
// there that nobody approves.
//
// validation_status, validation_errors and validated_at are given back without a check, since phones and validators
// write them at any time (docs/decisions/2026-11-22-undo-and-the-machine.md). Of validation_errors only the operation's
// own entries are taken back or returned, so that what the machine has found since stays.
UndoPlan undo_capture(const Capture& current, const Capture& before, const Operation& undone);

// The same for a change known by what it left behind: `after` is the capture as the change made it. Of `undone` only
// uid and kind are used.
UndoPlan undo_change(const Capture& current, const Capture& before, const Capture& after, const Operation& undone);

}  // namespace linesman::model
