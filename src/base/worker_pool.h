// A few threads for work that may run anywhere: decoding, indexing, reading. Two priorities; what is on the screen
// comes first. Results go back through a Queue or an atomic pointer, never by waiting.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/queue.h"

namespace linesman::base {

enum class Priority { high, low };

class WorkerPool {
  public:
    // `threads` 0 = one less than the cores, at least one.
    explicit WorkerPool(unsigned threads = 0);
    ~WorkerPool();  // finishes running tasks, drops waiting ones
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    // Thread: any.
    void submit(Priority priority, Task task);

    // Splits [0, count) into ranges, runs body(begin, end) on the pool and on the calling thread, returns when all are
    // done. Must not be called from a pool thread of the same pool with a lock held.
    void parallel_for(size_t count, size_t grain, const std::function<void(size_t, size_t)>& body);

    unsigned size() const { return static_cast<unsigned>(threads_.size()); }

  private:
    void run();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Task> high_;
    std::deque<Task> low_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace linesman::base
