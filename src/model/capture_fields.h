// The fields of a capture that people and machines change, as values: compared, copied, shown and carried one by one.
// What conflicts, merges, undo and version differences are made of.
//
// A photo slot is one field: its address, size and content change together (`photos` and `photoUrls` of the document).
// Does not cover identity (staging id, offline id, device id) or what every write changes (updated_at, revision,
// updateTime).
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/capture.h"
#include "model/operation.h"

namespace linesman::model {

enum class CaptureField : uint8_t {
    pole_number,
    project_id,
    gps,
    gps_accuracy,
    notes,
    captured_by,
    captured_at,
    photo_before,
    photo_front,
    photo_side,
    photo_depth,
    photo_concrete,
    photo_compaction,
    review,
    validation_status,
    validation_errors,
    validated_at,
    synced_to_production,
    production_id,
    resubmission,
};
inline constexpr size_t kCaptureFieldCount = 20;

constexpr CaptureField photo_field(Slot slot) {
    return static_cast<CaptureField>(static_cast<size_t>(CaptureField::photo_before) + index_of(slot));
}
std::optional<Slot> slot_of(CaptureField field);  // nullopt for a field that is no photo

std::span<const CaptureField> all_fields();
// What a decision rests on (contract, "Mismatch is not yet a conflict"): number, project, position, notes, who, when,
// photos, review.
std::span<const CaptureField> material_fields();

std::string_view wire_name_of(CaptureField field);  // "poleNumber", "photos.front"
std::string_view title_of(CaptureField field);      // "Pole number", "Front photo"
std::optional<CaptureField> capture_field_from_wire_name(std::string_view name);

// Exact equality. A review that has an op_id is compared without its time, because the server may set that.
bool same(CaptureField field, const Capture& a, const Capture& b);
void copy_field(CaptureField field, const Capture& from, Capture& to);

// One line for the screen; empty when the field is not set. Never shows a photo's address. Times are in
// `utc_offset_minutes` (default: South Africa Standard Time).
std::string display(CaptureField field, const Capture& capture, int utc_offset_minutes = 120);

// {wire name: value} of the given fields; null where a field is not set. What undo, restore and merge carry in
// Operation::extra["set"]. Holds photo addresses: for the outbox and the commit, never for logs.
base::Json fields_to_json(const Capture& capture, std::span<const CaptureField> fields);
// Sets the named fields. Errors: corrupt (unknown name, or a value of a wrong type): then nothing is changed.
base::Status set_fields(Capture& capture, const base::Json& set);
// The fields named in such an object, in the order of the enum; unknown names are left out.
std::vector<CaptureField> fields_named_in(const base::Json& set);

// The values that an undo, restore or merge carries for this capture, or nullptr: extra["others"][staging id], else
// extra["set"].
const base::Json* carried_fields(const Operation& operation, const Capture& capture);

// Fields of the capture that the operation sets. For a merge: of its target when `capture.staging_id` is that, else of
// a superseded one.
std::vector<CaptureField> fields_set_by(const Operation& operation, const Capture& capture);

}  // namespace linesman::model
