#include "model/rules/registry.h"

#include "model/geo.h"

namespace linesman::model {

// Distance between the capture and the planned pole of its number. Beyond the error threshold the rule set's severity
// counts, between the two thresholds it is a warning at most. Silent when no planned pole has the number.
void planned_distance(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (!capture.plausible_gps || capture.number == 0 || !context.is_on(Rule::planned_distance)) return;
    const PlannedPole* pole = context.reference.planned(context.text(capture.project), context.text(capture.number));
    if (!pole) return;
    const double distance = distance_m(capture.gps, pole->position);
    const RuleSet& rules = context.rules;
    if (distance <= std::min(rules.planned_warning_m, rules.planned_error_m)) return;
    const bool is_error = distance > rules.planned_error_m;
    Draft draft;
    draft.rule = Rule::planned_distance;
    draft.field = "gpsLocation";
    draft.value = metres(distance);
    draft.threshold = metres(is_error ? rules.planned_error_m : rules.planned_warning_m);
    draft.at_most = is_error ? Severity::blocking : Severity::warning;
    draft.message = "The capture is " + draft.value + " from the planned place of " +
                    shown(context.text(capture.number)) + " (more than " + draft.threshold +
                    "). Check whether the number or the position is wrong.";
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
