// Thresholds and severities of one project (`rule-sets/{projectId}`), with the defaults of the domain facts.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/finding.h"

namespace linesman::model {

struct RuleSet {
    std::string project_id;  // empty = the defaults
    int64_t version = 0;
    std::vector<std::string> number_patterns = {R"(^[A-Z]{2,4}\.P\.[A-Z]\d{3,4}$)"};
    double max_accuracy_m = 15;
    double min_latitude = -35, max_latitude = -22, min_longitude = 16, max_longitude = 33;  // country box
    double planned_warning_m = 50, planned_error_m = 100;
    double duplicate_radius_m = 5;
    double min_photo_width = 1024, min_photo_height = 768;
    double photo_time_slack_min = 60;  // a photo further from its capture than this is flagged
    double future_slack_min = 10;      // clocks may run ahead by this
    double max_speed_kmh = 150;
    int64_t max_text_bytes = 4096;
    uint8_t required_photos = 0x3F;  // SlotMask
    std::array<Severity, kRuleCount> severities = default_severities();

    static std::array<Severity, kRuleCount> default_severities();
    Severity severity(Rule rule) const { return severities[static_cast<size_t>(rule)]; }
    bool operator==(const RuleSet&) const = default;
};

// Canonical JSON and back. Unknown keys are ignored; absent keys keep their defaults; values of a wrong type or out of
// range, and patterns that cannot be compiled, are corrupt, naming the key. Keys are camelCase as in the other
// documents; `severities` maps rule codes to names of severities and may be partial. Writing gives every key.
base::Json to_json(const RuleSet& rules);
base::Result<RuleSet> rule_set_from_json(const base::Json& json);

// Hex SHA-256 of the canonical JSON: `review.rules`.
std::string hash_of(const RuleSet& rules);

}  // namespace linesman::model
