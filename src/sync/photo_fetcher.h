// Photos for the screen: from the disk, else from Storage, each fetched once however many ask. What is on the screen
// comes before what is fetched ahead. Failures that may pass are tried again (1 s, doubling, at most 60 s) as long as
// somebody holds a handle.
//
//   ask ─► disk ─► found ───────────────────────────► ready
//            └──► waiting (screen | prefetch) ─► Storage ─► ready
//                      ▲                          ├──► missing (not in the storage)
//                      └─── backs off, retrying ◄─┴──► failed  (not allowed, not an image, foreign host, too large,
//                      damaged)
//
// Thread: all calls and callbacks on `queue`; disk work is handed to `run_io`. Decoding is not done here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/queue.h"
#include "base/worker_pool.h"
#include "sync/photo_cache.h"
#include "sync/storage_client.h"

namespace linesman::sync {

enum class PhotoState { loading, ready, missing, failed };
enum class PhotoPriority { screen, prefetch };

struct PhotoUpdate {
    PhotoState state = PhotoState::loading;
    std::string reason;                        // for a person: why it failed, or why it still loads (retrying)
    std::shared_ptr<const std::string> bytes;  // set when ready: the encoded file
    std::string md5_hex;                       // of `bytes`
    bool from_disk = false;
};

struct PhotoRequest {
    std::string url;              // a photoUrls entry or an object path
    std::string md5_base64 = {};  // what the document says it is; empty = not known. Another content is a failure
    PhotoPriority priority = PhotoPriority::screen;
};

// Dropping it ends the interest; the last one of a photo cancels its transfer.
class PhotoHandle {
  public:
    PhotoHandle() = default;
    explicit PhotoHandle(std::shared_ptr<void> handle) : handle_(std::move(handle)) {}
    explicit operator bool() const { return handle_ != nullptr; }
    void drop() { handle_.reset(); }

  private:
    std::shared_ptr<void> handle_;
};

using PhotoCallback = std::function<void(const PhotoUpdate&)>;

class PhotoFetcher {
  public:
    // `run_io` runs disk work off the queue (usually WorkerPool::submit). `cache` may be null: nothing is kept. All
    // must outlive the fetcher, and tasks given to run_io must have ended before `cache` goes.
    PhotoFetcher(Storage& storage, std::shared_ptr<PhotoCache> cache, base::Queue& queue,
                 std::function<void(base::Task)> run_io);
    ~PhotoFetcher();

    // The callback runs on the queue, at least once, never from within fetch(), never after the handle was dropped.
    [[nodiscard]] PhotoHandle fetch(PhotoRequest request, PhotoCallback callback);

    // Transfers at the same time (see sync/network_quality.h). Prefetch always leaves one slot free when there are two
    // or more.
    void set_concurrency(int transfers);
    // Tries what is backing off now: the network is back.
    void retry_now();

    struct Counts {
        size_t waiting = 0, transferring = 0, backing_off = 0;
    };
    Counts counts() const;

  private:
    class Core;
    std::shared_ptr<Core> core_;
};

}  // namespace linesman::sync
