// Captures that may be one pole, and what merging them would do (contract, "Keys and duplicates", "Merge").
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/conflict.h"
#include "model/decision_policy.h"
#include "model/merge.h"

namespace linesman::app {

enum class DuplicateKind : uint8_t {
    upload,  // one upload that arrived twice
    number,  // the same project and pole number
    near,    // within the duplicate radius, with another number
};

// Immutable. A capture is in at most one group of each kind. Superseded captures and rejected ones are in none.
struct DuplicateGroup {
    DuplicateKind kind{};
    std::string title;                     // "LAW.P.A012", the upload key, or "2 captures within 5 m"
    std::vector<std::string> staging_ids;  // at least two; sorted
};

struct DuplicateGroups {
    uint64_t generation = 0;             // Snapshot::rows_generation
    std::vector<DuplicateGroup> groups;  // by kind, then title
};

// The captures of one group, whole, so that fields can be chosen. Immutable.
struct DuplicateMembers {
    uint64_t generation = 0;
    std::vector<std::string> staging_ids;  // as asked for
    std::vector<model::Capture> captures;  // in the same order; remote + pending operations
    std::string missing;                   // a capture that is not there any more; then `captures` is empty
    model::MergeChoices suggested;         // the written policy (model/merge.h)
};

struct MergeDraft {
    std::vector<std::string> staging_ids;  // 2 to model::kMaxMerge
    model::MergeChoices choices;           // indices into staging_ids
    std::string comment;
};

// What a merge would give, before it is made.
struct MergePreview {
    model::Permission permission;           // not allowed: why not, in words
    model::MergePlan plan;                  // when the choices can be merged at all
    std::vector<model::FieldPair> changes;  // of the primary: before, after
};

}  // namespace linesman::app
