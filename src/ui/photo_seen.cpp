#include "ui/photo_seen.h"

#include <algorithm>

namespace linesman::ui {

void PhotoSeenTracker::start(const std::string& staging_id) {
    if (staging_id == staging_id_) return;
    staging_id_ = staging_id;
    total_.clear();
    on_screen_.clear();
}

void PhotoSeenTracker::add(PhotosSeen& seen, const std::vector<ShownPhoto>& shown, base::Duration passed) {
    for (const auto& photo : shown) {
        if (photo.longest_side_px < kSeenLeastPx) continue;
        auto& entry = seen[photo.slot];
        if (entry.md5 != photo.md5) entry = {};  // another photo in the slot: what was seen before does not count
        entry.md5 = photo.md5;
        entry.shown_ms += static_cast<uint32_t>(std::clamp<int64_t>(passed.us / 1000, 0, 3'600'000));
        entry.max_px = std::max(entry.max_px, photo.longest_side_px);
    }
}

void PhotoSeenTracker::frame(const std::vector<ShownPhoto>& shown, base::Duration steady_now) {
    add(total_, on_screen_, {steady_now.us - since_.us});
    on_screen_ = shown;
    since_ = steady_now;
}

PhotosSeen PhotoSeenTracker::seen(base::Duration steady_now) const {
    PhotosSeen result = total_;
    add(result, on_screen_, {steady_now.us - since_.us});
    std::erase_if(result, [](const auto& entry) { return entry.second.shown_ms < kSeenLeastMs; });
    return result;
}

bool PhotoSeenTracker::is_seen(model::Slot slot) const {
    const auto found = total_.find(slot);
    return found != total_.end() && found->second.shown_ms >= kSeenLeastMs;
}

}  // namespace linesman::ui
