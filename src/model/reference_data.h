// What captures are compared with besides one another: projects, planned poles, rule sets, what production already
// holds, what was ignored.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/project.h"
#include "model/rules/rule_set.h"

namespace linesman::model {

struct PhotoSize {
    uint32_t width = 0, height = 0;  // pixels
    bool operator==(const PhotoSize&) const = default;
};

// Immutable; replaced as a whole.
struct ReferenceData {
    std::vector<Project> projects;
    std::vector<PlannedPole> planned;
    std::vector<RuleSet> rule_sets;                                   // by project; defaults for the others
    std::unordered_map<std::string, std::string> production_numbers;  // pole_key_id -> production id
    struct Ignore {
        std::string reason, by;
    };
    std::unordered_map<std::string, Ignore> ignores;  // finding id -> why
    std::unordered_map<std::string, PhotoSize>
        photo_sizes;  // md5 as Storage writes it -> pixels; a photo not here is not judged by size
    bool projects_known =
        false;  // without any project document, an unknown project cannot be told from a known one; a blank one can
};

}  // namespace linesman::model
