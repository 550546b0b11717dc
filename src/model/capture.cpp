#include "model/capture.h"

namespace linesman::model {
namespace {

constexpr std::array<std::string_view, 4> kStatusNames = {"pending", "validating", "validated", "rejected"};
constexpr std::array<std::string_view, 5> kDecisionNames = {"none", "approved", "rejected", "held", "superseded"};

bool is_there(const std::optional<Photo>& photo) {
    return photo && !photo->upload_failed && (!photo->url.empty() || !photo->path.empty());
}

}  // namespace

std::string_view name_of(ValidationStatus status) {
    return kStatusNames[static_cast<size_t>(status)];
}
std::string_view name_of(Decision decision) {
    return kDecisionNames[static_cast<size_t>(decision)];
}

std::optional<ValidationStatus> validation_status_from_name(std::string_view name) {
    for (size_t i = 0; i < kStatusNames.size(); ++i) {
        if (kStatusNames[i] == name) return static_cast<ValidationStatus>(i);
    }
    return std::nullopt;
}

std::optional<Decision> decision_from_name(std::string_view name) {
    for (size_t i = 0; i < kDecisionNames.size(); ++i) {
        if (kDecisionNames[i] == name) return static_cast<Decision>(i);
    }
    return std::nullopt;
}

SlotMask Capture::photo_mask() const {
    SlotMask mask = 0;
    for (const Slot slot : kSlots) {
        if (is_there(photos[index_of(slot)])) mask = static_cast<SlotMask>(mask | bit(slot));
    }
    return mask;
}

SlotMask Capture::lost_photo_mask() const {
    SlotMask held = expected_photos.value_or(0);
    for (const Slot slot : kSlots) {
        const auto& photo = photos[index_of(slot)];
        if (photo && photo->upload_failed) held = static_cast<SlotMask>(held | bit(slot));
    }
    return static_cast<SlotMask>(held & ~photo_mask() & kAllSlots);
}

bool Capture::in_queue() const {
    // Promoted by another desk before reviews existed: nobody can decide it here any more.
    if (!review || review->decision == Decision::none) return !synced_to_production;
    if (review->decision == Decision::held) return true;
    return resubmission > review->resubmission;
}

}  // namespace linesman::model
