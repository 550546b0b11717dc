// Applies writes to the store: preconditions, masks, transforms, limits; all of them or none.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backend/document_store.h"
#include "backend/write.h"

namespace linesman::backend {

struct WriteResult {
    std::optional<base::Timestamp> update_time;  // nullopt after a delete
    std::vector<Value> transform_results;
};

struct CommitResult {
    std::vector<WriteResult> writes;
    base::Timestamp commit_time;
};

// What a transaction read: name -> update time, nullopt when the document was missing.
using ReadSet = std::map<std::string, std::optional<base::Timestamp>>;

// `request_time` is cut to milliseconds for REQUEST_TIME and never later than the commit. With `reads` the commit is
// aborted when any of them changed since. Errors: not_found, already_exists, precondition_failed, aborted,
// invalid_argument.
base::Result<CommitResult> commit_writes(DocumentStore& store, const std::vector<Write>& writes,
                                         base::Timestamp request_time, const ReadSet* reads = nullptr);

}  // namespace linesman::backend
