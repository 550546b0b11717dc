// A serial queue: tasks run one after another, in the order of their posting, never at the same time. All state of a
// room that is not thread-safe belongs to one queue. Timers run on the queue as well.
//
//   post() ──► FIFO ──► run        post_after() ──► timer heap ──(due)──► FIFO
//
// Two implementations: ThreadQueue (one thread, real or injected clock for due times) and ManualQueue (a test or a
// simulation runs it by hand, deterministic to the task).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "base/time.h"

namespace linesman::base {

using Task = std::function<void()>;
using TimerId = uint64_t;  // 0 is never a timer

class Queue {
  public:
    virtual ~Queue() = default;
    // Thread: any. A task posted after the queue began to stop is dropped.
    virtual void post(Task task) = 0;
    // Runs `task` on the queue once `delay` has passed. Thread: any.
    virtual TimerId post_after(Duration delay, Task task) = 0;
    // Thread: any. False when the timer has run, is running, or never was.
    virtual bool cancel(TimerId timer) = 0;
    virtual bool on_queue() const = 0;
};

class ThreadQueue final : public Queue {
  public:
    explicit ThreadQueue(std::string name);
    ~ThreadQueue() override;  // runs what is already posted, drops timers, joins
    ThreadQueue(const ThreadQueue&) = delete;
    ThreadQueue& operator=(const ThreadQueue&) = delete;

    void post(Task task) override;
    TimerId post_after(Duration delay, Task task) override;
    bool cancel(TimerId timer) override;
    bool on_queue() const override;

    // Runs what is already posted, then stops; later posts are dropped. Thread: any but the queue's own. Idempotent.
    void stop();

  private:
    void run();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Task> tasks_;
    std::map<std::pair<int64_t, TimerId>, Task> timers_;  // due time in steady µs, id
    TimerId next_timer_ = 1;
    bool stopping_ = false;
    SystemClock clock_;
    std::thread thread_;
};

// Runs nothing by itself. Thread: one.
class ManualQueue final : public Queue {
  public:
    explicit ManualQueue(ManualClock& clock) : clock_(clock) {}
    void post(Task task) override { tasks_.push_back(std::move(task)); }
    TimerId post_after(Duration delay, Task task) override;
    bool cancel(TimerId timer) override;
    bool on_queue() const override { return true; }

    // Runs until nothing is posted and no timer is due. Returns how many tasks ran.
    size_t run_ready();
    // Moves the clock by `by`, running timers at their due times.
    size_t run_for(Duration by);
    bool idle() const { return tasks_.empty(); }

  private:
    ManualClock& clock_;
    std::deque<Task> tasks_;
    std::map<std::pair<int64_t, TimerId>, Task> timers_;
    TimerId next_timer_ = 1;
};

}  // namespace linesman::base
