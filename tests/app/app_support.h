// Folders and captures for the tests of the app room.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

#include "base/time.h"
#include "model/builders.h"
#include "store/cache.h"
#include "support/temp_folder.h"
#include "sync/capture_codec.h"

namespace linesman::app::test {

using linesman::test::TempFolder;

// Woken from any thread; the test waits until its condition holds. A hang ends after a minute.
class Signal {
  public:
    // Told under the lock: whoever waits may drop this as soon as it is free.
    void set() {
        const std::lock_guard lock(mutex_);
        ++count_;
        changed_.notify_all();
    }
    int count() {
        const std::lock_guard lock(mutex_);
        return count_;
    }
    // Looks again after every set().
    bool wait(const std::function<bool()>& done) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        std::unique_lock lock(mutex_);
        for (;;) {
            const int seen = count_;
            lock.unlock();
            const bool met = done();
            lock.lock();
            if (met) return true;
            if (!changed_.wait_until(lock, end, [&] { return count_ != seen; })) return false;
        }
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

// A capture as the cache holds it.
inline store::CachedDocument cached(const model::Capture& capture, const std::string& update_time) {
    return {"staging-field-captures", capture.staging_id, update_time, base::to_text(sync::encode_capture(capture)),
            ""};
}

inline constexpr const char* kVersion1 = "2025-06-15T16:00:00.000001Z";
inline constexpr const char* kVersion2 = "2025-06-15T17:00:00.000001Z";

}  // namespace linesman::app::test
