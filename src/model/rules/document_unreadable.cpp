#include "model/rules/registry.h"

namespace linesman::model {

void document_unreadable(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (!capture.unreadable) return;
    Draft draft;
    draft.rule = Rule::document_unreadable;
    draft.field = "general";
    draft.message =
        "This document could not be read as a capture, so it can be neither judged nor promoted. Look at its raw "
        "content and ask whoever "
        "runs the app that sent it.";
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
