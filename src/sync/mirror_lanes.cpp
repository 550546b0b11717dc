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

void add_decided_lanes(std::vector<Lane>& lanes, const std::string& id, size_t target,
                       const std::vector<Json>& project_filters, base::Timestamp cutoff, base::Timestamp now,
                       int slices) {
    const int64_t width_us = (now - cutoff).us / slices;
    for (int i = 0; i < slices; ++i) {
        Lane lane;
        lane.id = id + "#" + std::to_string(i);
        lane.target = target;
        lane.order_field = "validated_at";
        lane.filters = project_filters;
        lane.filters.push_back(field_filter("synced_to_production", "EQUAL", value::boolean(true)));
        lane.filters.push_back(field_filter("validated_at", "GREATER_THAN_OR_EQUAL",
                                            value::timestamp(cutoff + base::Duration{width_us * i})));
        // The last slice is open: a phone's clock may be ahead.
        if (i + 1 < slices) {
            lane.filters.push_back(field_filter("validated_at", "LESS_THAN",
                                                value::timestamp(cutoff + base::Duration{width_us * (i + 1)})));
        }
        lanes.push_back(std::move(lane));
    }
}

}  // namespace

std::vector<Lane> lanes_for(const PullEnvironment& environment, const ActiveScope& scope,
                            const std::vector<PullTarget>& targets) {
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
            if (scope.scope.decided_days <= 0) continue;
            add_decided_lanes(lanes, id + "/decided", t, filters, scope.decided_cutoff,
                              scope.decided_cutoff + base::hours(24 * scope.scope.decided_days), ways);
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
