// Findings: what the rules say about a capture. A finding is data; its id is stable, so that "ignored, because"
// survives every re-validation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linesman::model {

// blocking: approval is impossible (no GPS, unknown or blank project, number already in production).
// error: approval needs an override with a reason. warning: approval is free.
enum class Severity : uint8_t { none, warning, error, blocking };

// One bit each in the columns' finding mask, so append only and keep below 32.
enum class Rule : uint8_t {
    number_missing,
    number_format,
    number_prefix,
    project_unknown,
    duplicate_number,
    duplicate_number_other_project,
    number_in_production,
    duplicate_upload,
    near_duplicate,
    gps_missing,
    gps_accuracy,
    gps_country,
    gps_boundary,
    planned_distance,
    planned_nearer_other,
    photos_missing,
    photo_too_small,
    photo_reused,
    time_future,
    time_too_old,
    time_after_submission,
    time_photo_far,
    speed_impossible,
    field_too_large,
    field_not_text,
    document_unreadable,
    device_reported,  // an entry of validation_errors written by somebody else
};
inline constexpr size_t kRuleCount = 27;

using RuleMask = uint32_t;
constexpr RuleMask bit(Rule rule) {
    return RuleMask{1} << static_cast<unsigned>(rule);
}

std::string_view code_of(Rule rule);   // "gps_accuracy": wire and command line
std::string_view title_of(Rule rule);  // "GPS accuracy": screen
std::optional<Rule> rule_from_code(std::string_view code);
std::string_view name_of(Severity severity);
std::optional<Severity> severity_from_name(std::string_view name);

struct Finding {
    Rule rule{};
    Severity severity = Severity::none;
    std::string field;    // "poleNumber", "gpsLocation", "photos.front", "general"
    std::string message;  // for the supervisor: the value, the threshold, what to do
    std::string id;       // stable: finding_id() below
    bool ignored = false;
    std::string ignore_reason;
    // Captures this finding is about besides its own (duplicates, reused photos): staging ids, sorted.
    std::vector<std::string> others;
    // For "explain": the measured value and the threshold it broke, as shown.
    std::string value;
    std::string threshold;

    bool operator==(const Finding&) const = default;
};

// First 16 hex digits of SHA-256 over staging id, rule code, field and discriminator, joined by newlines. The
// discriminator is what makes two findings of one rule on one field different (the other capture's upload key);
// thresholds and messages do not enter, so that a changed threshold keeps the id.
std::string finding_id(std::string_view staging_id, Rule rule, std::string_view field, std::string_view discriminator);

// The worst severity among findings that are not ignored.
Severity worst_of(const std::vector<Finding>& findings);

}  // namespace linesman::model
