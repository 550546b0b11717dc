#include "app/capture_loader.h"

#include <atomic>

#include "store/cache.h"
#include "sync/capture_codec.h"

namespace linesman::app {
namespace {

constexpr size_t kBatchCaptures = 500;  // about 3 ms of the sync queue: decisions wait no longer than that
constexpr size_t kMaxBatchesAhead = 3;  // bounds the memory when the pool is faster than the queue

}  // namespace

struct CaptureLoader::Shared {
    Shared(std::string cache_path, std::string of, base::Queue& on, base::WorkerPool& by)
        : path(std::move(cache_path)), collection(std::move(of)), queue(on), pool(by) {}

    std::string path, collection;
    base::Queue& queue;
    base::WorkerPool& pool;
    Batch batch;
    Done done;
    std::atomic<bool> stopped{false};
    std::mutex mutex;
    std::condition_variable room;
    size_t ahead = 0;

    // Runs on the pool.
    base::Status read(const std::shared_ptr<Shared>& self) {
        auto reader = store::CacheReader::open(path);
        if (!reader) return reader.error();
        sync::CaptureDecoder decoder;
        std::vector<model::Capture> captures;
        captures.reserve(kBatchCaptures);
        auto status = reader->for_each(collection, [&](const store::DocumentView& document) {
            auto capture = decoder.decode(document.id, document.fields, document.update_time);
            captures.push_back(capture ? std::move(*capture)
                                       : sync::unreadable_capture(document.id, document.update_time));
            if (captures.size() == kBatchCaptures) {
                hand_over(self, std::exchange(captures, {}));
                captures.reserve(kBatchCaptures);
            }
            return !stopped.load();
        });
        if (!captures.empty()) hand_over(self, std::move(captures));
        return status;
    }

    void hand_over(const std::shared_ptr<Shared>& self, std::vector<model::Capture> captures) {
        {
            std::unique_lock lock(mutex);
            room.wait(lock, [&] { return ahead < kMaxBatchesAhead || stopped.load(); });
            ++ahead;
        }
        queue.post([self, captures = std::move(captures)]() mutable {
            if (!self->stopped) self->batch(std::move(captures));
            {
                const std::lock_guard lock(self->mutex);
                --self->ahead;
            }
            self->room.notify_one();
        });
    }
};

CaptureLoader::CaptureLoader(std::string cache_path, std::string collection, base::Queue& queue, base::WorkerPool& pool)
    : shared_(std::make_shared<Shared>(std::move(cache_path), std::move(collection), queue, pool)) {}

CaptureLoader::~CaptureLoader() {
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->stopped = true;
    }
    shared_->room.notify_all();
}

void CaptureLoader::start(Batch batch, Done done) {
    shared_->batch = std::move(batch);
    shared_->done = std::move(done);
    shared_->pool.submit(base::Priority::high, [self = shared_] {
        auto status = self->read(self);
        self->queue.post([self, status = std::move(status)] {
            if (!self->stopped) self->done(status);
        });
    });
}

}  // namespace linesman::app
