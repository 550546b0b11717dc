#include "model/rules/registry.h"

namespace linesman::model {

// Entries of validation_errors that neither we nor a rejecting person wrote: shown as they are.
void device_reported(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (!capture.extras) return;
    for (const ValidationEntry& entry : capture.extras->reported) {
        Draft draft;
        draft.rule = Rule::device_reported;
        draft.field = entry.field.empty() ? "general" : entry.field;
        draft.discriminator = entry.rule + "\n" + entry.message;
        draft.value = entry.rule;
        draft.message = "Reported by another app: " + (entry.message.empty() ? entry.rule : entry.message);
        add_finding(capture, context, std::move(draft), out);
    }
}

}  // namespace linesman::model
