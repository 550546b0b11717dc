// What was asked of the backend, so that tests and the console's own figures can be compared. Thread: any.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/json.h"

namespace linesman::backend {

class Counters {
  public:
    // Kinds of requests: "runQuery", "commit", "get", "storage.media", "auth.signIn" ... Documents: read, written,
    // deleted as Firestore bills them (an empty query result costs one read).
    void request(const std::string& kind);
    void read(uint64_t documents);
    void listened(uint64_t documents);  // sent by Listen; counted as read, too
    void wrote(uint64_t documents);
    void removed(uint64_t documents);

    uint64_t requests(const std::string& kind) const;
    uint64_t requests() const;
    uint64_t documents_read() const;
    uint64_t documents_listened() const;
    uint64_t documents_written() const;
    uint64_t documents_deleted() const;
    base::Json to_json() const;
    void reset();

  private:
    mutable std::mutex mutex_;
    std::map<std::string, uint64_t> requests_;
    uint64_t read_ = 0;
    uint64_t listened_ = 0;
    uint64_t written_ = 0;
    uint64_t deleted_ = 0;
};

}  // namespace linesman::backend
