#include "model/rules/registry.h"

namespace linesman::model {

// Silent when the phone gave no accuracy.
void gps_accuracy(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (!capture.plausible_gps || !capture.has_accuracy || !context.is_on(Rule::gps_accuracy)) return;
    // Written so that NaN and negative values are found.
    if (capture.accuracy_m >= 0 && capture.accuracy_m <= context.rules.max_accuracy_m) return;
    Draft draft;
    draft.rule = Rule::gps_accuracy;
    draft.field = "gpsAccuracy";
    draft.value = metres(capture.accuracy_m);
    draft.threshold = metres(context.rules.max_accuracy_m);
    if (capture.accuracy_m > 0) {
        draft.message = "GPS accuracy " + draft.value + " is worse than " + draft.threshold +
                        ". Check the position against the planned pole.";
    } else {
        draft.message =
            "GPS accuracy " + draft.value + " is no measurement. Check the position against the planned pole.";
    }
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
