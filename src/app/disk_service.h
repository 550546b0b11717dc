// The disk's use for the window: measured on the pool when somebody looks, at most once a minute; and the clean-up.
//
// Thread: main; the work runs on the pool.
#pragma once

#include <functional>
#include <memory>

#include "app/disk_view.h"
#include "base/file.h"
#include "base/time.h"
#include "base/worker_pool.h"

namespace linesman::app {

class DiskService {
  public:
    // `clock` and `pool` must outlive the service; `wake` is called from the pool's threads.
    DiskService(base::Folders folders, const base::Clock& clock, base::WorkerPool& pool, std::function<void()> wake);
    ~DiskService();

    // nullptr while it is measured for the first time; afterwards the last one until a newer is ready.
    std::shared_ptr<const DiskView> get();
    // Deletes what can be fetched again, then measures. Nothing while one is under way.
    void clean();

  private:
    struct Shared;
    void begin(bool clean);
    base::WorkerPool& pool_;
    std::shared_ptr<Shared> shared_;  // also held by running work
};

}  // namespace linesman::app
