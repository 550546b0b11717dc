// How the parts of a scope are cut into lanes.
#include "sync/mirror.h"
#include "sync/pull_query.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::Json;

// Document ids of phones are 20 characters of [A-Za-z0-9], evenly spread; other ids only make lanes of unequal length.
std::vector<std::string> id_boundaries(int ways) {
    static constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::vector<std::string> boundaries;
    for (int i = 1; i < ways; ++i)
        boundaries.emplace_back(1, kAlphabet[kAlphabet.size() * static_cast<size_t>(i) / static_cast<size_t>(ways)]);
    return boundaries;
}

void add_name_lanes(const PullEnvironment& environment, std::vector<Lane>& lanes, const std::string& id, size_t target,
                    const std::string& collection, const std::vector<Json>& filters, int ways) {
    const auto boundaries = id_boundaries(ways);
    std::string from;
    for (size_t i = 0; i <= boundaries.size(); ++i) {
        Lane lane;
        lane.id = id + "#" + std::to_string(i);
        lane.target = target;
        lane.filters = filters;
        lane.from_name = from;
        if (i < boundaries.size()) lane.to_name = environment.document_name(collection, boundaries[i]);
        from = lane.to_name;
        lanes.push_back(std::move(lane));
    }
}

// Cut into slices of time: a range of time cannot be combined with a range of names.
void add_decided_lanes(std::vector<Lane>& lanes, const std::string& id, size_t target,
                       const std::vector<Json>& project_filters, base::Timestamp from, base::Timestamp until,
                       bool open_end, int slices) {
    const int64_t width_us = std::max<int64_t>((until - from).us / slices, 1);
    for (int i = 0; i < slices; ++i) {
        const bool is_last = i + 1 == slices;
        Lane lane;
        lane.id = id + "#" + std::to_string(i);
        lane.target = target;
        lane.order_field = "validated_at";
        lane.filters = project_filters;
        lane.filters.push_back(field_filter("synced_to_production", "EQUAL", value::boolean(true)));
        lane.filters.push_back(field_filter("validated_at", "GREATER_THAN_OR_EQUAL",
                                            value::timestamp(from + base::Duration{width_us * i})));
        if (!is_last || !open_end) {  // the open end takes in phones whose clock is ahead
            const auto end = is_last ? until : from + base::Duration{width_us * (i + 1)};
            lane.filters.push_back(field_filter("validated_at", "LESS_THAN", value::timestamp(end)));
        }
        lanes.push_back(std::move(lane));
    }
}

}  // namespace

std::vector<Lane> lanes_for(const PullEnvironment& environment, const ActiveScope& scope,
                            const std::vector<PullTarget>& targets, bool with_decided) {
    std::vector<Lane> lanes;
    const int ways = environment.tuning.lanes_per_query;
    for (size_t t = 0; t < targets.size(); ++t) {
        const PullTarget& target = targets[t];
        if (target.project_field.empty()) {
            add_name_lanes(environment, lanes, target.collection, t, target.collection, {}, 1);
            continue;
        }
        const auto groups = scope.project_groups(environment.tuning.projects_per_query);
        for (const auto& group : groups) {
            std::string id = target.collection + "/" + (group.empty() ? std::string("*") : group.back());
            std::vector<Json> filters;
            if (!group.empty()) filters.push_back(any_of_filter(target.project_field, group));
            if (!target.is_staging) {
                add_name_lanes(environment, lanes, id, t, target.collection, filters, ways);
                continue;
            }
            std::vector<Json> open = filters;
            open.push_back(field_filter("synced_to_production", "EQUAL", value::boolean(false)));
            add_name_lanes(environment, lanes, id + "/open", t, target.collection, open, ways);
        }
    }
    if (with_decided && scope.scope.decided_days > 0) {
        auto decided = decided_lanes(environment, scope, targets, scope.decided_cutoff, std::nullopt);
        lanes.insert(lanes.end(), std::make_move_iterator(decided.begin()), std::make_move_iterator(decided.end()));
    }
    return lanes;
}

std::vector<Lane> decided_lanes(const PullEnvironment& environment, const ActiveScope& scope,
                                const std::vector<PullTarget>& targets, base::Timestamp from,
                                std::optional<base::Timestamp> until) {
    std::vector<Lane> lanes;
    for (size_t t = 0; t < targets.size(); ++t) {
        const PullTarget& target = targets[t];
        if (!target.is_staging) continue;
        for (const auto& group : scope.project_groups(environment.tuning.projects_per_query)) {
            const std::string id =
                target.collection + "/" + (group.empty() ? std::string("*") : group.back()) + "/decided";
            std::vector<Json> filters;
            if (!group.empty()) filters.push_back(any_of_filter(target.project_field, group));
            const auto end = until.value_or(from + base::hours(24LL * std::max(scope.scope.decided_days, 1)));
            add_decided_lanes(lanes, id, t, filters, from, end, !until, environment.tuning.lanes_per_query);
        }
    }
    return lanes;
}

std::vector<Lane> unknown_project_lanes(const ActiveScope& scope, const std::vector<PullTarget>& targets) {
    std::vector<Lane> lanes;
    if (scope.scope.projects.empty() || scope.known_projects.empty()) return lanes;
    for (size_t t = 0; t < targets.size(); ++t) {
        const PullTarget& target = targets[t];
        if (!target.is_staging) continue;
        std::string after;  // the blank project is part of the first group already
        const auto add = [&](const std::string* before) {
            Lane lane;
            lane.id = target.collection + "/unknown/" + after;
            lane.target = t;
            lane.order_field = target.project_field;
            lane.filters.push_back(field_filter("synced_to_production", "EQUAL", value::boolean(false)));
            lane.filters.push_back(field_filter(target.project_field, "GREATER_THAN", value::text(after)));
            if (before) lane.filters.push_back(field_filter(target.project_field, "LESS_THAN", value::text(*before)));
            lanes.push_back(std::move(lane));
        };
        for (const auto& known : scope.known_projects) {
            if (known.empty()) continue;
            add(&known);
            after = known;
        }
        add(nullptr);
    }
    return lanes;
}

}  // namespace linesman::sync
