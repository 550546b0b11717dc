#include "model/pool_run.h"

#include <algorithm>

namespace linesman::model {

PoolRun::PoolRun(base::WorkerPool& pool, size_t count, size_t grain, std::function<void(size_t, size_t)> body)
    : shared_(std::make_shared<Shared>()) {
    shared_->count = count;
    shared_->grain = std::max<size_t>(grain, 1);
    shared_->body = std::move(body);
    const size_t pieces = (count + shared_->grain - 1) / shared_->grain;
    for (size_t i = 0; i < std::min<size_t>(pool.size(), pieces); ++i)
        pool.submit(base::Priority::high, [shared = shared_] { shared->work(); });
}

void PoolRun::Shared::work() {
    for (size_t begin = next.fetch_add(grain); begin < count; begin = next.fetch_add(grain)) {
        const size_t end = std::min(count, begin + grain);
        body(begin, end);
        const std::lock_guard lock(mutex);
        done += end - begin;
        if (done == count) finished.notify_all();
    }
}

void PoolRun::join() {
    shared_->work();
    std::unique_lock lock(shared_->mutex);
    shared_->finished.wait(lock, [this] { return shared_->done == shared_->count; });
}

}  // namespace linesman::model
