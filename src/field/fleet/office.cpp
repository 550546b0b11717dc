#include "field/fleet/office.h"

#include "model/geojson.h"
#include "sync/promotion.h"
#include "sync/value_codec.h"

namespace linesman::field {

using base::Json;
namespace value = sync::value;

namespace {

constexpr size_t kWritesPerCommit = 400;

Json put(const std::string& name, Json fields) {
    Json write = {{"update", {{"name", name}, {"fields", std::move(fields)}}}};
    write["updateTransforms"] = Json::array({Json{{"fieldPath", "updated_at"}, {"setToServerValue", "REQUEST_TIME"}}});
    return write;
}

Json project_fields(const Town& town) {
    model::MultiPolygon area;
    area.polygons.push_back({{town.boundary}});
    return {{"name", value::text(town.name)},
            {"code", value::text(town.code)},
            {"number_prefix", value::text(town.prefix)},
            {"boundary", value::text(base::to_text(model::geojson_of(area)))},
            {"requires_seen_photos", value::boolean(false)},
            {"allows_blank_number", value::boolean(false)},
            {"allows_bulk_override", value::boolean(false)}};
}

Json planned_fields(const Town& town, const GridPole& pole) {
    return {{"projectId", value::text(town.project_id)},
            {"poleNumber", value::text(pole.number)},
            {"poleType", value::text("creosote 7 m")},
            {"location", value::map(Json{{"latitude", value::number(pole.position.latitude)},
                                         {"longitude", value::number(pole.position.longitude)}})},
            {"pon", value::text(pole.pon)},
            {"zone", value::text(pole.zone)}};
}

}  // namespace

std::vector<Json> office_commits(const FleetPlan& plan, const sync::Endpoints& endpoints,
                                 const sync::CollectionNames& names) {
    Json writes = Json::array();
    for (const auto& town : plan.towns) {
        writes.push_back(put(endpoints.document_name(names.projects, town.project_id), project_fields(town)));
        for (const auto& pole : town.poles) {
            const std::string id = town.project_id + "_" + pole.number;
            writes.push_back(put(endpoints.document_name(names.planned, id), planned_fields(town, pole)));
        }
    }
    for (const auto& person : plan.people) {
        writes.push_back(
            put(endpoints.document_name(names.people, person.uid), {{"name", value::text(person.name)},
                                                                    {"crew", value::text(person.crew)},
                                                                    {"contractor", value::text(person.contractor)},
                                                                    {"phone", value::text(person.phone)}}));
    }
    writes.push_back(
        put(endpoints.document_name(names.pole_keys, sync::kIndexMarkerId), {{"projectId", value::text("")}}));
    std::vector<Json> commits;
    for (size_t start = 0; start < writes.size(); start += kWritesPerCommit) {
        Json commit = Json::array();
        for (size_t i = start; i < std::min(start + kWritesPerCommit, writes.size()); ++i)
            commit.push_back(std::move(writes[i]));
        commits.push_back(std::move(commit));
    }
    return commits;
}

}  // namespace linesman::field
