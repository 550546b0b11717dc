// When two changes of one capture meet: what matters, what differs, what clashes; and which captures are duplicates of
// each other. Thread: any; pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/capture.h"
#include "model/capture_fields.h"

namespace linesman::model {

// Whether a decision made on `a` would be made on `b`: no material field differs (capture_fields.h, material_fields()).
bool materially_equal(const Capture& a, const Capture& b);

// Hex SHA-256 over the material fields: equal for captures that are materially equal (a review with an op_id counts
// without its time, as in same()). What a merge carries of each capture it supersedes.
std::string material_digest(const Capture& capture);

// One field of a three-way difference, as shown. Empty text = not set.
struct FieldDifference {
    CaptureField field{};
    std::string base, theirs, mine;
    bool changed_by_them = false, changed_by_me = false;
    bool clash = false;  // both changed it, to different values
    bool operator==(const FieldDifference&) const = default;
};

// Every field that they or I changed since `base`, in the order of CaptureField. `mine` is base with our operation
// applied.
std::vector<FieldDifference> three_way_difference(const Capture& base, const Capture& theirs, const Capture& mine);

// One field of two captures or two versions that differs.
struct FieldPair {
    CaptureField field{};
    std::string left, right;
    bool operator==(const FieldPair&) const = default;
};
std::vector<FieldPair> difference(const Capture& left, const Capture& right);

// Captures that are one upload, or one pole (contract, "Keys and duplicates").
struct DuplicateGroup {
    enum class Kind : uint8_t { upload, pole } kind{};
    std::string key;                       // upload key, or pole_key_id()
    std::vector<std::string> staging_ids;  // at least two, sorted
    bool operator==(const DuplicateGroup&) const = default;
};

// Groups sorted by kind, then key. Superseded captures and blank numbers make no group. Captures with one upload key
// that are distinct uploads (model/keys.h) are kept apart. A pole group names every capture of the number; it is left
// out when they are all one upload.
std::vector<DuplicateGroup> group_duplicates(std::span<const Capture> captures);

}  // namespace linesman::model
