// From an operation and the documents it concerns to the writes of its ONE atomic commit (contract, "Every human change
// is one atomic commit"): staging update with the version seen as precondition, before-image, audit entry with `exists:
// false`, and what the kind needs besides: production and key, other captures of a merge, an ignored finding.
//
// Pure; thread: any. Whether the person may do this is decided before (model/decision_policy.h); here only what the
// contract forbids outright is refused.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sync/promotion.h"

namespace linesman::sync {

struct CommitInput {
    const model::Operation& operation;
    CurrentDocument staging;  // the version to build on; unused when is_about_finding()
    // Documents of related_documents() that exist, by full name.
    std::map<std::string, CurrentDocument> related;
    PromotionRules promotion;
    // What the plan says of the capture as the commit leaves it. Absent: nothing is planned.
    std::function<std::optional<PlannedPlace>(const model::Capture&)> planned = {};
};

struct BuiltCommit {
    base::Json writes;
    model::Capture before, after;  // of the staging document; `after` has the old update_time
};

// Kept in `finding-ignores`, outside the staging document.
inline bool is_about_finding(model::OperationKind kind) {
    return kind == model::OperationKind::ignore_finding || kind == model::OperationKind::unignore_finding;
}

// Full names of documents that must be read before the commit can be built: production, key and audit entry of what is
// undone, production and key of a promoted capture that is corrected, the other captures of a merge.
std::vector<std::string> related_documents(const Endpoints& endpoints, const CollectionNames& names,
                                           const model::Operation& operation, const model::Capture& before);

// Errors: invalid_argument (cannot be done at all; parked with these words), precondition_failed (a related document is
// not as it must be: a conflict).
base::Result<BuiltCommit> build_commit(const Endpoints& endpoints, const CollectionNames& names,
                                       const CommitInput& input);

}  // namespace linesman::sync
