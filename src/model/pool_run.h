// Work over [0, count) that a pool does while its owner does something else. join() helps with what is left and waits.
//
// Thread: made and joined on one; `body` runs on the pool's threads and on the one that joins, and must bear that.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "base/worker_pool.h"

namespace linesman::model {

class PoolRun {
  public:
    // `body(begin, end)` is called for ranges of at most `grain`, each once.
    PoolRun(base::WorkerPool& pool, size_t count, size_t grain, std::function<void(size_t, size_t)> body);
    ~PoolRun() { join(); }
    PoolRun(const PoolRun&) = delete;
    PoolRun& operator=(const PoolRun&) = delete;

    void join();

  private:
    // Outlives the run in tasks that come too late; they find nothing left and touch no body.
    struct Shared {
        size_t count = 0, grain = 1;
        std::function<void(size_t, size_t)> body;
        std::atomic<size_t> next{0};
        std::mutex mutex;
        std::condition_variable finished;
        size_t done = 0;  // guarded by `mutex`
        void work();
    };
    std::shared_ptr<Shared> shared_;
};

}  // namespace linesman::model
