#include "model/rules/registry.h"

#include <algorithm>

namespace linesman::model {

namespace {

bool photos_differ(const CaptureFacts& a, const CaptureFacts& b) {
    bool known_a = false, known_b = false;
    for (const uint64_t photo : b.photo) known_b = known_b || photo != 0;
    for (const uint64_t photo : a.photo) {
        if (photo == 0) continue;
        known_a = true;
        if (std::find(b.photo.begin(), b.photo.end(), photo) != b.photo.end()) return false;
    }
    return known_a && known_b;
}

}  // namespace

// are_distinct_uploads() of model/keys.h on facts; a test holds the two together.
bool are_distinct_facts(const CaptureFacts& a, const CaptureFacts& b) {
    if (a.device == 0 || b.device == 0 || a.device == b.device) return false;
    if (!a.has_captured_at || !b.has_captured_at || a.captured_at_us == b.captured_at_us) return false;
    return a.number != b.number && photos_differ(a, b);
}

// The same upload twice: a phone that lost the reply sends the capture again under a new document id.
void duplicate_upload(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (capture.superseded || !context.is_on(Rule::duplicate_upload)) return;
    const auto rows = context.captures.with_upload(capture.upload);
    if (rows.size() < 2) return;
    size_t found = 0;
    for (const FactRow row : rows) {
        const CaptureFacts& other = context.captures.at(row);
        if (row == capture.row || !other.stands() || are_distinct_facts(capture, other)) continue;
        if (++found > kMaxPerRule) break;
        Draft draft;
        draft.rule = Rule::duplicate_upload;
        draft.field = "offline_id";
        draft.discriminator = std::string(context.captures.staging_id(row));
        draft.value = shown(context.text(capture.upload));
        draft.others = {row};
        draft.message = "The same upload was staged twice";
        if (other.has_submitted_at) draft.message += " (the other on " + shown_time(other.submitted_at_us) + ")";
        draft.message += ". Merge the two so that only one is promoted.";
        add_finding(capture, context, std::move(draft), out);
    }
}

}  // namespace linesman::model
