#include "sync/pull_state.h"

#include <charconv>

#include "sync/change_aggregator.h"
#include "sync/window_pull.h"

namespace linesman::sync {

using base::Json;

base::Result<PullState> load_pull_state(PullEnvironment& environment) {
    auto& reader = environment.cache.read();
    auto labels = reader.value(kLabelsKey);
    if (!labels) return labels.error();
    if (*labels) {
        const auto parsed = base::parse_json(**labels, "The list of labels");
        if (parsed && parsed->is_array()) {
            for (const auto& label : *parsed) {
                if (label.is_string()) environment.labels.insert(label.get<std::string>());
            }
        }
    }
    PullState state;
    auto saved = reader.value(kStateKey);
    if (!saved) return saved.error();
    if (!*saved) return state;
    const auto json = base::parse_json(**saved, "The saved state of the sync");
    const Json* scope = json ? base::find(*json, "scope") : nullptr;
    const auto cutoff = json ? base::int_at(*json, "cutoff_us") : std::nullopt;
    if (!scope || !cutoff) return state;
    state.mirrored = base::bool_at(*json, "mirrored").value_or(false);
    state.active.scope = pull_scope_from_json(*scope);
    state.active.decided_cutoff = {*cutoff};
    if (const auto swept = base::int_at(*json, "swept_us")) state.swept_at = base::Timestamp{*swept};
    auto projects = cached_projects(environment);
    if (!projects) return projects.error();
    state.active.known_projects = std::move(*projects);
    return state;
}

std::string pull_state_text(const PullState& state) {
    Json json = {{"mirrored", state.mirrored},
                 {"scope", to_json(state.active.scope)},
                 {"cutoff_us", state.active.decided_cutoff.us}};
    if (state.swept_at) json["swept_us"] = state.swept_at->us;
    return base::to_text(json);
}

base::Result<std::set<std::string, std::less<>>> cached_projects(PullEnvironment& environment) {
    auto names = environment.cache.read().names(environment.names.projects, {}, INT64_MAX);
    if (!names) return names.error();
    return std::set<std::string, std::less<>>(names->begin(), names->end());
}

base::Result<std::optional<base::Timestamp>> saved_cursor(PullEnvironment& environment, const std::string& collection) {
    auto text = environment.cache.read().value(cursor_key(collection));
    if (!text) return text.error();
    if (!*text) return std::optional<base::Timestamp>{};
    int64_t us = 0;
    const auto& word = **text;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), us);
    if (error != std::errc{} || end != word.data() + word.size()) return std::optional<base::Timestamp>{};
    return std::optional(base::Timestamp{us});
}

base::Result<size_t> drop_out_of_scope(PullEnvironment& environment, const ActiveScope& scope,
                                       const std::vector<PullTarget>& targets) {
    size_t dropped = 0;
    ChangeAggregator batch;
    for (const auto& target : targets) {
        if (target.project_field.empty()) continue;
        std::vector<std::pair<std::string, base::Timestamp>> leaving;
        auto read = environment.cache.read().for_each(target.collection, [&](const store::DocumentView& document) {
            if (!scope.place(target, document.fields).keep)
                leaving.emplace_back(document.id, document.update_time_parsed);
            return true;
        });
        if (!read) return read.error();
        for (const auto& [id, version] : leaving) batch.remove(target.collection, id, version, false);
        dropped += leaving.size();
    }
    if (auto applied = apply_batch(environment, batch, false); !applied) return applied.error();
    return dropped;
}

}  // namespace linesman::sync
