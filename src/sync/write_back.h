// Writes the machine's judgements into staging documents: off unless asked for, under the lease of the project, in
// small commits at a limited rate (contract, "Machine write-back").
//
//   due ids ──judge──► nothing to change · later · somebody's claim: when it expires
//              └──► up to `batch` documents ──► commit: validating + claim ──► commit: verdict, claim removed
//   refused precondition, lost reply, 429, 503: wait (Retry-After), read the documents again, judge again
//   no permission: everything stays due, asked again much later · a document the server cannot take: left until it
//   changes
//
// Every write carries the updateTime of the document that was judged. No version, no revision, no audit entry: what the
// machine says can be said again at any time.
//
// Thread: the queue of the Firestore client. Dropping it stops; a claim left behind expires.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/queue.h"
#include "sync/collections.h"
#include "sync/firestore.h"
#include "sync/machine_judgement.h"
#include "sync/reply_reader.h"

namespace linesman::sync {

struct WriteBackTuning {
    size_t batch = 10;                                         // documents in one commit; security rules look up few
    base::Duration between_batches = base::milliseconds(500);  // 20 documents, 40 writes a second at most
    base::Duration claim_for = base::minutes(2);
    base::Duration look_again = base::seconds(20);  // at captures with a decision under way
    base::Duration refused_again = base::minutes(5);
    size_t slice = 200;  // captures judged in one task of the queue
    base::BackoffTuning backoff;
};

struct JudgedCapture {
    enum class State : uint8_t {
        gone,      // not in the cache any more
        not_ours,  // the lease of its project is not held here, or its project not wholly mirrored
        later,     // a decision on it is under way at this desk
        judged,
    } state = State::gone;
    CurrentDocument current;
    model::Capture capture;
    std::vector<model::Finding> findings;
};

struct WriteBackHooks {
    // Required. The capture as the rules see it now.
    std::function<JudgedCapture(const std::string& id)> judge;
    // False while findings are being worked out; poke() follows.
    std::function<bool()> ready;
    std::function<base::Timestamp()> server_now;
    // The server's version, read after a refusal, goes into the cache; or it is gone as of a time.
    std::function<void(RawDocument document)> store;
    std::function<void(const std::string& id, base::Timestamp as_of)> forget;
    std::function<void()> changed;  // status() changed
};

struct WriteBackStatus {
    uint64_t judged = 0;     // captures looked at
    uint64_t written = 0;    // verdicts that the server has
    uint64_t repaired = 0;   // of these, decided captures set right again
    uint64_t unchanged = 0;  // suppressed
    uint64_t retried = 0;    // commits that failed and were tried again
    size_t due = 0;          // not looked at yet
    size_t waiting = 0;      // for somebody's claim, or a decision under way
    bool refused = false;    // no permission
    std::optional<base::Error> last_error;
    bool idle = true;  // nothing due, nothing in flight
};

class WriteBack {
  public:
    // `holder` names this process in claims. References must outlive it.
    WriteBack(Firestore& firestore, base::Queue& queue, const base::Clock& clock, std::string holder,
              WriteBackTuning tuning, WriteBackHooks hooks, uint64_t random_seed = std::random_device{}());
    ~WriteBack();
    WriteBack(const WriteBack&) = delete;
    WriteBack& operator=(const WriteBack&) = delete;

    // To be looked at. Offering everything is cheap: what would not change is not written.
    void offer(const std::vector<std::string>& ids);
    // Something that may have stood in the way is gone: lease taken, findings there, line back.
    void poke();
    const WriteBackStatus& status() const { return status_; }

  private:
    struct Item {
        std::string id;
        CurrentDocument current;
        MachineWrite write;
        bool is_repair = false;
    };
    void step();
    void collect();
    void consider(const std::string& id);
    void send_claims();
    void send_verdicts();
    void on_written(const CommitReply& reply);
    void failed(const base::Error& error);
    void read_again();
    void on_read_again(base::Result<std::string> text);
    void wait(base::Duration delay, void (WriteBack::*then)());
    void put_back();
    void report();

    Firestore& firestore_;
    base::Queue& queue_;
    const base::Clock& clock_;
    std::string holder_;
    WriteBackTuning tuning_;
    WriteBackHooks hooks_;
    base::Backoff backoff_;
    WriteBackStatus status_;
    std::set<std::string> due_;
    std::map<std::string, base::Duration> waiting_;   // id -> steady time at which it is due again
    std::map<std::string, base::Timestamp> written_;  // our version, until the cache has caught up
    std::map<std::string, std::string> not_taken_;    // id -> version that the server could not take
    std::vector<Item> batch_;
    size_t batch_limit_;
    bool stepping_posted_ = false, busy_ = false;
    base::TimerId timer_ = 0, wake_timer_ = 0;
    net::Call call_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace linesman::sync
