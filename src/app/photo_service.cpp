#include "app/photo_service.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/file.h"
#include "base/ids.h"
#include "image/decode.h"
#include "image/encode.h"
#include "image/exif.h"

namespace linesman::app {
namespace {

constexpr int kThumbnailQuality = 85;
constexpr int64_t kAssumedCameraOffsetMinutes = 120;  // phones of the field run on South African time

// One photo by content where the md5 is known, else by its place.
std::string key_of(const model::Photo& photo) {
    return photo.md5.empty() ? base::sha256_hex(photo.path.empty() ? photo.url : photo.path)
                             : base::sha256_hex("md5:" + photo.md5);
}

}  // namespace

std::string thumbnail_path_of(const std::string& thumbnail_dir, const model::Photo& photo) {
    const std::string key = key_of(photo);
    return thumbnail_dir + "/" + key.substr(0, 2) + "/" + key + ".jpg";
}

struct PhotoService::Item {
    std::string key;
    model::Photo photo;
    PhotoView view;  // slot-sized
    std::shared_ptr<const image::Image> full;
    uint64_t full_id = 0;
    std::shared_ptr<void> download;
    bool busy = false;  // a download or decode is under way
    bool full_busy = false;
    bool wanted = false;  // in the last prefetch list
    PhotoPriority priority = PhotoPriority::prefetch;
    uint64_t last_used = 0;
    bool full_failed = false;                 // the full-size image; it stays with the slot-sized one
    std::optional<base::Duration> failed_at;  // steady; unset: may be asked for again at once

    // Wished for once, gone from the list since, and never drawn.
    bool is_unwanted() const { return priority == PhotoPriority::prefetch && !wanted; }
};

struct PhotoService::Shared : std::enable_shared_from_this<Shared> {
    PhotoServiceOptions options;
    PhotoSource* source = nullptr;
    base::WorkerPool* pool = nullptr;
    std::mutex mutex;
    std::function<void()> wake;  // empty once the service is gone
    std::unordered_map<std::string, Item> items;
    uint64_t next_image_id = 1;
    uint64_t uses = 0;
    size_t slot_bytes = 0, full_bytes = 0;

    std::string thumbnail_path(const std::string& key) const {
        return options.thumbnail_dir.empty() ? std::string()
                                             : options.thumbnail_dir + "/" + key.substr(0, 2) + "/" + key + ".jpg";
    }

    void start(const std::string& key, PhotoSize size, PhotoPriority priority);
    void decode_slot(const std::string& key, std::string bytes, bool from_thumbnail);
    void decode_full(const std::string& key, const std::string& bytes);
    void fail(const std::string& key, const base::Error& error);
    void wait(const std::string& key, std::string why);
    void settle(const std::string& key, const std::function<void(Item&)>& change);
    void make_room();
};

// Changes one item under the lock, makes room, wakes the window.
void PhotoService::Shared::settle(const std::string& key, const std::function<void(Item&)>& change) {
    std::function<void()> call;
    std::shared_ptr<void> dropped;  // released off the lock: dropping a handle may wait for its owner
    {
        const std::lock_guard lock(mutex);
        const auto it = items.find(key);
        if (it == items.end() || !wake) return;
        change(it->second);
        dropped = std::move(it->second.download);
        make_room();
        call = wake;
    }
    call();
}

void PhotoService::Shared::fail(const std::string& key, const base::Error& error) {
    settle(key, [&](Item& item) {
        item.full_failed = item.full_busy;
        item.busy = item.full_busy = false;
        if (options.clock != nullptr) item.failed_at = options.clock->steady();
        if (!item.view.image) {
            item.view.state = PhotoState::failed;
            item.view.why = error.what;
        }
    });
}

// A download that goes on after something went wrong.
void PhotoService::Shared::wait(const std::string& key, std::string why) {
    std::function<void()> call;
    {
        const std::lock_guard lock(mutex);
        const auto it = items.find(key);
        if (it == items.end() || !wake || !it->second.busy || it->second.view.image) return;
        it->second.view.why = std::move(why);
        call = wake;
    }
    call();
}

void PhotoService::Shared::decode_slot(const std::string& key, std::string bytes, bool from_thumbnail) {
    auto decoded = image::decode(bytes, {kSlotPixels, kSlotPixels});
    if (!decoded) {
        if (from_thumbnail) {
            std::remove(thumbnail_path(key).c_str());
            start(key, PhotoSize::slot, PhotoPriority::on_screen);
        } else {
            fail(key, decoded.error());
        }
        return;
    }
    const auto picture = std::make_shared<const image::Image>(std::move(decoded->image));
    const auto exif = from_thumbnail ? image::Exif{} : image::read_exif(bytes);
    settle(key, [&](Item& item) {
        item.busy = false;
        if (item.view.image) slot_bytes -= item.view.image->bytes();
        slot_bytes += picture->bytes();
        item.view.state = PhotoState::ready;
        item.view.why.clear();
        item.view.image = picture;
        item.view.image_id = next_image_id++;
        item.view.damaged = decoded->damaged;
        item.view.md5 = item.photo.md5;
        if (!from_thumbnail) {
            item.view.full_width = decoded->source_width;
            item.view.full_height = decoded->source_height;
            if (item.photo.md5.empty()) item.view.md5 = base::md5_base64(bytes);
        }
        item.view.taken_at = exif.captured_at(kAssumedCameraOffsetMinutes);
        if (!item.view.taken_at) item.view.taken_at = item.photo.captured_at;
        if (exif.gps) item.view.taken_where = model::GeoPoint{exif.gps->latitude_deg, exif.gps->longitude_deg};
    });
    // A thumbnail of a damaged photo would hide that it is damaged.
    if (from_thumbnail || decoded->damaged || options.thumbnail_dir.empty()) return;
    const std::string path = thumbnail_path(key);
    if (auto jpeg = image::encode_jpeg(*picture, kThumbnailQuality)) {
        // A thumbnail that cannot be written (disk full) costs time later and nothing else.
        if (base::make_private_dirs(path.substr(0, path.rfind('/'))))
            (void)base::write_file_atomically(path, *jpeg, false).ok();
    }
}

void PhotoService::Shared::decode_full(const std::string& key, const std::string& bytes) {
    auto decoded = image::decode(bytes);
    if (!decoded) return fail(key, decoded.error());
    const auto picture = std::make_shared<const image::Image>(std::move(decoded->image));
    settle(key, [&](Item& item) {
        item.full_busy = item.full_failed = false;
        if (item.full) full_bytes -= item.full->bytes();
        full_bytes += picture->bytes();
        item.full = picture;
        item.full_id = next_image_id++;
        item.view.full_width = picture->width;
        item.view.full_height = picture->height;
        item.view.damaged = decoded->damaged;
        if (item.view.md5.empty()) item.view.md5 = base::md5_base64(bytes);
    });
}

// Thread: any, not under the lock.
void PhotoService::Shared::start(const std::string& key, PhotoSize size, PhotoPriority priority) {
    const auto self = shared_from_this();
    const auto pool_priority = priority == PhotoPriority::on_screen ? base::Priority::high : base::Priority::low;
    pool->submit(pool_priority, [self, key, size, priority, pool_priority] {
        if (size == PhotoSize::slot && !self->options.thumbnail_dir.empty()) {
            if (auto bytes = base::read_file(self->thumbnail_path(key), 4U << 20))
                return self->decode_slot(key, std::move(*bytes), true);
        }
        model::Photo photo;
        {
            const std::lock_guard lock(self->mutex);
            const auto it = self->items.find(key);
            if (it == self->items.end() || !self->wake) return;
            if (it->second.is_unwanted()) {
                it->second.busy = false;
                return;
            }
            photo = it->second.photo;
        }
        const std::weak_ptr<Shared> weak = self;
        auto handle = self->source->fetch(
            photo, priority,
            [weak, key, size, pool_priority](base::Result<std::string> bytes) {
                const auto shared = weak.lock();
                if (!shared) return;
                if (!bytes) return shared->fail(key, bytes.error());
                shared->pool->submit(pool_priority, [shared, key, size, data = std::move(*bytes)]() mutable {
                    if (size == PhotoSize::slot) {
                        shared->decode_slot(key, std::move(data), false);
                    } else {
                        shared->decode_full(key, data);
                    }
                });
            },
            [weak, key](std::string why) {
                if (const auto shared = weak.lock()) shared->wait(key, std::move(why));
            });
        const std::lock_guard lock(self->mutex);
        const auto it = self->items.find(key);
        if (it == self->items.end() || !self->wake || (!it->second.busy && !it->second.full_busy)) return;
        if (it->second.is_unwanted()) {  // dropped while the download was being asked for
            it->second.busy = false;
        } else {
            std::swap(it->second.download, handle);
        }
    });
}

// Under the lock. Oldest first; what was drawn in this or the last few calls stays.
void PhotoService::Shared::make_room() {
    const auto oldest = [&](auto has) {
        auto found = items.end();
        for (auto it = items.begin(); it != items.end(); ++it) {
            if (has(it->second) && (found == items.end() || it->second.last_used < found->second.last_used)) found = it;
        }
        return found;
    };
    while (slot_bytes > options.slot_budget_bytes) {
        const auto it = oldest([](const Item& item) { return item.view.image != nullptr && !item.busy; });
        if (it == items.end()) break;
        slot_bytes -= it->second.view.image->bytes();
        if (it->second.full) full_bytes -= it->second.full->bytes();
        items.erase(it);
    }
    while (full_bytes > options.full_budget_bytes) {
        const auto it = oldest([](const Item& item) { return item.full != nullptr; });
        if (it == items.end()) break;
        full_bytes -= it->second.full->bytes();
        it->second.full.reset();
    }
}

PhotoService::PhotoService(PhotoServiceOptions options, PhotoSource& source, base::WorkerPool& pool,
                           std::function<void()> wake)
    : shared_(std::make_shared<Shared>()) {
    shared_->options = std::move(options);
    shared_->source = &source;
    shared_->pool = &pool;
    shared_->wake = std::move(wake);
}

PhotoService::~PhotoService() {
    std::unordered_map<std::string, Item> items;  // their downloads are cancelled off the lock
    const std::lock_guard lock(shared_->mutex);
    shared_->wake = nullptr;
    items.swap(shared_->items);
}

PhotoService::Item& PhotoService::item_for(const model::Photo& photo) {
    const std::string key = key_of(photo);
    Item& item = shared_->items[key];
    if (item.key.empty()) {
        item.key = key;
        item.photo = photo;
        item.view.state = PhotoState::loading;
    } else if (item.photo.url != photo.url) {
        item.photo = photo;
        item.failed_at.reset();  // another address may work
    }
    return item;
}

bool PhotoService::is_due_again(const Item& item) const {
    const base::Clock* clock = shared_->options.clock;
    if (clock == nullptr) return false;
    return !item.failed_at || clock->steady().us - item.failed_at->us >= shared_->options.ask_again_after.us;
}

void PhotoService::retry_failed() {
    const std::lock_guard lock(shared_->mutex);
    for (auto& [key, item] : shared_->items) item.failed_at.reset();
}

void PhotoService::ask(const std::shared_ptr<Shared>& shared, Item& item, PhotoSize size, PhotoPriority priority) {
    (size == PhotoSize::slot ? item.busy : item.full_busy) = true;
    item.priority = priority;
    shared->start(item.key, size, priority);
}

PhotoView PhotoService::photo(const model::Capture& capture, model::Slot slot, PhotoSize size) {
    const auto& photo = capture.photos[model::index_of(slot)];
    PhotoView view;
    if (!photo || (photo->url.empty() && photo->path.empty())) {
        view.state = (capture.lost_photo_mask() & model::bit(slot)) != 0 || (photo && photo->upload_failed)
                         ? PhotoState::lost
                         : PhotoState::absent;
        return view;
    }
    const std::lock_guard lock(shared_->mutex);
    Item& item = item_for(*photo);
    item.last_used = ++shared_->uses;
    if (item.busy) item.priority = PhotoPriority::on_screen;  // what is drawn is not cancelled with the prefetch list
    const bool may_ask =
        item.view.state == PhotoState::loading || (item.view.state == PhotoState::failed && is_due_again(item));
    if (!item.view.image && !item.busy && may_ask) ask(shared_, item, PhotoSize::slot, PhotoPriority::on_screen);
    const bool may_ask_full = item.view.state == PhotoState::ready && (!item.full_failed || is_due_again(item));
    if (size == PhotoSize::full && !item.full && !item.full_busy && may_ask_full)
        ask(shared_, item, PhotoSize::full, PhotoPriority::on_screen);
    view = item.view;
    if (size == PhotoSize::full && item.full) {
        view.image = item.full;
        view.image_id = item.full_id;
        view.full_size = true;
    }
    return view;
}

void PhotoService::prefetch(const std::vector<model::Capture>& captures) {
    std::vector<std::shared_ptr<void>> dropped;  // released off the lock
    const std::lock_guard lock(shared_->mutex);
    std::set<std::string> wanted;
    for (const auto& capture : captures) {
        for (const auto& photo : capture.photos) {
            if (!photo || (photo->url.empty() && photo->path.empty())) continue;
            Item& item = item_for(*photo);
            wanted.insert(item.key);
            item.wanted = true;
            item.last_used = ++shared_->uses;
            if (!item.view.image && !item.busy && item.view.state == PhotoState::loading)
                ask(shared_, item, PhotoSize::slot, PhotoPriority::prefetch);
        }
    }
    for (auto& [key, item] : shared_->items) {
        if (!item.wanted || wanted.contains(key)) continue;
        item.wanted = false;
        if (item.busy && item.priority == PhotoPriority::prefetch && item.download) {
            dropped.push_back(std::move(item.download));
            item.busy = false;
        }
    }
}

}  // namespace linesman::app
