#include "sync/pull_scope.h"

#include <algorithm>

#include "sync/dom_value.h"

namespace linesman::sync {
namespace {

struct Placed {
    std::string project;
    bool synced = false;
    std::optional<base::Timestamp> validated_at;
};

namespace od = simdjson::ondemand;

// Whether the value holds that one tag and nothing else; then it is read.
template <typename T>
bool read_plain_value(od::value value, std::string_view wanted_tag, T& out) {
    od::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return false;
    size_t members = 0;
    for (auto field : object) {
        std::string_view tag;
        if (field.unescaped_key().get(tag) != simdjson::SUCCESS || tag != wanted_tag || ++members > 1) return false;
        if (field.value().get(out) != simdjson::SUCCESS) return false;
    }
    return members == 1;
}

// Nearly every document: an open capture, a project that is text. The others are left to read_any(). Passing by what is
// not needed takes half the time of reading all of it, and every document of a first sync is placed.
std::optional<Placed> read_plain(const PullTarget& target, std::string_view fields_json) {
    static thread_local od::parser parser;
    static thread_local std::string text;
    text.reserve(fields_json.size() + simdjson::SIMDJSON_PADDING);
    text.assign(fields_json);
    od::document document;
    od::object fields;
    if (parser.iterate(text.data(), text.size(), text.capacity()).get(document) != simdjson::SUCCESS ||
        document.get_object().get(fields) != simdjson::SUCCESS)
        return std::nullopt;
    std::optional<std::string_view> project;
    std::optional<bool> synced;
    for (auto field : fields) {
        std::string_view name;
        if (field.unescaped_key().get(name) != simdjson::SUCCESS) return std::nullopt;
        if (name == target.project_field && !project) {
            if (!read_plain_value(field.value(), "stringValue", project.emplace())) return std::nullopt;
        } else if (target.is_staging && name == "synced_to_production" && !synced) {
            if (!read_plain_value(field.value(), "booleanValue", synced.emplace()) || *synced) return std::nullopt;
        }
    }
    if (!project || (target.is_staging && !synced)) return std::nullopt;
    return Placed{std::string(*project), false, {}};
}

Placed read_any(const PullTarget& target, std::string_view fields_json) {
    static thread_local simdjson::dom::parser parser;
    Placed placed;
    simdjson::dom::object fields;
    if (parser.parse(fields_json.data(), fields_json.size(), true).get(fields) != simdjson::SUCCESS) return placed;
    simdjson::dom::element member;
    if (fields[target.project_field].get(member) == simdjson::SUCCESS) {
        if (const auto text = dom::text(dom::typed(member))) placed.project.assign(*text);
    }
    if (!target.is_staging) return placed;
    if (fields["synced_to_production"].get(member) == simdjson::SUCCESS) {
        placed.synced = dom::boolean(dom::typed(member)).value_or(false);
    }
    if (placed.synced && fields["validated_at"].get(member) == simdjson::SUCCESS) {
        placed.validated_at = dom::timestamp(dom::typed(member));
    }
    return placed;
}

// Reads only what placement needs.
Placed read_placed(const PullTarget& target, std::string_view fields_json) {
    auto plain = read_plain(target, fields_json);
    return plain ? std::move(*plain) : read_any(target, fields_json);
}

}  // namespace

std::vector<PullTarget> pull_targets(const CollectionNames& names) {
    return {
        {names.projects, "", {"updated_at"}, Pace::reference, false},
        {names.rule_sets, "", {"updated_at"}, Pace::reference, false},
        {names.people, "", {"updated_at"}, Pace::reference, false},
        {names.ignores, "", {"updated_at"}, Pace::live, false},
        {names.devices, "", {"updated_at"}, Pace::live, false},
        {names.commands, "", {"updated_at"}, Pace::live, false},
        {names.planned, "projectId", {"updated_at"}, Pace::reference, false},
        {names.pole_keys, "projectId", {"updated_at"}, Pace::live, false},
        {names.staging, "projectId", {"updated_at", "submitted_at", "validated_at"}, Pace::staging, true},
    };
}

bool ActiveScope::has_project(std::string_view project) const {
    if (scope.projects.empty() || project.empty()) return true;
    if (std::ranges::find(scope.projects, project) != scope.projects.end()) return true;
    return !known_projects.empty() && !known_projects.contains(project);
}

Placement ActiveScope::place(const PullTarget& target, std::string_view fields_json) const {
    if (target.project_field.empty()) return {};
    const Placed placed = read_placed(target, fields_json);
    const bool in_project = has_project(placed.project);
    if (!target.is_staging) return {in_project, placed.project};
    if (!placed.synced) return {in_project, open_label(placed.project)};
    const bool recent = scope.decided_days > 0 && placed.validated_at && *placed.validated_at >= decided_cutoff;
    return {in_project && recent, decided_label(placed.project)};
}

std::vector<std::vector<std::string>> ActiveScope::project_groups(size_t at_most) const {
    if (scope.projects.empty()) return {{}};
    std::vector<std::vector<std::string>> groups(1);
    groups[0].emplace_back();
    for (const auto& project : scope.projects) {
        if (project.empty()) continue;
        if (groups.back().size() >= at_most) groups.emplace_back();
        groups.back().push_back(project);
    }
    return groups;
}

base::Timestamp decided_cutoff(const PullScope& scope, base::Timestamp now) {
    return now - base::hours(24 * static_cast<int64_t>(std::max(scope.decided_days, 0)));
}

std::string open_label(std::string_view project) {
    return std::string("open\n").append(project);
}
std::string decided_label(std::string_view project) {
    return std::string("decided\n").append(project);
}

base::Json to_json(const PullScope& scope) {
    return base::Json{{"projects", scope.projects}, {"decided_days", scope.decided_days}};
}

PullScope pull_scope_from_json(const base::Json& json) {
    PullScope scope;
    if (const base::Json* projects = base::find(json, "projects"); projects && projects->is_array()) {
        for (const auto& project : *projects) {
            if (project.is_string()) scope.projects.push_back(project.get<std::string>());
        }
    }
    scope.decided_days = static_cast<int>(base::int_at(json, "decided_days").value_or(scope.decided_days));
    return scope;
}

}  // namespace linesman::sync
