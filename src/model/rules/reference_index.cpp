#include "model/rules/reference_index.h"

#include "model/keys.h"
#include "model/rules/facts.h"

namespace linesman::model {
namespace {

RuleSet site_rules(const ReferenceData& data) {
    for (const RuleSet& rules : data.rule_sets) {
        if (rules.project_id.empty()) return rules;
    }
    return {};
}

}  // namespace

CompiledRules::CompiledRules(RuleSet from) : rules(std::move(from)) {
    for (const auto& source : rules.number_patterns) {
        auto pattern = NumberPattern::compile(source);
        if (pattern) {
            patterns.push_back(std::move(pattern).value());
        } else {
            bad_patterns.push_back(source);
        }
    }
}

ReferenceIndex::ReferenceIndex(std::shared_ptr<const ReferenceData> data)
    : data_(std::move(data)), default_rules_(site_rules(*data_)) {
    for (const Project& project : data_->projects) {
        projects_.try_emplace(project.id, &project);
        if (!project.boundary.empty()) boxes_[&project] = box_around(project.boundary);
    }
    largest_radius_m_ = default_rules_.rules.duplicate_radius_m;
    for (const RuleSet& rules : data_->rule_sets) {
        if (rules.project_id.empty()) continue;
        own_rules_.try_emplace(rules.project_id, rules);
        largest_radius_m_ = std::max(largest_radius_m_, rules.duplicate_radius_m);
    }
    for (size_t i = 0; i < data_->planned.size(); ++i) {
        const PlannedPole& pole = data_->planned[i];
        if (!is_plausible(pole.position)) continue;
        const std::string number = canonical_number(pole.pole_number);
        if (!number.empty()) planned_by_number_[pole.project_id].try_emplace(number, &pole);
        planned_cells_.insert(planned_grid_.key_of(pole.position), static_cast<FactRow>(i), std::less<>());
    }
    production_ = data_->production_numbers;
    ignores_ = data_->ignores;
    for (const auto& [md5, size] : data_->photo_sizes) photo_sizes_[photo_key(md5)] = size;
}

const Project* ReferenceIndex::project(std::string_view id) const {
    const auto it = projects_.find(id);
    return it == projects_.end() ? nullptr : it->second;
}

// Holes need no look: they lie inside.
ReferenceIndex::Box ReferenceIndex::box_around(const MultiPolygon& area) {
    constexpr double kEdge_deg = 1e-6;  // a decimetre: more than the tolerance of contains()
    Box box;
    for (const Polygon& polygon : area.polygons) {
        if (polygon.rings.empty()) continue;
        for (const GeoPoint point : polygon.rings.front()) {
            box.south = std::min(box.south, point.latitude - kEdge_deg);
            box.north = std::max(box.north, point.latitude + kEdge_deg);
            box.west = std::min(box.west, point.longitude - kEdge_deg);
            box.east = std::max(box.east, point.longitude + kEdge_deg);
        }
    }
    return box;
}

bool ReferenceIndex::is_inside_boundary(const Project& project, GeoPoint point) const {
    if (const auto it = boxes_.find(&project); it != boxes_.end()) {
        const Box& box = it->second;
        if (point.latitude < box.south || point.latitude > box.north || point.longitude < box.west ||
            point.longitude > box.east)
            return false;
    }
    return project.boundary.contains(point);
}

const CompiledRules& ReferenceIndex::rules_of(std::string_view project_id) const {
    const auto it = own_rules_.find(project_id);
    return it == own_rules_.end() ? default_rules_ : it->second;
}

const PlannedPole* ReferenceIndex::planned(std::string_view project_id, std::string_view number) const {
    if (number.empty()) return nullptr;
    for (const std::string_view project : {project_id, std::string_view{}}) {
        const auto numbers = planned_by_number_.find(project);
        if (numbers == planned_by_number_.end()) continue;
        const auto it = numbers->second.find(number);
        if (it != numbers->second.end()) return it->second;
    }
    return nullptr;
}

ReferenceIndex::Nearest ReferenceIndex::nearest_planned(GeoPoint point, std::string_view project_id,
                                                        const PlannedPole* own, double within_m) const {
    Nearest best{nullptr, std::min(within_m, kMaxSearch_m)};
    // Widening circles: usually a pole is found in the first, which is a few cells only.
    for (double radius = std::min(50.0, best.distance_m); radius > 0;) {
        planned_grid_.for_each_cell(point, radius, [&](uint64_t cell) {
            for (const uint32_t index : planned_cells_.rows(cell)) {
                const PlannedPole& pole = data_->planned[index];
                if (&pole == own || (pole.project_id != project_id && !pole.project_id.empty())) continue;
                const double distance = distance_m(point, pole.position);
                if (distance < best.distance_m) best = {&pole, distance};
            }
        });
        const double limit = std::min(within_m, kMaxSearch_m);
        if ((best.pole && best.distance_m <= radius) || radius >= limit) break;
        radius = std::min(radius * 2.5, limit);
    }
    return best;
}

const std::string* ReferenceIndex::production_of(const std::string& pole_key) const {
    const auto it = production_.find(pole_key);
    return it == production_.end() ? nullptr : &it->second;
}

void ReferenceIndex::put_production(const std::string& pole_key, const std::string& production_id) {
    if (production_id.empty()) {
        production_.erase(pole_key);
    } else {
        production_[pole_key] = production_id;
    }
}

const PhotoSize* ReferenceIndex::photo_size(uint64_t photo) const {
    const auto it = photo_sizes_.find(photo);
    return it == photo_sizes_.end() ? nullptr : &it->second;
}

const ReferenceData::Ignore* ReferenceIndex::ignore_of(const std::string& finding_id) const {
    const auto it = ignores_.find(finding_id);
    return it == ignores_.end() ? nullptr : &it->second;
}

void ReferenceIndex::put_ignore(const std::string& finding_id, ReferenceData::Ignore ignore) {
    ignores_[finding_id] = std::move(ignore);
}

}  // namespace linesman::model
