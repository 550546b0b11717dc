// Photos as they can be drawn: asked for by capture and slot, decoded on the pool, kept within a memory budget.
//
//   absent/lost ── no photo in the document          loading ──► ready (slot size) ──► ready (full size, when asked
//   for) memory → thumbnail on disk (512 px) → bytes from the source → decoded at the size needed → thumbnail written
//
// Thread: photo() and prefetch() on main; results come from the pool under the lock. Dropping a wish (a new prefetch
// list without it) cancels its download.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/desk.h"
#include "app/photo_source.h"
#include "base/worker_pool.h"

namespace linesman::app {

struct PhotoServiceOptions {
    std::string thumbnail_dir;             // empty: no thumbnails on disk
    size_t slot_budget_bytes = 96U << 20;  // slot-sized images in memory
    size_t full_budget_bytes = 96U << 20;  // full-size images in memory: about two photos of 12 MP
    // A photo that failed is asked for again when it is drawn this long after: it may have arrived, or the account may
    // have got its role. Meanwhile it stays failed.
    base::Duration ask_again_after = base::minutes(2);
    const base::Clock* clock = nullptr;  // must outlive the service; without one a failure stays
};

// Where the thumbnail of a photo lies once it has been looked at. Thread: any.
std::string thumbnail_path_of(const std::string& thumbnail_dir, const model::Photo& photo);

class PhotoService {
  public:
    // `source` and `pool` must outlive the service. `wake` is called from any thread when a view changed.
    PhotoService(PhotoServiceOptions options, PhotoSource& source, base::WorkerPool& pool, std::function<void()> wake);
    ~PhotoService();

    PhotoView photo(const model::Capture& capture, model::Slot slot, PhotoSize size);
    // Slot-sized images of these captures, nearest first. Wishes of the last call that are not in this one are dropped.
    void prefetch(const std::vector<model::Capture>& captures);
    // What failed is asked for again when it is drawn next.
    void retry_failed();

  private:
    struct Item;
    struct Shared;
    void ask(const std::shared_ptr<Shared>& shared, Item& item, PhotoSize size, PhotoPriority priority);
    Item& item_for(const model::Photo& photo);
    bool is_due_again(const Item& item) const;

    std::shared_ptr<Shared> shared_;
};

}  // namespace linesman::app
