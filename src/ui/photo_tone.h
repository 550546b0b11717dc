// Photos with more contrast, made away from the main thread; the few that are looked at are kept. Thread: main; the
// work runs on a thread of its own. Dropping it waits for the picture under way, some 40 ms at most.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

#include "base/queue.h"
#include "image/image.h"

namespace linesman::ui {

// Texture keys of these pictures: those of the photos with the highest bit set.
constexpr uint64_t toned_id(uint64_t image_id) {
    return image_id | uint64_t{1} << 63;
}

class PhotoTone {
  public:
    // `ready` runs on the worker's thread.
    explicit PhotoTone(std::function<void()> ready) : ready_(std::move(ready)) {}

    // nullptr while it is being made.
    std::shared_ptr<const image::Image> of(uint64_t image_id, const std::shared_ptr<const image::Image>& image);

  private:
    struct Entry {
        uint64_t image_id = 0;
        std::shared_ptr<const image::Image> toned;  // guarded by mutex_
    };
    std::function<void()> ready_;
    std::mutex mutex_;
    std::list<std::shared_ptr<Entry>> entries_;  // main; most recently used first
    base::ThreadQueue queue_{"tone"};
};

}  // namespace linesman::ui
