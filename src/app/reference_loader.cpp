#include "app/reference_loader.h"

#include "app/rule_sets.h"
#include "base/json.h"
#include "model/geojson.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

namespace value = sync::value;
using base::Json;

// Calls `use(id, fields)` for every document of a collection whose fields can be parsed.
template <typename Use>
base::Status each_document(store::CacheReader& reader, std::string_view collection, std::vector<std::string>& problems,
                           Use use) {
    return reader.for_each(collection, [&](const store::DocumentView& document) {
        const auto fields = value::parse_fields(document.fields);
        if (fields) {
            use(std::string(document.id), *fields);
        } else {
            problems.push_back(std::string(collection) + "/" + std::string(document.id) + ": " + fields.error().what);
        }
        return true;
    });
}

// The three shapes in which planned positions are written (contract, "Collections").
std::optional<model::GeoPoint> planned_position(const Json& fields) {
    for (const char* key : {"location", "plannedLocation", "gpsLocation"}) {
        if (const Json* member = value::member(fields, key)) {
            if (const auto point = value::as_position(*member)) return point;
        }
    }
    return std::nullopt;
}

std::string text_of(const Json& fields, std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
        const Json* member = value::member(fields, key);
        if (!member) continue;
        if (auto text = value::as_text(*member)) return *text;
        if (const auto number = value::as_integer(*member)) return std::to_string(*number);
    }
    return {};
}

model::Project read_project(const std::string& id, const Json& fields, std::vector<std::string>& problems) {
    model::Project project;
    project.id = id;
    project.name = text_of(fields, {"name"});
    project.code = text_of(fields, {"code"});
    project.number_prefix = text_of(fields, {"number_prefix", "numberPrefix", "prefix"});
    project.requires_seen_photos = value::boolean_at(fields, "requires_seen_photos");
    project.allows_blank_number = value::boolean_at(fields, "allows_blank_number");
    project.allows_bulk_override = value::boolean_at(fields, "allows_bulk_override");
    if (const Json* boundary = value::member(fields, "boundary"); boundary && !boundary->is_null()) {
        // Firestore holds no nested arrays, so a boundary is usually GeoJSON as text; a map is read as well.
        const auto text = value::as_text(*boundary);
        auto area = model::parse_boundary(text ? *text : base::to_text(value::to_plain(*boundary)),
                                          "The boundary of project " + id);
        if (area) {
            project.boundary = std::move(*area);
        } else {
            problems.push_back("Ignored: " + area.error().what);
        }
    }
    return project;
}

std::optional<model::PlannedPole> read_planned(const std::string& id, const Json& fields) {
    const auto position = planned_position(fields);
    if (!position || !model::is_plausible(*position)) return std::nullopt;
    model::PlannedPole pole;
    pole.id = id;
    pole.position = *position;
    pole.project_id = text_of(fields, {"projectId", "project_id"});
    pole.pole_number = text_of(fields, {"poleNumber", "pole_number", "vfPoleId"});
    pole.pole_type = text_of(fields, {"poleType", "pole_type"});
    pole.pon = text_of(fields, {"pon", "ponNumber"});
    pole.zone = text_of(fields, {"zone", "zoneNumber"});
    return pole;
}

// The server's rule set cannot be used: the last one that could stays in force.
void take_last_good(store::CacheReader& reader, const std::string& project_id, const std::string& why,
                    model::ReferenceData& data, LoadedReference& loaded) {
    std::string words = "The rule set of " + project_id + " is ignored: " + why;
    const auto kept = reader.value(last_good_key(project_id));
    const auto json = kept && *kept ? base::parse_json(**kept, "last good rule set") : base::Result<Json>(Json());
    auto rules = json ? model::rule_set_from_json(*json) : base::Result<model::RuleSet>(json.error());
    if (kept && *kept && rules) {
        words += " Version " + std::to_string(rules->version) + ", the last good one, stays in force.";
        rules->project_id = project_id;
        data.rule_sets.push_back(std::move(*rules));
    } else {
        words += " The defaults are in force.";
    }
    loaded.problems.push_back(words);
    loaded.rule_problems.push_back(std::move(words));
}

}  // namespace

model::Heartbeat read_heartbeat(const std::string& id, const Json& fields) {
    model::Heartbeat beat;
    beat.device_id = id;
    beat.owner_uid = value::text_at(fields, "owner_uid");
    beat.app_version = value::text_at(fields, "app_version");
    beat.platform = value::text_at(fields, "platform");
    beat.network = value::text_at(fields, "network");
    beat.last_error = value::text_at(fields, "last_error");
    beat.last_seen = value::timestamp_at(fields, "last_seen");
    beat.battery = value::number_at(fields, "battery");
    if (const auto left = value::number_at(fields, "storage_left_bytes"))
        beat.storage_left_bytes = static_cast<int64_t>(*left);
    if (const Json* queue = value::member(fields, "queue")) {
        if (const Json* counts = value::as_map(*queue)) {
            for (const auto& [status, count] : counts->items())
                beat.queue[status] = value::as_integer(count).value_or(0);
        }
    }
    return beat;
}

base::Result<LoadedReference> load_reference(store::CacheReader& reader, const Profile& profile) {
    LoadedReference loaded;
    auto data = std::make_shared<model::ReferenceData>();
    auto& problems = loaded.problems;
    std::vector<std::pair<std::string, std::string>> broken_rules;  // project, what is wrong
    LINESMAN_TRY(each_document(reader, kProjects, problems, [&](const std::string& id, const Json& fields) {
        data->projects.push_back(read_project(id, fields, problems));
    }));
    data->projects_known = !data->projects.empty();
    LINESMAN_TRY(each_document(reader, profile.planned, problems, [&](const std::string& id, const Json& fields) {
        if (auto pole = read_planned(id, fields)) {
            data->planned.push_back(std::move(*pole));
        } else {
            problems.push_back("The planned pole " + id + " has no position and is left out.");
        }
    }));
    LINESMAN_TRY(each_document(reader, kRuleSets, problems, [&](const std::string& id, const Json& fields) {
        const Json plain = value::fields_to_plain(fields);
        auto rules = model::rule_set_from_json(plain);
        if (rules) {
            rules->project_id = id;
            data->rule_sets.push_back(std::move(*rules));
            loaded.good_rules[last_good_key(id)] = base::to_text(plain);
        } else {
            broken_rules.emplace_back(id, rules.error().what);
        }
    }));
    for (const auto& [id, why] : broken_rules) take_last_good(reader, id, why, *data, loaded);
    LINESMAN_TRY(each_document(reader, profile.pole_keys, problems, [&](const std::string& id, const Json& fields) {
        data->production_numbers[id] = value::text_at(fields, "production_id");
    }));
    LINESMAN_TRY(each_document(reader, kIgnores, problems, [&](const std::string& id, const Json& fields) {
        // Taken back: kept as a record that it was ignored once.
        if (!value::boolean_at(fields, "active", true)) return;
        data->ignores[id] = {value::text_at(fields, "reason"), value::text_at(fields, "by")};
    }));
    LINESMAN_TRY(each_document(reader, kPeople, problems, [&](const std::string& id, const Json& fields) {
        loaded.people.push_back({id, value::text_at(fields, "name"), value::text_at(fields, "crew"),
                                 value::text_at(fields, "contractor"), value::text_at(fields, "phone")});
    }));
    LINESMAN_TRY(each_document(reader, kDevices, problems, [&](const std::string& id, const Json& fields) {
        loaded.heartbeats.push_back(read_heartbeat(id, fields));
    }));
    loaded.data = std::move(data);
    return loaded;
}

bool is_reference_collection(std::string_view collection, const Profile& profile) {
    return collection == kProjects || collection == profile.planned || collection == kRuleSets ||
           collection == profile.pole_keys || collection == kIgnores || collection == kPeople || collection == kDevices;
}

}  // namespace linesman::app
