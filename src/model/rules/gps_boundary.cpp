#include "model/rules/registry.h"

#include <cstdio>

namespace linesman::model {

// Silent for a project without a boundary.
void gps_boundary(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (!capture.plausible_gps || !context.project || context.project->boundary.empty() ||
        !context.is_on(Rule::gps_boundary))
        return;
    if (context.reference.is_inside_boundary(*context.project, capture.gps)) return;
    char value[64];
    std::snprintf(value, sizeof value, "%.5f, %.5f", capture.gps.latitude, capture.gps.longitude);
    Draft draft;
    draft.rule = Rule::gps_boundary;
    draft.field = "gpsLocation";
    draft.value = value;
    draft.threshold =
        "boundary of " + shown(context.project->name.empty() ? context.project->id : context.project->name);
    draft.message = "The position " + draft.value + " is outside the " + draft.threshold +
                    ". Check the project and the position on the map.";
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
