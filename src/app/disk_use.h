// What this desk keeps on the disk, and which of it may go.
//
// Thread: any but main; reads every folder entry. Errors: io, naming what could not be deleted.
#pragma once

#include <vector>

#include "app/disk_view.h"
#include "base/file.h"
#include "base/result.h"

namespace linesman::app {

std::vector<DiskUse> disk_use(const base::Folders& folders);
// Deletes what can go. Returns the bytes freed. Never outbox.db, its damaged copies, or cache.db.
base::Result<uint64_t> clean_up(const base::Folders& folders);

}  // namespace linesman::app
