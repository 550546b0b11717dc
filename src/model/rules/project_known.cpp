#include "model/rules/registry.h"

#include "base/text.h"

namespace linesman::model {

// A blank project is always found; one that is not among the projects only when projects are known at all.
void project_known(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    const std::string_view id = context.text(capture.project);
    const bool blank = base::trimmed(id).empty();
    if (!blank && (context.project || !context.reference.projects_known())) return;
    Draft draft;
    draft.rule = Rule::project_unknown;
    draft.field = "projectId";
    draft.value = blank ? "blank" : shown(id);
    draft.message = blank ? "The capture names no project. Correct the project before it can be approved."
                          : "The project \"" + draft.value +
                                "\" does not exist. Correct the project, or ask the office to create it.";
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
