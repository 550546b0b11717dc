#include "model/finding.h"

#include <algorithm>
#include <array>

#include "base/ids.h"

namespace linesman::model {
namespace {

struct RuleNames {
    std::string_view code, title;
};

// In the order of the enum.
constexpr std::array<RuleNames, kRuleCount> kRules = {{
    {"number_missing", "Pole number missing"},
    {"number_format", "Pole number format"},
    {"number_prefix", "Number of another project"},
    {"project_unknown", "Project unknown"},
    {"duplicate_number", "Duplicate pole number"},
    {"duplicate_number_other_project", "Number used in another project"},
    {"number_in_production", "Number already in production"},
    {"duplicate_upload", "Duplicate upload"},
    {"near_duplicate", "Another capture very near"},
    {"gps_missing", "Position missing"},
    {"gps_accuracy", "GPS accuracy"},
    {"gps_country", "Position outside the country"},
    {"gps_boundary", "Position outside the project"},
    {"planned_distance", "Distance to the planned pole"},
    {"planned_nearer_other", "Another planned pole is nearer"},
    {"photos_missing", "Photos missing"},
    {"photo_too_small", "Photo too small"},
    {"photo_reused", "Photo used on another pole"},
    {"time_future", "Captured in the future"},
    {"time_too_old", "Capture time too old"},
    {"time_after_submission", "Captured after submission"},
    {"time_photo_far", "Photo taken far from the capture time"},
    {"speed_impossible", "Impossible speed between captures"},
    {"field_too_large", "Field too large"},
    {"field_not_text", "Field of an unexpected type"},
    {"document_unreadable", "Document unreadable"},
    {"device_reported", "Reported by the device"},
}};

constexpr std::array<std::string_view, 4> kSeverities = {"none", "warning", "error", "blocking"};

}  // namespace

std::string_view code_of(Rule rule) {
    return kRules[static_cast<size_t>(rule)].code;
}
std::string_view title_of(Rule rule) {
    return kRules[static_cast<size_t>(rule)].title;
}

std::optional<Rule> rule_from_code(std::string_view code) {
    for (size_t i = 0; i < kRules.size(); ++i) {
        if (kRules[i].code == code) return static_cast<Rule>(i);
    }
    return std::nullopt;
}

std::string_view name_of(Severity severity) {
    return kSeverities[static_cast<size_t>(severity)];
}

std::optional<Severity> severity_from_name(std::string_view name) {
    for (size_t i = 0; i < kSeverities.size(); ++i) {
        if (kSeverities[i] == name) return static_cast<Severity>(i);
    }
    return std::nullopt;
}

std::string finding_id(std::string_view staging_id, Rule rule, std::string_view field, std::string_view discriminator) {
    const std::string_view code = code_of(rule);
    std::string text;
    text.reserve(staging_id.size() + code.size() + field.size() + discriminator.size() + 3);
    text += staging_id;
    for (const std::string_view part : {code, field, discriminator}) {
        text += '\n';
        text += part;
    }
    const auto digest = base::sha256(text);
    return base::hex({reinterpret_cast<const char*>(digest.data()), 8});
}

Severity worst_of(const std::vector<Finding>& findings) {
    Severity worst = Severity::none;
    for (const Finding& finding : findings) {
        if (!finding.ignored) worst = std::max(worst, finding.severity);
    }
    return worst;
}

}  // namespace linesman::model
