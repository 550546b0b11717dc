// Reads every capture of the cache for the rules: on the pool, in batches, each handed to the sync queue.
//
// Thread: start() on the sync queue; the reading runs on the pool with a connection of its own; `batch` and `done` run
// on the sync queue. Dropping the loader stops it; no callback runs afterwards.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/queue.h"
#include "base/worker_pool.h"
#include "model/capture.h"

namespace linesman::app {

class CaptureLoader {
  public:
    using Batch = std::function<void(std::vector<model::Capture>)>;
    using Done = std::function<void(base::Status)>;

    CaptureLoader(std::string cache_path, std::string collection, base::Queue& queue, base::WorkerPool& pool);
    ~CaptureLoader();

    void start(Batch batch, Done done);

  private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace linesman::app
