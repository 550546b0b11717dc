// columns.bin beside cache.db: the columns of model/columns.h as they were, so that a warm start copies memory instead
// of reading and judging a million documents.
//
// Invariant: it is only ever a copy. It is used when its generation equals the cache's and its producer is the
// caller's; anything else (absent, older, short, damaged, made by another build) gives "not usable" with a reason, and
// the rows are read from the cache instead.
//
// Layout, little endian (the file never leaves its machine): header of 64 bytes, then one block per dictionary and
// chunk. Each block = u64 length of the body, u64 checksum of the body, body padded to 8 bytes. The checksum is for bad
// disks and cut files, not against malice, but no byte of the file can make reading crash: every length, offset and
// index is checked.
//
// Thread: any; no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/columns.h"

namespace linesman::store {

struct ColumnsStamp {
    int64_t generation = 0;  // CacheReader::generation() of the rows
    uint64_t producer = 0;   // whatever else the rows depend on (rules, program); chosen by the caller
    bool operator==(const ColumnsStamp&) const = default;
};

// Atomically (temporary file, rename). Errors: disk_full, io.
base::Status write_columns_file(const std::string& path, const model::Columns& columns, const ColumnsStamp& stamp);

// Errors: not_found; precondition_failed (other generation or producer: nothing is wrong); unsupported (other version
// of the format); corrupt. For all of them: carry on without; `what` can be shown.
base::Result<model::Columns> read_columns_file(const std::string& path, const ColumnsStamp& expected);

}  // namespace linesman::store
