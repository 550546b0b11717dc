#include "model/rules/registry.h"

#include <algorithm>

#include "model/geo.h"
#include "model/sentence.h"

namespace linesman::model {

namespace {

constexpr double kLeastDistance_m = 100;  // shorter jumps are GPS noise, whatever the speed

double uncertainty_m(const CaptureFacts& capture, const RuleContext& context) {
    return capture.has_accuracy && capture.accuracy_m >= 0 ? capture.accuracy_m : context.rules.max_accuracy_m;
}

}  // namespace

// Speed from the capture before this one on the same device. The uncertainty of both positions is taken off the
// distance, so that only what cannot be explained by it is flagged. The later of the two carries the finding and names
// the other.
void speed_impossible(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (!context.is_on(Rule::speed_impossible)) return;
    const FactRow row = context.captures.previous_on_device(capture.row);
    if (row == kNoFactRow) return;
    const CaptureFacts& before = context.captures.at(row);
    const double measured_m = distance_m(before.gps, capture.gps);
    const double certain_m = measured_m - uncertainty_m(before, context) - uncertainty_m(capture, context);
    if (!(certain_m > kLeastDistance_m)) return;
    const double seconds =
        std::max(1.0, (static_cast<double>(capture.captured_at_us) - static_cast<double>(before.captured_at_us)) / 1e6);
    const double speed_kmh = certain_m / seconds * 3.6;
    if (speed_kmh <= context.rules.max_speed_kmh) return;
    Draft draft;
    draft.rule = Rule::speed_impossible;
    draft.field = "gpsLocation";
    draft.discriminator = std::string(context.text(before.upload));
    draft.value = decimal(speed_kmh, 0) + " km/h";
    draft.threshold = decimal(context.rules.max_speed_kmh, 0) + " km/h";
    draft.others = {row};
    draft.message = sentence({"The device came ", metres(measured_m), " from ", shown_number(context, before), " in ",
                              shown_span(seconds), ", that is ", draft.value, " (more than ", draft.threshold,
                              "). One position or one time is wrong."});
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
