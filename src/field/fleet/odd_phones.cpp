#include "field/fleet/odd_phones.h"

#include "sync/capture_codec.h"
#include "sync/value_codec.h"

namespace linesman::field {

using base::Json;
namespace value = sync::value;

namespace {

Json server_times(std::initializer_list<const char*> paths) {
    Json out = Json::array();
    for (const char* path : paths) out.push_back(Json{{"fieldPath", path}, {"setToServerValue", "REQUEST_TIME"}});
    return out;
}

Json create(const std::string& name, Json fields, Json transforms) {
    Json write = {{"update", {{"name", name}, {"fields", std::move(fields)}}},
                  {"currentDocument", {{"exists", false}}}};
    write["updateTransforms"] = std::move(transforms);
    return write;
}

Json time_or_null(const std::optional<base::Timestamp>& time) {
    return time ? value::timestamp(*time) : value::null();
}

}  // namespace

Json older_app_write(const model::Capture& capture, const std::string& document_name) {
    Json write = sync::encode_capture_create(capture, document_name);
    Json& fields = write["update"]["fields"];
    for (const char* ours : {"schema", "revision", "resubmission", "photos", "expected_photos"}) fields.erase(ours);
    fields["validation_status"] = value::text("validated");
    write["updateTransforms"] = server_times({"submitted_at", "validated_at"});
    return write;
}

Json pole_plantings_write(const model::Capture& capture, const std::string& document_name) {
    Json photos = Json::object();
    for (const auto slot : model::kSlots) {
        const auto& photo = capture.photos[model::index_of(slot)];
        Json entry = Json::object();
        if (photo && !photo->url.empty()) entry["url"] = value::text(photo->url);
        entry["uploadFailed"] = value::boolean(!photo || photo->url.empty());
        photos[std::string(model::name_of(slot))] = value::map(std::move(entry));
    }
    Json fields = {{"projectId", value::text(capture.project_id)},  {"poleNumber", value::text(capture.pole_number)},
                   {"plantedBy", value::text(capture.captured_by)}, {"plantedAt", time_or_null(capture.captured_at)},
                   {"offlineId", value::text(capture.offline_id)},  {"deviceId", value::text(capture.device_id)},
                   {"photos", value::map(std::move(photos))}};
    if (capture.gps) fields["location"] = sync::encode_position(*capture.gps);
    if (capture.captured_at) fields["expiresAt"] = value::timestamp(*capture.captured_at + base::hours(24LL * 30));
    return create(document_name, std::move(fields), server_times({"submittedAt"}));
}

Json field_pole_captures_write(const model::Capture& capture, const std::string& document_name) {
    static constexpr std::array<const char*, model::kSlotCount> kKeys = {
        "beforePhoto", "frontView", "sideAngle", "depthPhoto", "concretePhoto", "compactionPhoto"};
    Json urls = Json::object();
    for (const auto slot : model::kSlots) {
        const auto& photo = capture.photos[model::index_of(slot)];
        if (photo && !photo->url.empty()) urls[kKeys[model::index_of(slot)]] = value::text(photo->url);
    }
    Json pole = {{"poleNumber", value::text(capture.pole_number)},
                 {"projectId", value::text(capture.project_id)},
                 {"notes", value::text(capture.notes)},
                 {"capturedBy", value::text(capture.captured_by)},
                 {"capturedAt", time_or_null(capture.captured_at)}};
    if (capture.gps) {
        Json gps = {{"latitude", value::number(capture.gps->latitude)},
                    {"longitude", value::number(capture.gps->longitude)}};
        if (capture.gps_accuracy_m) gps["accuracy"] = value::number(*capture.gps_accuracy_m);
        pole["gps"] = value::map(std::move(gps));
    }
    Json validation = {{"status", value::text("pending")}, {"errors", value::array()}};
    Json metadata = {{"deviceId", value::text(capture.device_id)}, {"appVersion", value::text("0.9.4")}};
    Json fields = {{"pole", value::map(std::move(pole))},         {"validation", value::map(std::move(validation))},
                   {"metadata", value::map(std::move(metadata))}, {"offline_id", value::text(capture.offline_id)},
                   {"photoUrls", value::map(std::move(urls))},    {"synced_to_production", value::boolean(false)}};
    return create(document_name, std::move(fields), server_times({"submitted_at"}));
}

Json wrong_types_write(const model::Capture& capture, const std::string& document_name, size_t kind) {
    Json write = older_app_write(capture, document_name);
    Json& fields = write["update"]["fields"];
    fields["validation_status"] = value::text("pending");
    if (kind % 3 == 0) {
        fields["poleNumber"] = value::integer(167);
        fields["gpsAccuracy"] = value::text("good");
    } else if (kind % 3 == 1) {
        fields["gpsLocation"] = value::text("somewhere near the shop");
        fields["notes"] = value::map(Json{{"text", value::text("a map where text belongs")}});
    } else {
        fields["photoUrls"] = value::array(Json::array({value::text("front.jpg")}));
        fields["capturedAt"] = value::boolean(true);
    }
    return write;
}

}  // namespace linesman::field
