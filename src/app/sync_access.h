// What lives on the sync queue, lent for one task to the services of the desk that need it: SyncSide::with().
//
// Thread: the sync queue, for the length of the call only.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/capture_book.h"
#include "app/config.h"
#include "app/detail_service.h"
#include "store/cache.h"
#include "sync/change_reader.h"
#include "sync/collections.h"
#include "sync/firestore.h"

namespace linesman::app {

struct SyncAccess {
    const Profile& profile;
    const model::Session& session;
    CaptureBook& book;
    store::CacheReader& cache;
    sync::CollectionNames names;
    sync::ChangeReader& changes;
    uint64_t rows_generation = 0;
    std::string unreachable;  // why the server cannot be asked now; empty when it can
    std::function<std::shared_ptr<const LoadedCapture>(const std::string& staging_id)> load;
};

}  // namespace linesman::app
