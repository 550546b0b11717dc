#include "model/rules/registry.h"

namespace linesman::model {

namespace {

void too_large(const CaptureFacts& capture, const RuleContext& context, const char* field, size_t bytes,
               std::vector<Finding>& out) {
    if (static_cast<int64_t>(bytes) <= context.rules.max_text_bytes) return;
    Draft draft;
    draft.rule = Rule::field_too_large;
    draft.field = field;
    draft.value = std::to_string(bytes) + " bytes";
    draft.threshold = std::to_string(context.rules.max_text_bytes) + " bytes";
    draft.message = "The field " + draft.field + " holds " + draft.value + " (at most " + draft.threshold +
                    "). Shorten it by a correction, or reject.";
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace

// field_too_large and field_not_text.
void field_limits(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    too_large(capture, context, "poleNumber", context.text(capture.typed_number).size(), out);
    too_large(capture, context, "projectId", context.text(capture.project).size(), out);
    too_large(capture, context, "notes", capture.notes_bytes, out);
    too_large(capture, context, "capturedBy", capture.captured_by_bytes, out);
    too_large(capture, context, "device_id", context.text(capture.device).size(), out);
    too_large(capture, context, "offline_id", context.text(capture.upload).size(), out);
    if (!capture.extras) return;
    size_t found = 0;
    for (const auto& name : capture.extras->bad_fields) {
        if (++found > kMaxPerRule) return;
        Draft draft;
        draft.rule = Rule::field_not_text;
        draft.field = shown(name, 100);
        draft.message = "The field " + draft.field +
                        " does not hold what it should (text, number or time), so it was left out. "
                        "Look at the raw document; the app that sent it is at fault.";
        add_finding(capture, context, std::move(draft), out);
    }
}

}  // namespace linesman::model
