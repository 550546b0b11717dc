// Asks the server for the history of one capture, or for one change of it.
//
// Thread: the queue of the Firestore client. Dropping the reader cancels what is under way; nothing is called any more.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/change_record.h"
#include "sync/collections.h"
#include "sync/firestore.h"

namespace linesman::sync {

struct ServerHistory {
    std::vector<VersionRecord> versions;          // by n
    std::map<std::string, ChangeRecord> changes;  // by op_id; some may be missing
    bool cut = false;                             // older ones were left out
};

// One change with the document before it and as it stands now, for each capture it concerned.
struct ServerChange {
    std::optional<ChangeRecord> change;
    struct Concerned {
        std::optional<VersionRecord> before;
        std::optional<RawDocument> now;
    };
    std::map<std::string, Concerned> captures;  // by staging id
};

class ChangeReader {
  public:
    ChangeReader(Firestore& firestore, CollectionNames names) : firestore_(firestore), names_(std::move(names)) {}

    // Errors: those of Firestore.
    void history(const std::string& staging_id, std::function<void(base::Result<ServerHistory>)> done);
    void change(const std::string& staging_id, const std::string& op_id,
                std::function<void(base::Result<ServerChange>)> done);

  private:
    using Then = std::function<void(base::Result<Reply>)>;
    void read(std::vector<std::string> names, Then then);
    void read_others(ServerChange found, std::function<void(base::Result<ServerChange>)> done);
    std::vector<std::string> names_of(const std::string& staging_id, const std::string& op_id) const;
    void take(ServerChange& found, const std::string& staging_id, const Reply& reply) const;
    uint64_t keep(std::function<net::Call(uint64_t)> start);

    Firestore& firestore_;
    CollectionNames names_;
    std::map<uint64_t, net::Call> calls_;
    uint64_t next_ = 0;
};

}  // namespace linesman::sync
