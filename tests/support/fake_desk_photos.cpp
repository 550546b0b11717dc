// The fake desk's photos: rendered scenes, or plain colours.
#include "image/demo_photo.h"
#include "model/photo_ledger.h"
#include "support/fake_desk.h"

namespace linesman::test {

std::shared_ptr<const image::Image> FakeDesk::picture(const model::Capture& capture, model::Slot slot,
                                                      app::PhotoSize size) {
    const bool full = size == app::PhotoSize::full;
    const int width = full ? 1920 : 512, height = full ? 1440 : 384;
    if (options_.plain_photos) {
        const auto shade = static_cast<uint8_t>(60 + 30 * model::index_of(slot));
        return std::make_shared<const image::Image>(image::Image::filled(width, height, {shade, 120, 140, 255}));
    }
    image::DemoPhotoSpec spec;
    spec.pole_number = capture.pole_number;
    spec.slot = std::string(model::name_of(slot));
    spec.seed = std::hash<std::string>{}(capture.staging_id);
    spec.width = width;
    spec.height = height;
    spec.time_text = base::format_local(*capture.captured_at, 120);
    return std::make_shared<const image::Image>(image::render_demo_photo(spec));
}

app::PhotoView FakeDesk::photo(const std::string& staging_id, model::Slot slot, app::PhotoSize size) {
    app::PhotoView view;
    const auto found = index_.find(staging_id);
    if (found == index_.end()) return view;
    const model::Capture& capture = captures_[found->second];
    const auto& photo = capture.photos[model::index_of(slot)];
    if (!photo) {
        view.state =
            (capture.lost_photo_mask() & model::bit(slot)) != 0 ? app::PhotoState::lost : app::PhotoState::absent;
        return view;
    }
    view.md5 = photo->md5;
    view.full_width = 1920;
    view.full_height = 1440;
    view.taken_at = capture.captured_at;
    if (found->second % 17 == 5 && slot == model::Slot::side) {
        view.state = app::PhotoState::failed;
        view.why = "The file on the server is cut short. Ask for the photo again from the phone.";
        return view;
    }
    auto key_of = [&](app::PhotoSize wanted) {
        return staging_id + "/" + std::to_string(model::index_of(slot)) +
               (wanted == app::PhotoSize::full ? "/full" : "");
    };
    std::unique_lock lock(mutex_);
    const std::string key = key_of(size);
    if (!pictures_.contains(key) && !asked_.contains(key)) {
        asked_.insert(key);
        auto make = [this, capture, slot, size, key] {
            auto image = picture(capture, slot, size);
            const std::lock_guard inner(mutex_);
            pictures_[key] = {std::move(image), next_picture_++};
            if (wake_) wake_();
        };
        lock.unlock();
        pool_ ? pool_->submit(base::Priority::high, make) : make();
        lock.lock();
    }
    const auto ready = pictures_.find(key);
    view.state = ready != pictures_.end() ? app::PhotoState::ready : app::PhotoState::loading;
    view.full_size = ready != pictures_.end() && size == app::PhotoSize::full;
    const auto smaller = ready != pictures_.end() ? ready : pictures_.find(key_of(app::PhotoSize::slot));
    if (smaller != pictures_.end()) {
        view.image = smaller->second.image;
        view.image_id = smaller->second.id;
    }
    return view;
}

// Every object in Storage is the photo that the first capture has in that slot.
app::PhotoView FakeDesk::stored_photo(const model::Photo& stored, app::PhotoSize size) {
    const auto parts = model::photo_path_parts(stored.path);
    if (!parts || captures_.empty()) return {};
    for (const auto& capture : captures_) {
        if (capture.photos[model::index_of(parts->slot)]) return photo(capture.staging_id, parts->slot, size);
    }
    return {};
}

}  // namespace linesman::test
