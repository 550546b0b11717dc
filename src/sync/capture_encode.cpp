#include <algorithm>

#include "sync/capture_codec.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::Json;

void put_text(Json& fields, const char* key, const std::string& text) {
    if (!text.empty()) fields[key] = value::text(text);
}

void put_time(Json& fields, const char* key, const std::optional<base::Timestamp>& time) {
    if (time) fields[key] = value::timestamp(*time);
}

Json encode_errors(const std::vector<model::ValidationEntry>& entries) {
    Json values = Json::array();
    for (const auto& entry : entries) {
        Json fields = Json::object();
        put_text(fields, "field", entry.field);
        put_text(fields, "rule", entry.rule);
        put_text(fields, "message", entry.message);
        put_text(fields, "severity", entry.severity);
        put_text(fields, "code", entry.code);
        put_text(fields, "id", entry.id);
        values.push_back(value::map(std::move(fields)));
    }
    return value::array(std::move(values));
}

// What the device owns, as the seed writes it: optional keys only when truthy.
Json field_owned(const model::Capture& capture) {
    Json fields = Json::object();
    fields["projectId"] = value::text(capture.project_id);
    fields["capturedBy"] = value::text(capture.captured_by);
    put_time(fields, "capturedAt", capture.captured_at);
    fields["offline_id"] = value::text(capture.offline_id);
    put_text(fields, "poleNumber", capture.pole_number);
    if (capture.gps) fields["gpsLocation"] = encode_position(*capture.gps);
    if (capture.gps_accuracy_m) fields["gpsAccuracy"] = value::number(*capture.gps_accuracy_m);
    put_text(fields, "notes", capture.notes);
    put_text(fields, "device_id", capture.device_id);
    fields["photoUrls"] = encode_photo_urls(capture);
    const auto is_there = [](const std::optional<model::Photo>& photo) { return photo.has_value(); };
    if (std::ranges::any_of(capture.photos, is_there)) fields["photos"] = encode_photos(capture);
    if (capture.expected_photos) fields["expected_photos"] = encode_slots(*capture.expected_photos);
    return fields;
}

Json server_time(const char* field_path) {
    return Json{{"fieldPath", field_path}, {"setToServerValue", "REQUEST_TIME"}};
}

}  // namespace

Json encode_position(model::GeoPoint point) {
    return value::map(Json{{"latitude", value::number(point.latitude)}, {"longitude", value::number(point.longitude)}});
}

Json encode_slots(model::SlotMask slots) {
    Json values = Json::array();
    for (const auto slot : model::kSlots) {
        if (slots & model::bit(slot)) values.push_back(value::text(model::name_of(slot)));
    }
    return value::array(std::move(values));
}

Json encode_photo(const model::Photo& photo) {
    Json fields = Json::object();
    put_text(fields, "path", photo.path);
    if (photo.bytes > 0) fields["bytes"] = value::integer(static_cast<int64_t>(photo.bytes));
    put_text(fields, "md5", photo.md5);
    put_time(fields, "captured_at", photo.captured_at);
    if (photo.upload_failed) fields["uploadFailed"] = value::boolean(true);
    return value::map(std::move(fields));
}

Json encode_photos(const model::Capture& capture) {
    Json fields = Json::object();
    for (const auto slot : model::kSlots) {
        const auto& photo = capture.photos[model::index_of(slot)];
        if (photo) fields[std::string(model::name_of(slot))] = encode_photo(*photo);
    }
    return value::map(std::move(fields));
}

Json encode_photo_urls(const model::Capture& capture) {
    Json fields = Json::object();
    for (const auto slot : model::kSlots) {
        const auto& photo = capture.photos[model::index_of(slot)];
        if (photo && !photo->url.empty()) fields[std::string(model::name_of(slot))] = value::text(photo->url);
    }
    return value::map(std::move(fields));
}

Json encode_review(const model::Review& review) {
    Json fields = Json::object();
    fields["decision"] = value::text(model::name_of(review.decision));
    put_text(fields, "by", review.by);
    put_text(fields, "by_name", review.by_name);
    put_time(fields, "at", review.at);
    put_text(fields, "reason", review.reason);
    put_text(fields, "comment", review.comment);
    put_text(fields, "op_id", review.op_id);
    put_text(fields, "rules", review.rules);
    fields["resubmission"] = value::integer(review.resubmission);
    put_time(fields, "remind_at", review.remind_at);
    put_text(fields, "superseded_by", review.superseded_by);
    if (!review.overrides.empty()) {
        Json values = Json::array();
        for (const auto& each : review.overrides) {
            values.push_back(
                value::map(Json{{"finding", value::text(each.finding_id)}, {"reason", value::text(each.reason)}}));
        }
        fields["overrides"] = value::array(std::move(values));
    }
    if (!review.photos_seen.empty()) {
        Json seen = Json::object();
        for (const auto& [slot, photo] : review.photos_seen) {
            seen[std::string(model::name_of(slot))] = value::map(Json{{"md5", value::text(photo.md5)},
                                                                      {"ms", value::integer(photo.shown_ms)},
                                                                      {"max_px", value::integer(photo.max_px)}});
        }
        fields["photos_seen"] = value::map(std::move(seen));
    }
    return value::map(std::move(fields));
}

Json encode_capture(const model::Capture& capture) {
    Json fields = field_owned(capture);
    fields["validation_status"] = value::text(model::name_of(capture.validation_status));
    fields["validation_errors"] = encode_errors(capture.validation_errors);
    put_time(fields, "submitted_at", capture.submitted_at);
    put_time(fields, "validated_at", capture.validated_at);
    fields["synced_to_production"] = value::boolean(capture.synced_to_production);
    put_text(fields, "production_id", capture.production_id);
    put_time(fields, "updated_at", capture.updated_at);
    if (capture.schema != 0) fields["schema"] = value::integer(capture.schema);
    if (capture.revision != 0) fields["revision"] = value::integer(capture.revision);
    if (capture.resubmission != 0) fields["resubmission"] = value::integer(capture.resubmission);
    if (capture.review) fields["review"] = encode_review(*capture.review);
    return fields;
}

Json encode_capture_create(const model::Capture& capture, const std::string& document_name) {
    Json fields = field_owned(capture);
    fields["validation_status"] = value::text("pending");
    fields["validation_errors"] = value::array();
    fields["synced_to_production"] = value::boolean(false);
    fields["schema"] = value::integer(kCaptureSchema);
    fields["revision"] = value::integer(0);
    fields["resubmission"] = value::integer(0);
    Json write = Json::object();
    write["update"] = Json{{"name", document_name}, {"fields", std::move(fields)}};
    write["currentDocument"] = Json{{"exists", false}};
    write["updateTransforms"] = Json::array({server_time("submitted_at"), server_time("updated_at")});
    return write;
}

}  // namespace linesman::sync
