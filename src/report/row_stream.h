// Rows to text on all threads, in order: blocks of rows are rendered on the pool while the block before is written.
//
// Thread: one calls; `render` runs on several. Errors: cancelled, and those of the file.
#pragma once

#include <functional>
#include <string>

#include "base/worker_pool.h"
#include "report/output_set.h"
#include "report/table.h"

namespace linesman::report {

// How a report is made, besides what is in it.
struct Making {
    base::WorkerPool* pool = nullptr;                       // null: everything on the calling thread
    std::function<bool(size_t done, size_t total)> step{};  // rows; false cancels. May be empty
    // Rows over all files of the report; kept by whoever makes it.
    size_t done = 0, total = 0;

    base::Status advance(size_t rows);
};

using RenderRow = std::function<void(std::span<const Cell> cells, std::string& out)>;

// Calls `render` for every row in [from, to) and appends the texts to the file in order.
base::Status stream_rows(const Table& table, size_t from, size_t to, const RenderRow& render, Making& making,
                         OutputFile& file);

}  // namespace linesman::report
