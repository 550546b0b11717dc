#include "model/rules/registry.h"

#include <algorithm>

namespace linesman::model {

// Silent for photos whose size is not known. A photo may be upright: the longer side is compared with the longer limit.
void photo_too_small(const CaptureFacts& capture, const RuleContext& context, std::vector<Finding>& out) {
    if (!context.reference.has_photo_sizes() || !context.is_on(Rule::photo_too_small)) return;
    const double long_limit = std::max(context.rules.min_photo_width, context.rules.min_photo_height);
    const double short_limit = std::min(context.rules.min_photo_width, context.rules.min_photo_height);
    for (const Slot slot : kSlots) {
        const uint64_t photo = capture.photo[index_of(slot)];
        const PhotoSize* size = photo == 0 ? nullptr : context.reference.photo_size(photo);
        if (!size ||
            (std::max(size->width, size->height) >= long_limit && std::min(size->width, size->height) >= short_limit))
            continue;
        Draft draft;
        draft.rule = Rule::photo_too_small;
        draft.field = "photos." + std::string(name_of(slot));
        draft.discriminator = std::to_string(photo);
        draft.value = std::to_string(size->width) + " × " + std::to_string(size->height);
        draft.threshold = std::to_string(static_cast<int64_t>(long_limit)) + " × " +
                          std::to_string(static_cast<int64_t>(short_limit));
        draft.message = "The photo " + std::string(name_of(slot)) + " has only " + draft.value + " pixels (at least " +
                        draft.threshold + " are wanted). Check that it shows enough, or ask for a better one.";
        add_finding(capture, context, std::move(draft), out);
    }
}

}  // namespace linesman::model
