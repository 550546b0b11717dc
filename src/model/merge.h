// Several captures of one pole made into one: field by field, photos united, the rest superseded (contract, "Merge").
//
// Nothing is lost: every photo of every input is either in the merged capture or listed in `not_used`, and the
// superseded captures keep their documents. Thread: any; pure.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/capture.h"
#include "model/capture_fields.h"

namespace linesman::model {

inline constexpr size_t kMaxMerge = 8;  // documents in one commit: rules look up each, and 21 were denied

// Which input each field comes from, by index. A field that is not named comes from the primary.
struct MergeChoices {
    size_t primary = 0;
    std::map<CaptureField, size_t> from;
    bool operator==(const MergeChoices&) const = default;
};

struct UnusedPhoto {
    std::string staging_id;
    Slot slot{};
    Photo photo;
    bool operator==(const UnusedPhoto&) const = default;
};

struct MergePlan {
    Capture merged;                       // the primary with the chosen fields; its identity and its review stay
    std::vector<std::string> superseded;  // staging ids of the others, in the order of the inputs
    std::vector<CaptureField> changed;    // fields of the primary that change
    std::vector<UnusedPhoto> not_used;    // photos that stay with the superseded captures
    // For Operation::extra: {"set", "superseded", "seen": {staging id: material_digest() of what was seen}};
    // Operation::target is the primary.
    base::Json extra;
};

// Fields that can be chosen: what the crew captured, and the machine's judgement. Identity, review and production stay
// the primary's.
std::span<const CaptureField> mergeable_fields();

// The written policy. Primary: in production, else approved, else the most photos, else submitted first, else the lower
// staging id. Number, project, notes, who and when: the primary's, or the first capture that has one. Position: the
// plausible one with the best accuracy, which comes with it. Photos united: per slot the one that is there, larger,
// earlier, of the primary, of the lower index. Status: of the capture submitted last, unless a person has decided the
// primary.
MergeChoices default_merge_choices(std::span<const Capture> captures);

// Errors: invalid_argument, for fewer than two or more than kMaxMerge captures, one capture twice, an index that does
// not exist, a field that cannot be chosen, another one than the primary in production, or a document that is
// read-only.
base::Result<MergePlan> merge_captures(std::span<const Capture> captures, const MergeChoices& choices);

}  // namespace linesman::model
