#include "sync/promotion.h"

#include <bit>
#include <cmath>

#include "model/geo.h"
#include "model/keys.h"
#include "sync/capture_codec.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::Json;

// What production takes over from the capture and a correction may change.
Json captured_fields(const model::Capture& capture) {
    Json fields = Json::object();
    fields["poleNumber"] = value::text(model::canonical_number(capture.pole_number));
    fields["projectId"] = value::text(capture.project_id);
    if (capture.gps) fields["location"] = encode_position(*capture.gps);
    if (capture.gps_accuracy_m) fields["gpsAccuracy"] = value::number(*capture.gps_accuracy_m);
    fields["photos"] = encode_photos(capture);
    fields["photoUrls"] = encode_photo_urls(capture);
    fields["photoCount"] = value::integer(std::popcount(capture.photo_mask()));
    fields["revision"] = value::integer(capture.revision);
    return fields;
}

// To the centimetre: no GPS of the field is finer.
double to_centimetres(double distance_m) {
    return std::round(distance_m * 100) / 100;
}

void add_planned(Json& fields, const std::optional<PlannedPlace>& planned) {
    if (!planned) return;
    fields["planned_id"] = value::text(planned->planned_id);
    fields["planned_distance_m"] = value::number(to_centimetres(planned->distance_m));
}

std::string key_name(const Endpoints& endpoints, const CollectionNames& names, const model::Capture& capture) {
    const std::string number = model::canonical_number(capture.pole_number);
    if (number.empty()) return {};
    return endpoints.document_name(names.pole_keys, model::pole_key_id(capture.project_id, number));
}

// Whether the plan's pole of the two is the same, and as far away.
bool is_same_place(const model::Capture& a, const model::Capture& b) {
    return a.pole_number == b.pole_number && a.project_id == b.project_id && a.gps == b.gps;
}

Json new_key(const std::string& name, const model::Operation& operation, const model::Capture& capture) {
    return create_write(name,
                        key_fields(capture.project_id, model::canonical_number(capture.pole_number),
                                   capture.production_id, capture.staging_id, operation.op_id),
                        {"updated_at"});
}

}  // namespace

std::string promotion_refusal(const model::Capture& capture, const PromotionRules& rules) {
    if (capture.shape != model::SourceShape::staging)
        return "This capture comes from another app's collection and is only read.";
    if (capture.synced_to_production) return "This capture is in production already.";
    if (capture.project_id.empty()) return "The capture names no project; correct it first.";
    if (!capture.gps || !model::is_plausible(*capture.gps))
        return "The capture has no usable position; correct it first.";
    if (model::canonical_number(capture.pole_number).empty() && !rules.allows_blank_number) {
        return "The capture has no pole number and its project does not allow that; correct it first.";
    }
    if (!rules.keys_indexed) {
        return "Production has no keys of its pole numbers yet; an administrator runs linesmanctl promote "
               "--index-existing once.";
    }
    return {};
}

bool same_pole(const Json& production_fields, const model::Capture& capture) {
    const Json expected = captured_fields(capture);
    for (const char* field : {"poleNumber", "projectId", "location"}) {
        const Json *held = value::member(production_fields, field), *want = value::member(expected, field);
        if ((held == nullptr) != (want == nullptr) || (held && *held != *want)) return false;
    }
    return true;
}

Json key_fields(const std::string& project_id, const std::string& canonical_number, const std::string& production_id,
                const std::string& staging_id, const std::string& op_id) {
    Json fields = Json::object();
    fields["projectId"] = value::text(project_id);
    fields["poleNumber"] = value::text(canonical_number);
    fields["production_id"] = value::text(production_id);
    fields["staging_id"] = value::text(staging_id);
    fields["op_id"] = value::text(op_id);
    return fields;
}

void add_promotion(Json& writes, const Endpoints& endpoints, const CollectionNames& names,
                   const model::Operation& operation, const model::Capture& after,
                   const std::optional<PlannedPlace>& planned) {
    Json fields = captured_fields(after);
    fields["capturedBy"] = value::text(after.captured_by);
    if (after.captured_at) fields["capturedAt"] = value::timestamp(*after.captured_at);
    const bool has_approval = after.review && after.review->decision == model::Decision::approved;
    fields["approvedBy"] = value::text(has_approval ? after.review->by : operation.uid);
    fields["approvedAt"] =
        value::timestamp(has_approval ? after.review->at.value_or(operation.made_at) : operation.made_at);
    fields["staging_id"] = value::text(after.staging_id);
    fields["offline_id"] = value::text(after.offline_id);
    if (!after.device_id.empty()) fields["device_id"] = value::text(after.device_id);
    add_planned(fields, planned);
    fields["op_id"] = value::text(operation.op_id);
    writes.push_back(create_write(endpoints.document_name(names.production, after.production_id), std::move(fields),
                                  {"updated_at"}));
    if (const std::string name = key_name(endpoints, names, after); !name.empty())
        writes.push_back(new_key(name, operation, after));
}

void add_production_correction(Json& writes, const Endpoints& endpoints, const CollectionNames& names,
                               const model::Operation& operation, const CurrentDocument& production,
                               const CurrentDocument* key, const model::Capture& before, const model::Capture& after,
                               const std::optional<PlannedPlace>& planned) {
    FieldChanges changes;
    Json fresh = captured_fields(after);
    std::vector<const char*> may_go = {"gpsAccuracy"};
    if (!is_same_place(before, after)) {
        add_planned(fresh, planned);
        may_go.insert(may_go.end(), {"planned_id", "planned_distance_m"});
    }
    for (const char* path : may_go) {
        if (!fresh.contains(path) && production.fields.contains(path)) changes.removed.emplace_back(path);
    }
    for (const auto& [path, content] : fresh.items()) {
        const Json* known = value::member(production.fields, path);
        if (!known || *known != content) changes.set.emplace_back(path, content);
    }
    changes.set.emplace_back("op_id", value::text(operation.op_id));
    changes.server_times = {"updated_at"};
    writes.push_back(update_write(production.name, changes, production.update_time));
    const std::string old_name = key_name(endpoints, names, before);
    const std::string new_name = key_name(endpoints, names, after);
    if (old_name == new_name) return;
    if (key) writes.push_back(delete_write(key->name, key->update_time));
    if (!new_name.empty()) writes.push_back(new_key(new_name, operation, after));
}

}  // namespace linesman::sync
