// Coverage of the plan, worked out on the pool when somebody looks and something changed; one computation at a time.
//
// Thread: main; the work runs on the pool.
#pragma once

#include <functional>
#include <memory>

#include "app/snapshot.h"
#include "base/worker_pool.h"
#include "model/coverage.h"

namespace linesman::app {

class CoverageService {
  public:
    // `pool` must outlive the service; `wake` is called from its threads.
    CoverageService(base::WorkerPool& pool, std::function<void()> wake);
    ~CoverageService();

    // The newest there is; nullptr while the first one is worked out.
    std::shared_ptr<const model::Coverage> get(const std::shared_ptr<const Snapshot>& snapshot);

  private:
    struct Shared;
    base::WorkerPool& pool_;
    std::shared_ptr<Shared> shared_;  // also held by running work
};

}  // namespace linesman::app
