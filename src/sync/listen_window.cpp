#include "sync/listen_window.h"

#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::Json;

constexpr const char* kListKey = "listen.targets";

std::string database_of(const Endpoints& endpoints) {
    return "projects/" + endpoints.project_id + "/databases/" + endpoints.database;
}

std::string target_key(int64_t id) {
    return "listen.target." + std::to_string(id);
}

std::string members_prefix(int64_t id) {
    return "listen.members." + std::to_string(id) + ".";
}

std::optional<ListenTarget> target_from(const Json& json, int64_t id) {
    ListenTarget target;
    target.id = id;
    const auto from = base::int_at(json, "from_us"), until = base::int_at(json, "until_us");
    if (!from || !until) return std::nullopt;
    target.from = {*from};
    target.until = {*until};
    target.window.collection = base::string_at(json, "collection").value_or("");
    target.window.field = base::string_at(json, "field").value_or("");
    target.window.project_field = base::string_at(json, "project_field").value_or("");
    if (const Json* projects = base::find(json, "projects"); projects && projects->is_array()) {
        for (const auto& project : *projects) {
            if (project.is_string()) target.window.projects.push_back(project.get<std::string>());
        }
    }
    target.token = base::string_at(json, "token").value_or("");
    target.read_time = base::string_at(json, "read_time").value_or("");
    return target;
}

base::Result<std::optional<ListenTarget>> load_target(PullEnvironment& environment, int64_t id) {
    auto& reader = environment.cache.read();
    const auto text = reader.value(target_key(id));
    if (!text) return text.error();
    const auto json = *text ? base::parse_json(**text, "A saved window") : base::Result<Json>(Json());
    auto target = json ? target_from(*json, id) : std::nullopt;
    if (!target) return std::optional<ListenTarget>{};
    const int64_t pieces = base::int_at(*json, "pieces").value_or(0);
    for (int64_t piece = 0; piece < pieces; ++piece) {
        const auto members = reader.value(members_prefix(id) + std::to_string(piece));
        if (!members) return members.error();
        // Members that are not known any more would make every count differ: the window is opened anew.
        if (!*members || !target->members.load_piece(**members)) return std::optional<ListenTarget>{};
    }
    return target;
}

}  // namespace

std::string ListenWindow::key() const {
    std::string out = collection + "\n" + field;
    for (const auto& project : projects) out += "\n" + project;
    return out;
}

std::vector<ListenWindow> listen_windows(const ActiveScope& scope, const std::vector<PullTarget>& targets,
                                         size_t projects_per_query) {
    std::vector<ListenWindow> windows;
    for (const auto& target : targets) {
        std::vector<std::vector<std::string>> groups = {{}};
        if (!target.project_field.empty()) groups = scope.project_groups(projects_per_query);
        for (const auto& field : target.windows) {
            for (const auto& group : groups) windows.push_back({target.collection, field, target.project_field, group});
        }
    }
    return windows;
}

std::string add_target_message(const Endpoints& endpoints, const ListenTarget& target) {
    const ListenWindow& window = target.window;
    Json query = query_of(window.collection);
    std::vector<Json> filters;
    if (!window.projects.empty()) filters.push_back(any_of_filter(window.project_field, window.projects));
    filters.push_back(field_filter(window.field, "GREATER_THAN_OR_EQUAL", value::timestamp(target.from)));
    filters.push_back(field_filter(window.field, "LESS_THAN_OR_EQUAL", value::timestamp(target.until)));
    set_where(query, std::move(filters));
    set_order(query, window.field);
    Json add = {{"targetId", target.id},
                {"query", {{"parent", endpoints.documents_root()}, {"structuredQuery", std::move(query)}}}};
    if (!target.token.empty()) {
        add["resumeToken"] = target.token;
        add["expectedCount"] = target.members.size();
    }
    return base::to_text(Json{{"database", database_of(endpoints)}, {"addTarget", std::move(add)}});
}

std::string remove_target_message(const Endpoints& endpoints, int64_t id) {
    return base::to_text(Json{{"database", database_of(endpoints)}, {"removeTarget", id}});
}

base::Result<ListenState> load_listen_state(PullEnvironment& environment) {
    ListenState state;
    const auto text = environment.cache.read().value(kListKey);
    if (!text) return text.error();
    if (!*text) return state;
    const auto json = base::parse_json(**text, "The saved list of windows");
    if (!json) return state;
    state.next_id = std::max<int64_t>(base::int_at(*json, "next_id").value_or(2), 2);
    const Json* ids = base::find(*json, "ids");
    if (!ids || !ids->is_array()) return state;
    for (const auto& id : *ids) {
        if (!id.is_number_integer()) continue;
        auto target = load_target(environment, id.get<int64_t>());
        if (!target) return target.error();
        if (*target) state.targets.emplace((*target)->id, std::move(**target));
    }
    return state;
}

void save_target(ListenTarget& target, CacheValues& values) {
    target.members.save(members_prefix(target.id), values);
    const Json json = {{"collection", target.window.collection},
                       {"field", target.window.field},
                       {"project_field", target.window.project_field},
                       {"projects", target.window.projects},
                       {"from_us", target.from.us},
                       {"until_us", target.until.us},
                       {"token", target.token},
                       {"read_time", target.read_time},
                       {"pieces", target.members.pieces()}};
    values[target_key(target.id)] = base::to_text(json);
}

void forget_target(const ListenTarget& target, CacheValues& values) {
    values[target_key(target.id)] = std::nullopt;
    target.members.forget(members_prefix(target.id), values);
}

void save_target_list(const ListenState& state, CacheValues& values) {
    Json ids = Json::array();
    for (const auto& [id, target] : state.targets) ids.push_back(id);
    values[kListKey] = base::to_text(Json{{"ids", std::move(ids)}, {"next_id", state.next_id}});
}

}  // namespace linesman::sync
