#include "model/rules/registry.h"

#include <algorithm>

namespace linesman::model {

namespace {

bool fits(const CompiledRules& compiled, std::string_view number) {
    // Without any usable pattern nothing can be said about the form.
    if (compiled.patterns.empty()) return true;
    return std::any_of(compiled.patterns.begin(), compiled.patterns.end(),
                       [&](const NumberPattern& pattern) { return pattern.matches(number); });
}

void missing(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    Draft draft;
    draft.rule = Rule::number_missing;
    draft.field = "poleNumber";
    draft.message =
        "The pole number is blank. Find it on a photo or by the nearest planned pole and correct it; without a number "
        "the pole is "
        "promoted only where the project allows it.";
    draft.value = "blank";
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace

// number_missing and number_format. The number is judged as typed. One that is right but for case or white space at its
// ends is a warning at most, since keys use the canonical form anyway.
void number_format(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (capture.number == 0) return missing(capture, context, out);
    if (!context.is_on(Rule::number_format)) return;
    const std::string_view typed = context.text(capture.typed_number);
    if (fits(context.compiled, typed)) return;
    const std::string_view canonical = context.text(capture.number);
    const bool only_spelling = typed != canonical && fits(context.compiled, canonical);
    Draft draft;
    draft.rule = Rule::number_format;
    draft.field = "poleNumber";
    draft.value = quoted(typed);
    for (const auto& pattern : context.compiled.patterns) {
        if (!draft.threshold.empty()) draft.threshold += " or ";
        draft.threshold += pattern.source();
    }
    if (only_spelling) {
        draft.at_most = Severity::warning;
        draft.message = "The pole number " + draft.value + " differs from " + shown(canonical) +
                        " in case or spaces only. Correct it to " + shown(canonical) + ".";
    } else {
        draft.message = "The pole number " + draft.value + " does not have the form of this project (" +
                        draft.threshold + "). Read it off the photo and correct it.";
    }
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
