#include "base/worker_pool.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <memory>

namespace linesman::base {

WorkerPool::WorkerPool(unsigned threads) {
    if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency() - 1);
    for (unsigned i = 0; i < threads; ++i) {
        threads_.emplace_back([this] {
            pthread_setname_np(pthread_self(), "pool");
            run();
        });
    }
}

WorkerPool::~WorkerPool() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        high_.clear();
        low_.clear();
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void WorkerPool::submit(Priority priority, Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        (priority == Priority::high ? high_ : low_).push_back(std::move(task));
    }
    wake_.notify_one();
}

void WorkerPool::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || !high_.empty() || !low_.empty(); });
        if (stopping_) return;
        auto& from = high_.empty() ? low_ : high_;
        Task task = std::move(from.front());
        from.pop_front();
        lock.unlock();
        task();
        task = nullptr;
        lock.lock();
    }
}

void WorkerPool::parallel_for(size_t count, size_t grain, const std::function<void(size_t, size_t)>& body) {
    if (count == 0) return;
    grain = std::max<size_t>(grain, 1);
    const size_t pieces = (count + grain - 1) / grain;
    if (pieces == 1) {
        body(0, count);
        return;
    }
    struct Shared {
        std::atomic<size_t> next{0};
        std::atomic<size_t> done{0};
        std::mutex mutex;
        std::condition_variable finished;
    };
    auto shared = std::make_shared<Shared>();
    // `body` is only touched while a piece is left, i.e. while the caller still waits.
    const auto work = [shared, pieces, grain, count, &body] {
        for (size_t piece = shared->next++; piece < pieces; piece = shared->next++) {
            body(piece * grain, std::min(count, (piece + 1) * grain));
            if (++shared->done == pieces) {
                const std::lock_guard lock(shared->mutex);
                shared->finished.notify_all();
            }
        }
    };
    const size_t helpers = std::min<size_t>(threads_.size(), pieces - 1);
    for (size_t i = 0; i < helpers; ++i) submit(Priority::high, work);
    work();
    std::unique_lock lock(shared->mutex);
    shared->finished.wait(lock, [&] { return shared->done == pieces; });
}

}  // namespace linesman::base
