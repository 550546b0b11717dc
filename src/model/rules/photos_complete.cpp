#include "model/rules/registry.h"

#include <bit>

namespace linesman::model {

// One finding for all missing slots; which slots they are is part of its id, so that ignoring one lack does not ignore
// the next.
void photos_complete(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    const auto required = static_cast<SlotMask>(context.rules.required_photos & kAllSlots);
    const auto missing = static_cast<SlotMask>(required & ~capture.photos);
    if (missing == 0 || !context.is_on(Rule::photos_missing)) return;
    std::string absent, held;
    for (const Slot slot : kSlots) {
        if ((missing & bit(slot)) == 0) continue;
        absent += (absent.empty() ? "" : ", ") + std::string(name_of(slot));
        if ((capture.lost & bit(slot)) != 0) held += (held.empty() ? "" : ", ") + std::string(name_of(slot));
    }
    Draft draft;
    draft.rule = Rule::photos_missing;
    draft.field = "photos";
    draft.discriminator = absent;
    draft.value = std::to_string(std::popcount(static_cast<unsigned>(required & capture.photos)));
    draft.threshold = std::to_string(std::popcount(static_cast<unsigned>(required)));
    draft.message = draft.value + " of " + draft.threshold + " photos are here; missing: " + absent + ".";
    draft.message += held.empty() ? " Ask the crew to take them, or reject."
                                  : " The device holds " + held + ": ask it to send them again.";
    add_finding(capture, context, std::move(draft), out);
}

}  // namespace linesman::model
