// The board: holds the current Snapshot and lets every side change its own part of it. Readers get one pointer; a
// change makes a new value and wakes the window.
//
// Thread: any.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "app/snapshot.h"

namespace linesman::app {

class Board {
  public:
    explicit Board(const base::Clock& clock) : clock_(clock) {}

    std::shared_ptr<const Snapshot> snapshot() const;
    void on_change(std::function<void()> wake);
    void wake() const;

    // `change` runs under the lock: only assignments. `rows_changed` makes row lists and details due.
    void update(const std::function<void(Snapshot&)>& change, bool rows_changed = false);

    // Adds a notice; the same text within a minute is not repeated.
    void notify(NoticeLevel level, std::string text, std::string cure = {}, std::string staging_id = {});
    void dismiss(uint64_t id);

  private:
    const base::Clock& clock_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> current_ = std::make_shared<Snapshot>();
    std::function<void()> wake_;
    uint64_t next_notice_ = 1;
};

}  // namespace linesman::app
