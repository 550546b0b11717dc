// The nested maps of the foreign shape field_pole_captures.
#include "sync/capture_fields.h"

namespace linesman::sync {

void take_pole_map(CaptureFields& fields, const dom::Typed& value) {
    fields.has_pole_map = dom::each_field(value, [&](std::string_view key, const dom::Typed& part) {
        auto& capture = fields.capture();
        if (key == "gps" || key == "location" || key == "gpsLocation") {
            fields.position("pole.gps", part);
            dom::each_field(part, [&](std::string_view inner, const dom::Typed& detail) {
                if (inner == "accuracy") fields.accuracy("pole.gps.accuracy", detail);
            });
        } else if (key == "poleNumber" || key == "number") {
            fields.text("pole.number", part, capture.pole_number);
        } else if (key == "projectId") {
            fields.text("pole.projectId", part, capture.project_id);
        } else if (key == "notes") {
            fields.text("pole.notes", part, capture.notes);
        } else if (key == "accuracy" || key == "gpsAccuracy") {
            fields.accuracy("pole.accuracy", part);
        } else if (key == "photos") {
            fields.photos("pole.photos", part);
        } else if (key == "capturedAt" || key == "timestamp") {
            fields.time("pole.capturedAt", part, capture.captured_at);
        } else if (key == "capturedBy") {
            fields.text("pole.capturedBy", part, capture.captured_by);
        }
    });
    if (!fields.has_pole_map && value.kind != dom::Kind::null) fields.bad("pole");
}

void take_validation_map(CaptureFields& fields, const dom::Typed& value) {
    fields.has_validation_map = dom::each_field(value, [&](std::string_view key, const dom::Typed& part) {
        if (key == "status") fields.status("validation.status", part);
        if (key == "errors") fields.errors("validation.errors", part);
        if (key == "validatedAt") fields.time("validation.validatedAt", part, fields.capture().validated_at);
    });
    if (!fields.has_validation_map && value.kind != dom::Kind::null) fields.bad("validation");
}

void take_metadata_map(CaptureFields& fields, const dom::Typed& value) {
    const bool is_map = dom::each_field(value, [&](std::string_view key, const dom::Typed& part) {
        auto& capture = fields.capture();
        if (key == "deviceId") fields.text("metadata.deviceId", part, capture.device_id);
        if (key == "capturedBy" || key == "userId") fields.text("metadata.capturedBy", part, capture.captured_by);
        if (key == "capturedAt") fields.time("metadata.capturedAt", part, capture.captured_at);
        if (key == "submittedAt" || key == "uploadedAt")
            fields.time("metadata.submittedAt", part, capture.submitted_at);
    });
    if (!is_map && value.kind != dom::Kind::null) fields.bad("metadata");
}

}  // namespace linesman::sync
