#include "model/rules/registry.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace linesman::model {
namespace {

constexpr std::array<RuleFunction, 20> kRules = {
    number_format,    number_prefix,    project_known,        duplicate_number, number_in_production,
    duplicate_upload, near_duplicate,   gps_present,          gps_accuracy,     gps_country,
    gps_boundary,     planned_distance, planned_nearer_other, photos_complete,  photo_too_small,
    photo_reused,     capture_times,    speed_impossible,     field_limits,     device_reported,
};

}  // namespace

std::span<const RuleFunction> all_rules() {
    return kRules;
}

std::vector<Finding> judge(FactRow row, const CaptureIndex& captures, const ReferenceIndex& reference,
                           base::Timestamp now, const CompiledRules* candidate) {
    std::vector<Finding> out;
    const CaptureFacts& facts = captures.at(row);
    if (!facts.alive) return out;
    const std::string_view project_id = captures.text(facts.project);
    const CompiledRules& compiled = candidate ? *candidate : reference.rules_of(project_id);
    const RuleContext context{compiled, compiled.rules, reference.project(project_id), reference, captures, now};
    if (facts.unreadable) {
        // Nothing else is known about it; a list of everything that is missing would only hide the reason.
        document_unreadable(facts, context, out);
    } else {
        for (const RuleFunction rule : kRules) rule(facts, context, out);
    }
    const auto key = [](const Finding& f) {
        return std::tuple(-static_cast<int>(f.severity), static_cast<int>(f.rule), std::string_view(f.field),
                          std::string_view(f.id));
    };
    if (out.size() > 1)
        std::sort(out.begin(), out.end(), [&](const Finding& a, const Finding& b) { return key(a) < key(b); });
    return out;
}

}  // namespace linesman::model
