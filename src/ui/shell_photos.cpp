// The shell's commands for photos: which one, beside what, how it lies.
#include "ui/shell.h"

namespace linesman::ui {

using enum CommandId;

// The next slot with a photo; the same one when it is the only one.
model::Slot Shell::slot_after(model::Slot from) const {
    const auto& chunk = snapshot_->columns.chunk_of(selection_.row());
    const model::SlotMask photos = chunk.photos[selection_.row() % model::kChunkRows];
    for (size_t step = 1; step <= model::kSlotCount; ++step) {
        const auto slot = model::kSlots[(model::index_of(from) + step) % model::kSlotCount];
        if ((photos & model::bit(slot)) != 0) return slot;
    }
    return from;
}

void Shell::next_photo() {
    if (state_.compare.on && state_.compare.capture.empty()) {
        state_.compare.slot = slot_after(state_.compare.slot);
        return;
    }
    const model::Slot slot = slot_after(state_.slot);
    if (slot != state_.slot) state_.pose = {};
    state_.slot = slot;
}

void Shell::compare_slots() {
    const bool was_slots = state_.compare.on && state_.compare.capture.empty();
    state_.compare = {};
    state_.pose = {};
    if (was_slots) return;
    state_.compare.on = true;
    state_.compare.slot = slot_after(state_.slot);
}

// The capture that a finding names, else another selected one, else the one looked at before.
void Shell::compare_captures() {
    const bool was_captures = state_.compare.on && !state_.compare.capture.empty();
    state_.compare = {};
    state_.pose = {};
    if (was_captures) return;
    const std::string& here = selection_.staging_id();
    std::string other;
    if (detail_ != nullptr) {
        for (const auto& finding : detail_->findings) {
            if (other.empty() && !finding.others.empty()) other = finding.others[0];
        }
    }
    if (picks_.any() && list_ != nullptr) {
        for (const auto& id : picks_.ids(*list_, snapshot_->columns, 2)) {
            if (id != here) other = id;
        }
    }
    if (other.empty()) other = looked_at_before_;
    if (other.empty() || other == here) {
        toast(app::NoticeLevel::info, "Look at another capture first, or select it with X; then compare.");
        return;
    }
    state_.compare.on = true;
    state_.compare.capture = other;
}

bool Shell::execute_photo(CommandId id) {
    if (id >= photo_1 && id <= photo_6) {
        state_.slot = model::kSlots[static_cast<size_t>(id) - static_cast<size_t>(photo_1)];
        state_.pose = {};
        return true;
    }
    const PoseBox box = photo_view_.stage_box();
    const ImVec2 at = photo_view_.stage_at(), mouse = ImGui::GetIO().MousePos;
    float x = mouse.x - at.x, y = mouse.y - at.y;
    if (x < 0 || y < 0 || x > box.width || y > box.height) x = box.width / 2, y = box.height / 2;
    switch (id) {
        case photo_next:
            next_photo();
            return true;
        case photo_one_to_one: {
            const auto photo = desk_.photo(selection_.staging_id(), state_.slot, app::PhotoSize::slot);
            if (photo.image == nullptr) return true;
            state_.pose.set_photo(static_cast<float>(photo.full_width > 0 ? photo.full_width : photo.image->width),
                                  static_cast<float>(photo.full_height > 0 ? photo.full_height : photo.image->height));
            state_.pose.toggle_one_to_one(box, x, y);
            return true;
        }
        case photo_fit:
            state_.pose.fit();
            return true;
        case photo_contrast:
            state_.contrast = !state_.contrast;
            return true;
        case photo_compare:
            compare_slots();
            return true;
        case photo_compare_capture:
            compare_captures();
            return true;
        case photo_rotate_left:
            state_.pose.turn(-1);
            return true;
        case photo_rotate_right:
            state_.pose.turn(1);
            return true;
        default:
            return false;
    }
}

}  // namespace linesman::ui
