// What a device writes to a capture that is in staging already: the crew's correction of a rejected one, photos that
// arrive late (contract, "Resubmit"; packaging/firebase/firestore.rules, isResubmission and isLatePhoto). Pure; any
// thread.
#pragma once

#include <string>

#include "base/result.h"
#include "sync/commit_parts.h"

namespace linesman::sync {

struct Resubmission {
    std::string op_id;  // UUIDv7, made once and kept, so that a repeated send finds its own
    std::string by;     // uid of the device's owner
    std::string device_id;
    base::Timestamp made_at;                       // device clock
    model::Capture corrected;                      // what the device holds now; only field-owned fields are taken
    std::vector<model::ValidationEntry> findings;  // of the basic validation
};

// Whether this very correction has reached the document: its revision is named after it, or the document counts more
// resubmissions than when the crew began to correct (only its own device resubmits a capture).
bool has_arrived(const CurrentDocument& current, const std::string& op_id, int64_t resubmission_before);

// One atomic commit: staging update with the version read as precondition, before-image, audit entry. Errors:
// precondition_failed, when the capture is not rejected, was promoted, or was sent again already; corrupt.
base::Result<base::Json> resubmission_writes(const Endpoints& endpoints, const CollectionNames& names,
                                             const CurrentDocument& current, const Resubmission& resubmission);

// Links photos that the device has uploaded and that the document lacks; an empty array when it lacks none. A
// photo that is linked is never replaced by another one; of the same one the address is renewed. Errors:
// precondition_failed, when the capture is in production; corrupt.
base::Result<base::Json> late_photo_writes(const CurrentDocument& current, const model::Capture& device_has);

}  // namespace linesman::sync
