#include "model/rules/registry.h"

#include <algorithm>

#include "model/geo.h"

namespace linesman::model {

namespace {

void add_duplicates(const CaptureFacts& capture, const RuleContext& context, Rule rule,
                    const std::vector<FactRow>& rows, std::vector<Finding>& out) {
    const auto groups = group_by_upload(context, rows);
    const std::string number = shown(context.text(capture.number));
    for (size_t i = 0; i < std::min(groups.size(), kMaxPerRule); ++i) {
        const OtherUpload& group = groups[i];
        const CaptureFacts& other = context.captures.at(group.rows.front());
        Draft draft;
        draft.rule = rule;
        draft.field = "poleNumber";
        draft.discriminator = std::string(context.text(group.upload));
        draft.value = number;
        draft.others = group.rows;
        std::string where;
        if (capture.plausible_gps && other.plausible_gps)
            where.append(", ").append(metres(distance_m(capture.gps, other.gps))).append(" away");
        const std::string when = other.has_captured_at ? " of " + shown_time(other.captured_at_us) : "";
        if (rule == Rule::duplicate_number) {
            draft.message.append("Another capture")
                .append(when)
                .append(where)
                .append(" has the number ")
                .append(number);
            draft.message += " in this project. Merge them if they show one pole, else correct or reject one.";
        } else {
            draft.message.append("The number ").append(number).append(" is also used in the project ");
            draft.message.append(shown(context.text(other.project))).append(" (capture").append(when).append(where);
            draft.message += "). Check that the project is right.";
        }
        if (groups.size() > kMaxPerRule && i + 1 == kMaxPerRule)
            draft.message += " More captures with this number are not listed.";
        add_finding(capture, context, std::move(draft), out);
    }
}

}  // namespace

// duplicate_number (same project) and duplicate_number_other_project. Both captures are flagged. Captures that were
// rejected or superseded count no more, see CaptureFacts::stands(); a superseded one is not compared itself.
void duplicate_number(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (capture.number == 0 || capture.superseded) return;
    const auto rows = context.captures.with_number(capture.number);
    if (rows.size() < 2) return;
    std::vector<FactRow> same, foreign;
    for (const FactRow row : rows) {
        const CaptureFacts& other = context.captures.at(row);
        if (row == capture.row || other.upload == capture.upload) continue;
        (other.project == capture.project ? same : foreign).push_back(row);
    }
    if (context.is_on(Rule::duplicate_number)) add_duplicates(capture, context, Rule::duplicate_number, same, out);
    if (context.is_on(Rule::duplicate_number_other_project))
        add_duplicates(capture, context, Rule::duplicate_number_other_project, foreign, out);
}

}  // namespace linesman::model
