// The reference data as rules look it up: projects by id, compiled rule sets by project, planned poles by number and by
// place, photo sizes by content, numbers in production. Keeps the ReferenceData alive that it points into.
//
// Thread: built once, then read from any thread; the put_ functions belong to the validator's queue.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/reference_data.h"
#include "model/rules/cell_grid.h"
#include "model/rules/number_pattern.h"
#include "model/rules/row_groups.h"

namespace linesman::model {

// A rule set with its patterns compiled. A pattern that cannot be compiled matches nothing and is named in
// `bad_patterns`.
struct CompiledRules {
    RuleSet rules;
    std::vector<NumberPattern> patterns;
    std::vector<std::string> bad_patterns;
    explicit CompiledRules(RuleSet from);
};

// Keys that two texts make together, found without building a string.
struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

class ReferenceIndex {
  public:
    explicit ReferenceIndex(std::shared_ptr<const ReferenceData> data);

    const ReferenceData& data() const { return *data_; }
    const Project* project(std::string_view id) const;
    // Whether the point lies inside the project's boundary, its edge included; boxes around it are looked at first.
    // The project must be one of this index and have a boundary.
    bool is_inside_boundary(const Project& project, GeoPoint point) const;
    bool projects_known() const { return data_->projects_known; }
    // The project's own rule set, else the one without a project, else the defaults.
    const CompiledRules& rules_of(std::string_view project_id) const;
    bool has_own_rules(std::string_view project_id) const { return own_rules_.contains(project_id); }
    // The largest duplicate radius of any rule set.
    double largest_radius_m() const { return largest_radius_m_; }

    // The planned pole of that project (or of no project) with that canonical number; nullptr when none. Of several the
    // first.
    const PlannedPole* planned(std::string_view project_id, std::string_view number) const;
    struct Nearest {
        const PlannedPole* pole = nullptr;
        double distance_m = 0;
    };
    // The nearest planned pole of that project (or of no project) but `own`, when nearer than `within_m` (cut to
    // kMaxSearch_m).
    Nearest nearest_planned(GeoPoint point, std::string_view project_id, const PlannedPole* own, double within_m) const;
    static constexpr double kMaxSearch_m = 300;

    bool has_production_numbers() const { return !production_.empty(); }
    // Production id that holds the key, or nullptr.
    const std::string* production_of(const std::string& pole_key) const;
    void put_production(const std::string& pole_key, const std::string& production_id);

    const PhotoSize* photo_size(uint64_t photo) const;
    bool has_photo_sizes() const { return !photo_sizes_.empty(); }
    void put_photo_size(uint64_t photo, PhotoSize size) { photo_sizes_[photo] = size; }

    const ReferenceData::Ignore* ignore_of(const std::string& finding_id) const;
    bool has_ignores() const { return !ignores_.empty(); }
    void put_ignore(const std::string& finding_id, ReferenceData::Ignore ignore);
    void remove_ignore(const std::string& finding_id) { ignores_.erase(finding_id); }

  private:
    template <typename T>
    using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

    std::shared_ptr<const ReferenceData> data_;
    TextMap<const Project*> projects_;
    struct Box {
        double south = 90, north = -90, west = 180, east = -180;  // degrees
    };
    static Box box_around(const MultiPolygon& area);
    std::unordered_map<const Project*, Box> boxes_;  // around boundaries
    TextMap<CompiledRules> own_rules_;
    CompiledRules default_rules_;
    double largest_radius_m_ = 0;
    TextMap<TextMap<const PlannedPole*>> planned_by_number_;  // project -> canonical number
    CellGrid planned_grid_{50};
    HashedGroups planned_cells_;
    std::unordered_map<std::string, std::string> production_;
    std::unordered_map<uint64_t, PhotoSize> photo_sizes_;
    std::unordered_map<std::string, ReferenceData::Ignore> ignores_;
};

}  // namespace linesman::model
