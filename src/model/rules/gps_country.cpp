#include "model/rules/registry.h"

#include <cstdio>

namespace linesman::model {

void gps_country(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (!capture.plausible_gps || !context.is_on(Rule::gps_country)) return;
    const RuleSet& r = context.rules;
    const GeoPoint p = capture.gps;
    if (p.latitude >= r.min_latitude && p.latitude <= r.max_latitude && p.longitude >= r.min_longitude &&
        p.longitude <= r.max_longitude)
        return;
    char value[64], box[128];
    std::snprintf(value, sizeof value, "%.5f, %.5f", p.latitude, p.longitude);
    std::snprintf(box, sizeof box, "latitude %g to %g, longitude %g to %g", r.min_latitude, r.max_latitude,
                  r.min_longitude, r.max_longitude);
    Draft draft;
    draft.rule = Rule::gps_country;
    draft.field = "gpsLocation";
    draft.value = value;
    draft.threshold = box;
    draft.message = "The position " + draft.value + " is outside the country (" + draft.threshold +
                    "). Perhaps latitude and longitude are exchanged or a sign is lost; correct it or reject.";
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
