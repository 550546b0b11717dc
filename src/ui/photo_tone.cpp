#include "ui/photo_tone.h"

#include <algorithm>

#include "image/tone.h"

namespace linesman::ui {

namespace {
constexpr size_t kKept = 8;  // two captures side by side, and the way back
}

std::shared_ptr<const image::Image> PhotoTone::of(uint64_t image_id, const std::shared_ptr<const image::Image>& image) {
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry->image_id == image_id; });
    if (found != entries_.end()) {
        entries_.splice(entries_.begin(), entries_, found);
        const std::lock_guard lock(mutex_);
        return entries_.front()->toned;
    }
    auto entry = std::make_shared<Entry>();
    entry->image_id = image_id;
    entries_.push_front(entry);
    while (entries_.size() > kKept) entries_.pop_back();
    queue_.post([this, entry, image] {
        auto toned = std::make_shared<const image::Image>(image::spread_tones(*image));
        {
            const std::lock_guard lock(mutex_);
            entry->toned = std::move(toned);
        }
        if (ready_) ready_();
    });
    return nullptr;
}

}  // namespace linesman::ui
