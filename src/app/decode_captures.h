// Many cached documents as captures: decoded by the pool and the calling thread together, handed over in their order.
//
// Thread: any but a pool thread; waits. Needs memory for a slice of decoded captures, about 5 MB.
#pragma once

#include <functional>
#include <vector>

#include "base/worker_pool.h"
#include "model/capture.h"
#include "store/cache.h"

namespace linesman::app {

// A document that cannot be decoded comes as an unreadable capture.
void decode_captures(base::WorkerPool& pool, const std::vector<const store::CachedDocument*>& documents,
                     const std::function<void(const model::Capture&)>& take);

}  // namespace linesman::app
