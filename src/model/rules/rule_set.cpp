#include "model/rules/rule_set.h"

#include <cmath>

#include "base/ids.h"
#include "model/rules/number_pattern.h"
#include "model/slot.h"

namespace linesman::model {
namespace {

using base::Json;

struct NumberField {
    const char* key;
    double RuleSet::*member;
    double least, most;
};

constexpr double kMaxMetres = 1e6;
// The radius decides how much ground is searched for each capture; 50 m is ten times what the domain facts ask for.
constexpr NumberField kNumbers[] = {
    {"maxAccuracyM", &RuleSet::max_accuracy_m, 0, kMaxMetres},
    {"minLatitude", &RuleSet::min_latitude, -90, 90},
    {"maxLatitude", &RuleSet::max_latitude, -90, 90},
    {"minLongitude", &RuleSet::min_longitude, -180, 180},
    {"maxLongitude", &RuleSet::max_longitude, -180, 180},
    {"plannedWarningM", &RuleSet::planned_warning_m, 0, kMaxMetres},
    {"plannedErrorM", &RuleSet::planned_error_m, 0, kMaxMetres},
    {"duplicateRadiusM", &RuleSet::duplicate_radius_m, 0, 50},
    {"minPhotoWidth", &RuleSet::min_photo_width, 0, 100'000},
    {"minPhotoHeight", &RuleSet::min_photo_height, 0, 100'000},
    {"photoTimeSlackMin", &RuleSet::photo_time_slack_min, 0, 1e7},
    {"futureSlackMin", &RuleSet::future_slack_min, 0, 1e7},
    {"maxSpeedKmh", &RuleSet::max_speed_kmh, 0, 1e6},
};

base::Error bad(std::string_view key, std::string_view why) {
    std::string what = "The rule set cannot be used: ";
    what += key;
    what += " ";
    what += why;
    return base::make_error(base::ErrorKind::corrupt, what + ". Correct it in the rule set.");
}

base::Status read_whole(const Json& json, const char* key, int64_t least, int64_t most, int64_t& out) {
    const Json* value = base::find(json, key);
    if (!value) return {};
    if (!value->is_number_integer()) return bad(key, "is not a whole number");
    if (value->is_number_unsigned() && value->get<uint64_t>() > static_cast<uint64_t>(INT64_MAX))
        return bad(key, "is out of range");
    const auto number = value->get<int64_t>();
    if (number < least || number > most) return bad(key, "is out of range");
    out = number;
    return {};
}

base::Status read_patterns(const Json& json, RuleSet& rules) {
    const Json* value = base::find(json, "numberPatterns");
    if (!value) return {};
    if (!value->is_array() || value->size() > 32) return bad("numberPatterns", "is not a list of at most 32 patterns");
    rules.number_patterns.clear();
    for (const Json& entry : *value) {
        if (!entry.is_string()) return bad("numberPatterns", "holds something that is not text");
        const auto& source = entry.get_ref<const std::string&>();
        if (const auto pattern = NumberPattern::compile(source); !pattern)
            return base::make_error(base::ErrorKind::corrupt, pattern.error().what, "numberPatterns");
        rules.number_patterns.push_back(source);
    }
    return {};
}

base::Status read_photos(const Json& json, RuleSet& rules) {
    const Json* value = base::find(json, "requiredPhotos");
    if (!value) return {};
    if (!value->is_array()) return bad("requiredPhotos", "is not a list of photo slots");
    rules.required_photos = 0;
    for (const Json& entry : *value) {
        const auto slot = entry.is_string() ? slot_from_key(entry.get_ref<const std::string&>()) : std::nullopt;
        if (!slot) return bad("requiredPhotos", "names a photo slot that does not exist");
        rules.required_photos = static_cast<uint8_t>(rules.required_photos | bit(*slot));
    }
    return {};
}

base::Status read_severities(const Json& json, RuleSet& rules) {
    const Json* value = base::find(json, "severities");
    if (!value) return {};
    if (!value->is_object()) return bad("severities", "is not a map of rules to severities");
    for (const auto& [code, name] : value->items()) {
        const auto rule = rule_from_code(code);
        if (!rule) continue;  // a rule of a newer version
        const auto severity = name.is_string() ? severity_from_name(name.get_ref<const std::string&>()) : std::nullopt;
        if (!severity) return bad("severities." + code, "is none of none, warning, error, blocking");
        rules.severities[static_cast<size_t>(*rule)] = *severity;
    }
    return {};
}

}  // namespace

std::array<Severity, kRuleCount> RuleSet::default_severities() {
    std::array<Severity, kRuleCount> out;
    out.fill(Severity::warning);
    const auto set = [&](Rule rule, Severity severity) { out[static_cast<size_t>(rule)] = severity; };
    // Blocking by contract; an unreadable document has neither position nor project.
    for (const Rule rule :
         {Rule::gps_missing, Rule::project_unknown, Rule::number_in_production, Rule::document_unreadable})
        set(rule, Severity::blocking);
    for (const Rule rule :
         {Rule::number_format, Rule::duplicate_number, Rule::duplicate_upload, Rule::gps_country, Rule::gps_boundary,
          Rule::planned_distance, Rule::photos_missing, Rule::field_too_large, Rule::field_not_text})
        set(rule, Severity::error);
    // Times stay warnings: a wrong device clock is no fault of the pole; the worker has to be told, the capture can
    // stand.
    return out;
}

base::Json to_json(const RuleSet& rules) {
    Json json = {{"projectId", rules.project_id},
                 {"version", rules.version},
                 {"numberPatterns", rules.number_patterns},
                 {"maxTextBytes", rules.max_text_bytes}};
    for (const NumberField& field : kNumbers) json[field.key] = rules.*field.member;
    Json& photos = json["requiredPhotos"] = Json::array();
    for (const Slot slot : kSlots) {
        if ((rules.required_photos & bit(slot)) != 0) photos.push_back(name_of(slot));
    }
    Json& severities = json["severities"] = Json::object();
    for (size_t i = 0; i < kRuleCount; ++i)
        severities[std::string(code_of(static_cast<Rule>(i)))] = name_of(rules.severities[i]);
    return json;
}

base::Result<RuleSet> rule_set_from_json(const base::Json& json) {
    if (!json.is_object()) return bad("the document", "is not a map");
    RuleSet rules;
    if (const Json* project = base::find(json, "projectId")) {
        if (!project->is_string()) return bad("projectId", "is not text");
        rules.project_id = project->get<std::string>();
    }
    LINESMAN_TRY(read_whole(json, "version", 0, INT64_MAX, rules.version));
    LINESMAN_TRY(read_whole(json, "maxTextBytes", 1, 1 << 20, rules.max_text_bytes));
    for (const NumberField& field : kNumbers) {
        const Json* value = base::find(json, field.key);
        if (!value) continue;
        if (!value->is_number()) return bad(field.key, "is not a number");
        const auto number = value->get<double>();
        if (!(number >= field.least && number <= field.most)) return bad(field.key, "is out of range");
        rules.*field.member = number;
    }
    if (rules.min_latitude > rules.max_latitude) return bad("minLatitude", "is larger than maxLatitude");
    if (rules.min_longitude > rules.max_longitude) return bad("minLongitude", "is larger than maxLongitude");
    if (rules.planned_warning_m > rules.planned_error_m) return bad("plannedWarningM", "is larger than plannedErrorM");
    LINESMAN_TRY(read_patterns(json, rules));
    LINESMAN_TRY(read_photos(json, rules));
    LINESMAN_TRY(read_severities(json, rules));
    return rules;
}

std::string hash_of(const RuleSet& rules) {
    return base::sha256_hex(base::to_text(to_json(rules)));
}

}  // namespace linesman::model
