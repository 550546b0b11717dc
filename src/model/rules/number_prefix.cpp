#include "model/rules/registry.h"

#include <algorithm>

#include "model/keys.h"

namespace linesman::model {

namespace {

// The letters and digits before the first separator: "LAW" of LAW.P.A001.
std::string_view prefix_of(std::string_view number) {
    size_t end = 0;
    while (end < number.size()) {
        const auto c = static_cast<unsigned char>(number[end]);
        if (!(c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))) break;
        ++end;
    }
    return number.substr(0, end);
}

// A project may name several, with commas or spaces between: "MO,MOH".
bool lists(std::string_view prefixes, std::string_view prefix) {
    constexpr std::string_view kBetween = ", ;/";
    while (!prefixes.empty()) {
        const size_t end = std::min(prefixes.find_first_of(kBetween), prefixes.size());
        const std::string canonical = canonical_number(prefixes.substr(0, end));
        if (!canonical.empty() && prefix_of(canonical) == prefix) return true;
        prefixes.remove_prefix(std::min(end + 1, prefixes.size()));
    }
    return false;
}

}  // namespace

// The prefix of a number belongs to the project, when the project names one.
void number_prefix(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (capture.number == 0 || !context.project || context.project->number_prefix.empty()) return;
    if (!context.is_on(Rule::number_prefix)) return;
    const std::string_view number = context.text(capture.number);
    const std::string_view prefix = prefix_of(number);
    const std::string& expected = context.project->number_prefix;
    if (prefix == expected || lists(expected, prefix)) return;
    Draft draft;
    draft.rule = Rule::number_prefix;
    draft.field = "poleNumber";
    draft.value = shown(prefix);
    draft.threshold = shown(expected);
    draft.message = "The number " + shown(number) + " does not begin with " + draft.threshold + ", the prefix of " +
                    shown(context.project->name.empty() ? context.project->id : context.project->name) +
                    ". Check whether the number or the project is wrong.";
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
