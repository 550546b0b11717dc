// One open matter looked at closely: what they changed, what I changed, and what can be done about it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/conflict.h"
#include "model/decision_policy.h"
#include "model/operation.h"

namespace linesman::app {

enum class Side : uint8_t { theirs, mine };

// Immutable. Whose value stays is chosen per field; a field that is not named keeps theirs, unless my decision sets it.
struct MatterDetail {
    std::string op_id;
    uint64_t generation = 0;  // Snapshot::rows_generation
    bool conflict = false;    // false: parked, nothing to compare
    bool deleted = false;     // the capture is gone on the server
    model::Capture base, theirs, mine;
    std::vector<model::FieldDifference> fields;
    // Fields where `mine` can be chosen: those my decision sets, and number, project, notes and position, which become
    // a correction on top of theirs.
    std::vector<model::CaptureField> choosable;
    // Whether my decision would still be allowed on their version (model/decision_policy.h), and if not why not.
    model::Permission keep_mine;

    bool can_choose(model::CaptureField field) const {
        for (const auto f : choosable) {
            if (f == field) return true;
        }
        return false;
    }
};

// A choice per field. My decision itself is the field `review`: theirs = it is withdrawn.
struct MatterResolution {
    std::map<model::CaptureField, Side> fields;
    std::vector<model::Override> overrides;  // for findings that their version has
    std::string comment;                     // replaces the decision's own when not blank
    // Values that neither side has: they become a correction on top of theirs, and my decision sets these fields no
    // more.
    model::Correction typed = {};
};

}  // namespace linesman::app
