#include "base/queue.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

namespace linesman::base {
namespace {

// Longer delays count as this one, so that no sum of times overflows.
constexpr int64_t kMaxDelayUs = 100LL * 366 * 86'400 * kMicrosPerSecond;
// The thread looks again at least this often; a wait of centuries overflows inside the standard library.
constexpr int64_t kMaxWaitUs = 3600 * kMicrosPerSecond;

int64_t due_us(const Clock& clock, Duration delay) {
    return clock.steady().us + std::clamp<int64_t>(delay.us, 0, kMaxDelayUs);
}

// The task comes back to the caller, so that what it holds dies off the lock.
Task take_timer(std::map<std::pair<int64_t, TimerId>, Task>& timers, TimerId id) {
    for (auto it = timers.begin(); it != timers.end(); ++it) {
        if (it->first.second != id) continue;
        Task task = std::move(it->second);
        timers.erase(it);
        return task;
    }
    return nullptr;
}

}  // namespace

ThreadQueue::ThreadQueue(std::string name) {
    thread_ = std::thread([this, name = std::move(name)] {
        pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
        run();
    });
}

ThreadQueue::~ThreadQueue() {
    stop();
}

void ThreadQueue::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void ThreadQueue::post(Task task) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
}

TimerId ThreadQueue::post_after(Duration delay, Task task) {
    TimerId id = 0;
    {
        const std::lock_guard lock(mutex_);
        id = next_timer_++;
        if (!stopping_) timers_.emplace(std::pair{due_us(clock_, delay), id}, std::move(task));
    }
    wake_.notify_one();
    return id;
}

bool ThreadQueue::cancel(TimerId timer) {
    Task task;
    {
        const std::lock_guard lock(mutex_);
        task = take_timer(timers_, timer);
    }
    return task != nullptr;
}

bool ThreadQueue::on_queue() const {
    return std::this_thread::get_id() == thread_.get_id();
}

void ThreadQueue::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        const int64_t now = clock_.steady().us;
        if (!stopping_) {
            while (!timers_.empty() && timers_.begin()->first.first <= now) {
                tasks_.push_back(std::move(timers_.begin()->second));
                timers_.erase(timers_.begin());
            }
        }
        if (!tasks_.empty()) {
            Task task = std::move(tasks_.front());
            tasks_.pop_front();
            lock.unlock();
            task();
            task = nullptr;  // captured state dies off the lock
            lock.lock();
            continue;
        }
        if (stopping_) return;
        if (timers_.empty()) {
            wake_.wait(lock);
        } else {
            wake_.wait_for(lock, std::chrono::microseconds(std::min(timers_.begin()->first.first - now, kMaxWaitUs)));
        }
    }
}

TimerId ManualQueue::post_after(Duration delay, Task task) {
    const TimerId id = next_timer_++;
    timers_.emplace(std::pair{due_us(clock_, delay), id}, std::move(task));
    return id;
}

bool ManualQueue::cancel(TimerId timer) {
    return take_timer(timers_, timer) != nullptr;
}

size_t ManualQueue::run_ready() {
    size_t ran = 0;
    for (;;) {
        while (!timers_.empty() && timers_.begin()->first.first <= clock_.steady().us) {
            tasks_.push_back(std::move(timers_.begin()->second));
            timers_.erase(timers_.begin());
        }
        if (tasks_.empty()) return ran;
        Task task = std::move(tasks_.front());
        tasks_.pop_front();
        task();
        ++ran;
    }
}

size_t ManualQueue::run_for(Duration by) {
    const int64_t end = clock_.steady().us + by.us;
    size_t ran = run_ready();
    while (!timers_.empty() && timers_.begin()->first.first <= end) {
        const int64_t due = timers_.begin()->first.first;
        clock_.advance({due - clock_.steady().us});
        ran += run_ready();
    }
    clock_.advance({end - clock_.steady().us});
    return ran + run_ready();
}

}  // namespace linesman::base
