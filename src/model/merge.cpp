#include "model/merge.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <tuple>

#include "base/text.h"
#include "model/conflict.h"
#include "model/geo.h"

namespace linesman::model {
namespace {

using enum CaptureField;
constexpr std::array kMergeable = {
    pole_number,       project_id,  gps,        gps_accuracy, notes,          captured_by,      captured_at,
    photo_before,      photo_front, photo_side, photo_depth,  photo_concrete, photo_compaction, validation_status,
    validation_errors, validated_at};

int64_t time_or_last(const std::optional<base::Timestamp>& time) {
    return time ? time->us : std::numeric_limits<int64_t>::max();
}

bool is_set(CaptureField field, const Capture& capture) {
    const bool text = field == pole_number || field == project_id || field == notes || field == captured_by;
    return text ? !base::nfc_trimmed(display(field, capture)).empty() : !display(field, capture).empty();
}

size_t best_primary(std::span<const Capture> captures) {
    const auto key = [](const Capture& c) {
        return std::tuple(!c.synced_to_production, c.decision() != Decision::approved, -std::popcount(c.photo_mask()),
                          time_or_last(c.submitted_at), std::string_view(c.staging_id));
    };
    const auto best = std::min_element(captures.begin(), captures.end(),
                                       [&](const Capture& a, const Capture& b) { return key(a) < key(b); });
    return static_cast<size_t>(best - captures.begin());
}

size_t first_with(CaptureField field, std::span<const Capture> captures, size_t primary) {
    if (is_set(field, captures[primary])) return primary;
    for (size_t i = 0; i < captures.size(); ++i) {
        if (is_set(field, captures[i])) return i;
    }
    return primary;
}

size_t best_position(std::span<const Capture> captures, size_t primary) {
    const auto key = [&](size_t i) {
        const Capture& c = captures[i];
        const bool usable = c.gps && is_plausible(*c.gps);
        return std::tuple(!usable, c.gps_accuracy_m.value_or(std::numeric_limits<double>::max()), i != primary, i);
    };
    size_t best = primary;
    for (size_t i = 0; i < captures.size(); ++i) {
        if (key(i) < key(best)) best = i;
    }
    return best;
}

size_t best_photo(Slot slot, std::span<const Capture> captures, size_t primary) {
    const auto key = [&](size_t i) {
        const auto& photo = captures[i].photos[index_of(slot)];
        const bool there = (captures[i].photo_mask() & bit(slot)) != 0;
        return std::tuple(!there, !photo, -static_cast<double>(photo ? photo->bytes : 0),
                          photo ? time_or_last(photo->captured_at) : std::numeric_limits<int64_t>::max(), i != primary,
                          i);
    };
    size_t best = primary;
    for (size_t i = 0; i < captures.size(); ++i) {
        if (key(i) < key(best)) best = i;
    }
    return best;
}

size_t latest_status(std::span<const Capture> captures, size_t primary) {
    if (captures[primary].decision() != Decision::none || captures[primary].synced_to_production) return primary;
    size_t latest = primary;
    for (size_t i = 0; i < captures.size(); ++i) {
        // A person's decision about another capture is not a judgement of this one.
        if (captures[i].decision() != Decision::none || !captures[i].submitted_at) continue;
        if (!captures[latest].submitted_at || *captures[i].submitted_at > *captures[latest].submitted_at) latest = i;
    }
    return latest;
}

base::Status check(std::span<const Capture> captures, const MergeChoices& choices) {
    const auto bad = [](std::string what) {
        return base::make_error(base::ErrorKind::invalid_argument, std::move(what));
    };
    if (captures.size() < 2) return bad("Choose at least two captures to merge.");
    if (captures.size() > kMaxMerge) return bad("At most 8 captures can be merged at once. Choose fewer.");
    if (choices.primary >= captures.size()) return bad("Choose one of the captures as the primary.");
    for (size_t i = 0; i < captures.size(); ++i) {
        const Capture& c = captures[i];
        if (c.shape != SourceShape::staging)
            return bad("A capture of another app is read-only and cannot be merged. Leave it out.");
        if (c.decision() == Decision::superseded) return bad("One of the captures was merged before. Leave it out.");
        if (i != choices.primary && c.synced_to_production) {
            return bad("A capture that is in production must be the primary. Choose it, or undo its approval first.");
        }
        for (size_t j = 0; j < i; ++j) {
            if (captures[j].staging_id == c.staging_id) return bad("The same capture is chosen twice. Leave one out.");
        }
    }
    for (const auto& [field, index] : choices.from) {
        if (index >= captures.size())
            return bad("A field is taken from a capture that is not part of the merge. Choose again.");
        if (std::find(kMergeable.begin(), kMergeable.end(), field) == kMergeable.end()) {
            std::string what(title_of(field));
            return bad(what += " always stays with the primary. Choose another primary instead.");
        }
    }
    return {};
}

std::vector<UnusedPhoto> photos_left_over(std::span<const Capture> captures, const Capture& merged) {
    std::vector<UnusedPhoto> left;
    for (const Capture& capture : captures) {
        for (const Slot slot : kSlots) {
            const auto& photo = capture.photos[index_of(slot)];
            if (photo && photo != merged.photos[index_of(slot)]) left.push_back({capture.staging_id, slot, *photo});
        }
    }
    return left;
}

}  // namespace

std::span<const CaptureField> mergeable_fields() {
    return kMergeable;
}

MergeChoices default_merge_choices(std::span<const Capture> captures) {
    MergeChoices choices;
    if (captures.empty()) return choices;
    const size_t primary = choices.primary = best_primary(captures);
    for (const CaptureField field : {pole_number, project_id, notes, captured_by, captured_at}) {
        choices.from[field] = first_with(field, captures, primary);
    }
    choices.from[gps] = choices.from[gps_accuracy] = best_position(captures, primary);
    for (const Slot slot : kSlots) choices.from[photo_field(slot)] = best_photo(slot, captures, primary);
    const size_t status = latest_status(captures, primary);
    for (const CaptureField field : {validation_status, validation_errors, validated_at}) choices.from[field] = status;
    return choices;
}

base::Result<MergePlan> merge_captures(std::span<const Capture> captures, const MergeChoices& choices) {
    LINESMAN_TRY(check(captures, choices));
    MergePlan plan;
    const Capture& primary = captures[choices.primary];
    plan.merged = primary;
    for (const auto& [field, index] : choices.from) {
        copy_field(field, captures[index], plan.merged);
        if (!same(field, primary, plan.merged)) plan.changed.push_back(field);
    }
    for (size_t i = 0; i < captures.size(); ++i) {
        if (i != choices.primary) plan.superseded.push_back(captures[i].staging_id);
    }
    plan.not_used = photos_left_over(captures, plan.merged);
    plan.extra = base::Json{{"set", fields_to_json(plan.merged, plan.changed)}, {"superseded", plan.superseded}};
    for (size_t i = 0; i < captures.size(); ++i) {
        if (i != choices.primary) plan.extra["seen"][captures[i].staging_id] = material_digest(captures[i]);
    }
    return plan;
}

}  // namespace linesman::model
