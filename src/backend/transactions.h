// Open transactions: optimistic. What one read is remembered; its commit is aborted when any of that changed since.
// Google's emulator locks instead; to a client both look the same: ABORTED, try again. Thread: any.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "backend/commit.h"
#include "base/json.h"
#include "base/time.h"

namespace linesman::backend {

class Transactions {
  public:
    // `options` as in BeginTransactionRequest ({"readOnly":{"readTime"}} | {"readWrite":{}} | absent). Returns the id
    // (base64). Reads happen at `now` unless a read time is named. Errors: invalid_argument.
    base::Result<std::string> begin(const base::Json* options, base::Timestamp now);

    // Errors (all): invalid_argument when the id is unknown, finished or idle for too long.
    base::Result<base::Timestamp> read_time(const std::string& id, base::Timestamp now);
    void note_read(const std::string& id, const std::string& name, std::optional<base::Timestamp> version);
    base::Result<ReadSet> finish(const std::string& id, base::Timestamp now, bool writes);
    base::Status rollback(const std::string& id);

  private:
    struct Open {
        base::Timestamp read_time;
        base::Timestamp last_used;
        bool read_only = false;
        ReadSet reads;
    };
    std::mutex mutex_;
    std::map<std::string, Open> open_;
};

}  // namespace linesman::backend
