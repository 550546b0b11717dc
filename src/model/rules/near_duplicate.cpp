#include "model/rules/registry.h"

#include <algorithm>

#include "model/geo.h"
#include "model/sentence.h"

namespace linesman::model {

// Another capture with another number on the same spot. The same number nearby is the duplicate_number case, the same
// upload the duplicate_upload case.
void near_duplicate(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (!capture.plausible_gps || capture.superseded || !context.is_on(Rule::near_duplicate)) return;
    const double radius_m = context.rules.duplicate_radius_m;
    std::vector<FactRow> near;
    context.captures.for_each_near(capture.gps, radius_m, [&](FactRow row) {
        const CaptureFacts& other = context.captures.at(row);
        if (row == capture.row || other.upload == capture.upload) return;
        if (other.number != 0 && other.number == capture.number) return;
        if (distance_m(capture.gps, other.gps) <= radius_m) near.push_back(row);
    });
    if (near.empty()) return;
    const auto groups = group_by_upload(context, near);
    for (size_t i = 0; i < std::min(groups.size(), kMaxPerRule); ++i) {
        const CaptureFacts& other = context.captures.at(groups[i].rows.front());
        Draft draft;
        draft.rule = Rule::near_duplicate;
        draft.field = "gpsLocation";
        draft.discriminator = std::string(context.text(groups[i].upload));
        draft.value = metres(distance_m(capture.gps, other.gps));
        draft.threshold = metres(radius_m);
        draft.others = groups[i].rows;
        draft.message = sentence({"Only ", draft.value, " from ", shown_number(context, other), " (poles nearer than ",
                                  draft.threshold, " are looked at). Compare the photos: is it the same pole?"});
        if (groups.size() > kMaxPerRule && i + 1 == kMaxPerRule)
            draft.message += " More captures near here are not listed.";
        add_finding(capture, context, std::move(draft), out);
    }
}

}  // namespace linesman::model
