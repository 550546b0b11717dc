#include "model/rules/registry.h"

#include <cstdio>

namespace linesman::model {

// No position, or one that no phone can have measured: 0,0, out of range, not a number.
void gps_present(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (capture.plausible_gps || !context.is_on(Rule::gps_missing)) return;
    Draft draft;
    draft.rule = Rule::gps_missing;
    draft.field = "gpsLocation";
    if (capture.has_gps) {
        char buffer[80];
        std::snprintf(buffer, sizeof buffer, "%.6g, %.6g", capture.gps.latitude, capture.gps.longitude);
        draft.value = buffer;
        draft.message = "The position " + draft.value +
                        " is no place on the ground. Correct it, or reject so that the crew captures again.";
    } else {
        draft.value = "none";
        draft.message = "The capture has no GPS position. Correct it, or reject so that the crew captures again.";
    }
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
