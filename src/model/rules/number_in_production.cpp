#include "model/rules/registry.h"

#include "model/keys.h"

namespace linesman::model {

// The number is taken by another pole that people are already paid by. A capture's own production document is no
// obstacle, whether it is named by the upload key or, after indexing existing poles, by the document itself.
void number_in_production(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (capture.number == 0 || capture.superseded || !context.reference.has_production_numbers()) return;
    if (!context.is_on(Rule::number_in_production)) return;
    const std::string key = pole_key_id(context.text(capture.project), context.text(capture.number));
    const std::string* holder = context.reference.production_of(key);
    if (!holder || *holder == context.text(capture.production) ||
        *holder == production_id(context.text(capture.upload)))
        return;
    Draft draft;
    draft.rule = Rule::number_in_production;
    draft.field = "poleNumber";
    draft.discriminator = *holder;
    draft.value = shown(context.text(capture.number));
    draft.threshold = shown(*holder, 100);
    draft.message = "The number " + draft.value +
                    " is in production already, from another capture. Correct the number, reject this capture, "
                    "or undo the promotion of the other one.";
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
