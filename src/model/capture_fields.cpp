#include "model/capture_fields.h"

#include <algorithm>
#include <cstdio>

#include "model/capture_field_access.h"

namespace linesman::model {
namespace {

struct FieldNames {
    std::string_view wire, title;
};

// In the order of the enum.
constexpr std::array<FieldNames, kCaptureFieldCount> kFields = {{
    {"poleNumber", "Pole number"},
    {"projectId", "Project"},
    {"gpsLocation", "Position"},
    {"gpsAccuracy", "GPS accuracy"},
    {"notes", "Notes"},
    {"capturedBy", "Captured by"},
    {"capturedAt", "Captured at"},
    {"photos.before", "Before photo"},
    {"photos.front", "Front photo"},
    {"photos.side", "Side photo"},
    {"photos.depth", "Depth photo"},
    {"photos.concrete", "Concrete photo"},
    {"photos.compaction", "Compaction photo"},
    {"review", "Decision"},
    {"validation_status", "Validation status"},
    {"validation_errors", "Validation entries"},
    {"validated_at", "Validated at"},
    {"synced_to_production", "In production"},
    {"production_id", "Production id"},
    {"resubmission", "Resubmission"},
}};

constexpr auto kAllFields = [] {
    std::array<CaptureField, kCaptureFieldCount> fields{};
    for (size_t i = 0; i < fields.size(); ++i) fields[i] = static_cast<CaptureField>(i);
    return fields;
}();
constexpr size_t kMaterialCount = static_cast<size_t>(CaptureField::review) + 1;  // the enum lists them first

std::string number_text(const char* format, double a, double b = 0) {
    char buffer[80];
    const int n = std::snprintf(buffer, sizeof buffer, format, a, b);
    return {buffer, static_cast<size_t>(std::clamp(n, 0, 79))};
}

std::string show(const std::string& text, int) {
    return text;
}
std::string show(bool value, int) {
    return value ? "yes" : "no";
}
std::string show(int64_t value, int) {
    return std::to_string(value);
}
std::string show(ValidationStatus status, int) {
    return std::string(name_of(status));
}
std::string show(const std::optional<GeoPoint>& point, int) {
    return point ? number_text("%.6f, %.6f", point->latitude, point->longitude) : std::string();
}
std::string show(const std::optional<double>& metres, int) {
    return metres ? number_text("%.1f m", *metres) : std::string();
}
std::string show(const std::optional<base::Timestamp>& time, int offset) {
    return time ? base::format_local(*time, offset, true) : std::string();
}

std::string show(const std::optional<Photo>& photo, int offset) {
    if (!photo) return {};
    if (photo->upload_failed) return "upload failed";
    std::string text = "photo";
    if (photo->bytes > 0) text += number_text(", %.0f KB", static_cast<double>(photo->bytes) / 1000.0);
    if (photo->captured_at) text += ", " + base::format_local(*photo->captured_at, offset, true);
    // Two photos of one size and time must still look different.
    if (!photo->md5.empty()) text += ", content " + photo->md5.substr(0, 6);
    return text;
}

std::string show(const std::vector<ValidationEntry>& entries, int) {
    std::string text;
    for (const ValidationEntry& entry : entries) {
        if (!text.empty()) text += "; ";
        text += entry.message.empty() ? entry.rule : entry.message;
    }
    return text;
}

std::string show(const std::optional<Review>& review, int offset) {
    if (!review) return {};
    std::string text(name_of(review->decision));
    const std::string& who = review->by_name.empty() ? review->by : review->by_name;
    if (!who.empty()) text += " by " + who;
    if (review->at) text += ", " + base::format_local(*review->at, offset);
    if (!review->reason.empty()) text += " (" + review->reason + ")";
    if (!review->comment.empty()) text += ": " + review->comment;
    return text;
}

template <typename T>
bool equal(const T& a, const T& b) {
    return a == b;
}

bool equal(const std::optional<Review>& a, const std::optional<Review>& b) {
    if (!a || !b || a->op_id.empty() || a->op_id != b->op_id) return a == b;
    Review timeless = *a;
    timeless.at = b->at;
    return timeless == *b;
}

}  // namespace

std::optional<Slot> slot_of(CaptureField field) {
    if (field < CaptureField::photo_before || field > CaptureField::photo_compaction) return std::nullopt;
    return static_cast<Slot>(static_cast<size_t>(field) - static_cast<size_t>(CaptureField::photo_before));
}

std::span<const CaptureField> all_fields() {
    return kAllFields;
}
std::span<const CaptureField> material_fields() {
    return std::span(kAllFields).first(kMaterialCount);
}

std::string_view wire_name_of(CaptureField field) {
    return kFields[static_cast<size_t>(field)].wire;
}
std::string_view title_of(CaptureField field) {
    return kFields[static_cast<size_t>(field)].title;
}

std::optional<CaptureField> capture_field_from_wire_name(std::string_view name) {
    for (const CaptureField field : kAllFields) {
        if (wire_name_of(field) == name) return field;
    }
    return std::nullopt;
}

bool same(CaptureField field, const Capture& a, const Capture& b) {
    return with_field(field, [&](auto get) { return equal(get(a), get(b)); });
}

void copy_field(CaptureField field, const Capture& from, Capture& to) {
    with_field(field, [&](auto get) { get(to) = get(from); });
}

std::string display(CaptureField field, const Capture& capture, int utc_offset_minutes) {
    return with_field(field, [&](auto get) { return show(get(capture), utc_offset_minutes); });
}

const base::Json* carried_fields(const Operation& operation, const Capture& capture) {
    if (const base::Json* others = base::find(operation.extra, "others")) {
        if (const base::Json* set = base::find(*others, capture.staging_id)) return set;
    }
    return base::find(operation.extra, "set");
}

std::vector<CaptureField> fields_set_by(const Operation& operation, const Capture& capture) {
    using enum CaptureField;
    switch (operation.kind) {
        case OperationKind::approve:
            if (operation.promote)
                return {review, validation_status, validated_at, synced_to_production, production_id};
            return {review, validation_status, validated_at};
        case OperationKind::reject:
            return {review, validation_status, validation_errors};
        case OperationKind::hold:
            return {review};
        case OperationKind::requeue:
            return {review, validation_status, validation_errors, validated_at};
        case OperationKind::promote:
            return {synced_to_production, production_id};
        case OperationKind::ignore_finding:
        case OperationKind::unignore_finding:
            return {};
        case OperationKind::correct: {
            std::vector<CaptureField> fields;
            if (operation.correction.pole_number) fields.push_back(pole_number);
            if (operation.correction.project_id) fields.push_back(project_id);
            if (operation.correction.gps) fields.push_back(gps);
            if (operation.correction.notes) fields.push_back(notes);
            if (const base::Json* linked = carried_fields(operation, capture)) {
                for (const CaptureField field : fields_named_in(*linked)) {
                    if (slot_of(field)) fields.push_back(field);
                }
            }
            return fields;
        }
        case OperationKind::merge:
            if (capture.staging_id != operation.target) return {review};
            break;
        case OperationKind::undo:
        case OperationKind::restore:
            break;
    }
    const base::Json* set = carried_fields(operation, capture);
    return set ? fields_named_in(*set) : std::vector<CaptureField>();
}

}  // namespace linesman::model
