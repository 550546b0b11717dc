// `promote --index-existing`: makes the keys (pole-keys) of poles that are in production already, then the marker
// without which promotion is refused (contract, "Approve"). Can be run again at any time: keys that exist are left
// alone, one that belongs to another pole is reported.
//
//   pages of planted-poles by name ──► batchGet of their keys ──► commits of the missing ones (exists: false) ──►
//   marker
//
// Cost: two reads for each pole without key or with, and one write for each key made. A commit that failed because
// somebody else made one of its keys at the same time ends the run with that error; running again goes on.
//
// Thread: the queue of the Firestore client. Dropping it stops; what was written stays.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sync/collections.h"
#include "sync/firestore.h"
#include "sync/reply_reader.h"

namespace linesman::sync {

struct IndexReport {
    uint64_t poles = 0, keys_made = 0, keys_known = 0, without_number = 0;
    // Two poles in production with one number: "LAW.P.A001: p_1, p_2". For a person to sort out; the first keeps the
    // key.
    std::vector<std::string> duplicates;
};

class IndexExisting {
  public:
    using Done = std::function<void(base::Result<IndexReport>)>;
    using OnProgress = std::function<void(const IndexReport&)>;

    // `firestore` and `queue` (the client's) must outlive it. `uid` is noted in the marker.
    IndexExisting(Firestore& firestore, base::Queue& queue, CollectionNames names, std::string uid,
                  OnProgress on_progress, Done done);
    void start() { read_page(); }

  private:
    struct Pole {
        std::string id, project_id, number, staging_id, key_name;
    };
    void read_page();
    void on_page(base::Result<std::string> text);
    void on_keys(base::Result<std::string> text);
    void make_keys(std::vector<Pole> poles);
    void next();
    void write_marker();
    void finish(base::Result<IndexReport> result);

    Firestore& firestore_;
    base::Queue& queue_;
    CollectionNames names_;
    std::string uid_;
    OnProgress on_progress_;
    Done done_;
    IndexReport report_;
    std::vector<Pole> page_;
    std::string at_name_;
    bool is_last_ = false;
    net::Call call_;
    ReplyReader reader_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace linesman::sync
