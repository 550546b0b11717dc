#include "model/rules/registry.h"

#include "model/geo.h"

namespace linesman::model {

// Another planned pole is nearer than the capture's own. Poles stand 15.8 m apart at the median, so with plain
// distances a quarter of good captures would be flagged; it counts only beyond the accuracy: d(other) + accuracy <
// d(own). Without a usable accuracy the rule set's limit is assumed. Candidates are shown, never assigned.
void planned_nearer_other(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (!capture.plausible_gps || capture.number == 0 || !context.is_on(Rule::planned_nearer_other)) return;
    const std::string_view project = context.text(capture.project);
    const PlannedPole* own = context.reference.planned(project, context.text(capture.number));
    if (!own) return;
    const double accuracy =
        capture.has_accuracy && capture.accuracy_m >= 0 ? capture.accuracy_m : context.rules.max_accuracy_m;
    const double own_distance = distance_m(capture.gps, own->position);
    const auto nearest = context.reference.nearest_planned(capture.gps, project, own, own_distance - accuracy);
    if (!nearest.pole) return;
    Draft draft;
    draft.rule = Rule::planned_nearer_other;
    draft.field = "gpsLocation";
    draft.discriminator = nearest.pole->id.empty() ? nearest.pole->pole_number : nearest.pole->id;
    draft.value = metres(nearest.distance_m);
    draft.threshold = metres(own_distance);
    draft.message = "The planned pole " + shown(nearest.pole->pole_number) + " is " + draft.value +
                    " away, the one with this number " + draft.threshold + " (accuracy " + metres(accuracy) +
                    "). Compare the number on the photo with both.";
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
