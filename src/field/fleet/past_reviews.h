// Decisions that a supervisor made before the demo opens, as the desk itself commits them: staging, before-image, audit
// entry, and production with its key when approved.
#pragma once

#include <string>

#include "base/result.h"
#include "field/field_agent.h"
#include "model/operation.h"

namespace linesman::field {

struct PastReview {
    std::string staging_id;
    model::Decision decision = model::Decision::held;  // approved, rejected or held
    base::Timestamp at;
    int64_t sequence = 1;  // of the desk's operations
};

// Errors: those of the server; invalid_argument when the capture cannot be judged so.
base::Status commit_past_review(FieldAgent& office, const sync::CollectionNames& names, const PastReview& review);

}  // namespace linesman::field
