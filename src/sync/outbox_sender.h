// Sends what people decided (contract, "Every human change is one atomic commit"): each ready operation as one commit,
// several at once, in order for each capture.
//
//   ready ──► sending ──► (related documents) ──► commit ──► success ──► read back ──► cache, then outbox: done
//     ▲                                             │
//     │ retryable: later, age visible ◄─────────────┤
//     │                                             └─ anything else ──► capture-audit/{op_id} there? ──► yes: done
//     after all │                                                                        │ no │ precondition, exists,
//     not found ─┴─ denied, invalid ──► parked with cause and cure │                                                │
//     │                                        re-read the capture
//     └── rebase, journalled ◄── nothing material changed, no new finding ──┴── else ──► conflict, with theirs
//
// Threads: lives on the sync queue; every call of the Outbox runs on the outbox queue and answers back. Dropping it
// stops sending: what was in flight stays `sending` and is taken up by the next become_sender(). Both queues must have
// run dry before the Outbox is destroyed.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/queue.h"
#include "store/outbox.h"
#include "sync/cache_applier.h"
#include "sync/commit_builder.h"
#include "sync/firestore.h"
#include "sync/reply_reader.h"

namespace linesman::sync {

struct SenderOptions {
    CollectionNames names;
    size_t in_flight = 4;
    base::BackoffTuning backoff;
    // False for projects whose production is filled by Linesman alone and has no older poles.
    bool require_key_index = true;
    uint64_t random_seed = std::random_device{}();
};

struct SenderHooks {
    // Takes the server's newest version of a document into the cache (Pull::take_document). Required.
    std::function<void(const std::string& collection, RawDocument document)> store;
    // The capture is not there any more as of this time.
    std::function<void(const std::string& collection, const std::string& id, base::Timestamp as_of)> forget;
    // Whether the operation may go on top of this newer version: no new blocking or error finding. Absent: yes.
    std::function<bool(const model::Capture& theirs, const model::Operation& operation)> may_rebase;
    std::function<bool(const std::string& project_id)> allows_blank_number;
    // Whether approvals of this project need every photo to have been seen. Absent: no.
    std::function<bool(const std::string& project_id)> requires_seen_photos;
    // The planned pole of this capture. Absent: none is planned.
    std::function<std::optional<PlannedPlace>(const model::Capture&)> planned;
    // The fate of an operation changed: read it from the outbox.
    std::function<void(const std::string& op_id)> on_change;
};

struct SenderStatus {
    size_t in_flight = 0;
    uint64_t sent = 0, rebased = 0, retried = 0, parked = 0, conflicts = 0;
    std::optional<base::Error> last_error;  // of the outbox itself: deciding still works, sending does not
};

class OutboxSender {
  public:
    OutboxSender(Firestore& firestore, store::CacheReader& cache, store::Outbox& outbox, base::Queue& sync_queue,
                 base::Queue& outbox_queue, const base::Clock& clock, SenderOptions options, SenderHooks hooks);
    ~OutboxSender();
    OutboxSender(const OutboxSender&) = delete;
    OutboxSender& operator=(const OutboxSender&) = delete;

    // Operations are sent only under the person who made them. Empty: signed out, nothing is sent.
    void set_person(std::string uid);
    void pause(bool paused);  // working offline included
    // How many operations of batches may be sent per second; decisions made one by one are not held back. <= 0: no
    // limit.
    void set_bulk_rate(double per_second);
    // Something was enqueued, released, withdrawn.
    void poke();
    // What waits for the line need not wait any longer.
    void line_is_back();
    const SenderStatus& status() const { return status_; }

  private:
    struct Parcel;
    struct Shipment;
    using Then = std::function<void(Shipment&)>;

    template <typename F, typename G>
    void on_outbox(F call, G then);
    void begin(Parcel parcel);
    bool renew_undo(Shipment& shipment);
    void follow_earlier(Shipment& shipment);
    void read_related(Shipment& shipment);
    void send(Shipment& shipment);
    void on_commit(Shipment& shipment, base::Result<CommitReply> reply);
    void read_audit(Shipment& shipment, base::Error error, std::string cure = {});
    void judge(Shipment& shipment, const base::Error& error);
    void reread(Shipment& shipment, base::Error error);
    void reconcile(Shipment& shipment, const base::Error& error, const RawDocument* theirs);
    bool may_ignore_arrivals(const model::Capture& seen, const model::Capture& now,
                             const model::Operation& operation) const;
    void read_back(Shipment& shipment, std::string update_time, int attempts_left);

    void batch_get(Shipment& shipment, std::vector<std::string> names,
                   std::function<void(Shipment&, base::Result<Reply>)> then);
    void done(Shipment& shipment, std::string update_time);
    void retry(Shipment& shipment, const base::Error& error);
    void refuse(Shipment& shipment, const base::Error& error, std::string cure);
    void park(Shipment& shipment, const base::Error& error, std::string cure);
    void conflict(Shipment& shipment, std::string theirs_fields, std::string why);
    void rebase(Shipment& shipment, std::string update_time, std::string fields);
    void leave(std::string op_id, base::Status written);
    std::string staging_name(const Shipment& shipment) const;
    PromotionRules promotion_rules(const model::Capture& capture);
    void arm(std::optional<base::Timestamp> at);
    int64_t bulk_allowed();
    std::optional<base::Timestamp> next_bulk() const;

    Firestore& firestore_;
    store::CacheReader& cache_;
    store::Outbox& outbox_;
    base::Queue& sync_queue_;
    base::Queue& outbox_queue_;
    const base::Clock& clock_;
    SenderOptions options_;
    SenderHooks hooks_;
    SenderStatus status_;
    std::string uid_;
    // Batches draw on tokens that come at the rate; at most a second's worth is saved up.
    double bulk_rate_ = 0, bulk_tokens_ = 1;
    base::Duration bulk_counted_at_{};
    bool paused_ = false, asking_ = false, ask_again_ = false;
    base::TimerId timer_ = 0;
    std::map<std::string, std::unique_ptr<Shipment>> shipments_;  // by op_id
    ReplyReader reader_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace linesman::sync
