// The outbox's side of the desk: owns outbox.db on its queue, takes operations, and tells what stands in it after every
// change.
//
// Thread: enqueue(), undo() and refresh() on any; everything else says its own. All work on the file runs on the outbox
// queue.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/batch_tally.h"
#include "app/outbox_tally.h"
#include "app/snapshot.h"
#include "base/queue.h"
#include "store/outbox.h"

namespace linesman::app {

// What stands in the outbox, as one value.
struct OutboxView {
    // Operations that changed since the last view, without documents; finished ones are among them. `all`: every
    // unfinished one, what is not named is finished.
    std::vector<model::PendingOperation> changed;
    bool all = false;
    OutboxSummary summary;
    MyDay my_day;
    std::vector<OpenMatter> matters;
    std::vector<BatchSummary> batches;
    double bulk_rate = kDefaultBulkRate;
    std::optional<std::map<std::string, std::string>> drafts;  // set once after the person changed
};

// One enqueue under way; main may wait on it for a moment.
class OutboxTicket {
  public:
    struct Result {
        base::Status status;
        model::Operation operation;  // as written, when ok
        bool withdrawn = false;      // an undo within the hold-back: nothing will be sent
    };
    // nullopt when it has not finished in `milliseconds`. Thread: any.
    std::optional<Result> wait(int milliseconds);
    void finish(Result result);

  private:
    std::mutex mutex_;
    std::condition_variable finished_;
    std::optional<Result> result_;
};

class OutboxDesk {
  public:
    using Changed = std::function<void(OutboxView)>;

    // Opens the file. Errors: those of store::Outbox::open. `changed` runs on the outbox queue.
    static base::Result<std::unique_ptr<OutboxDesk>> open(const std::string& path, const base::Clock& clock,
                                                          base::Queue& queue, Changed changed);

    // Thread: any; returns at once.
    std::shared_ptr<OutboxTicket> enqueue(model::Operation operation);
    // Takes back `undo.undo_of`, a decision made at this desk: withdraws it when it has never been sent, else enqueues
    // `undo` with the values of before. Refused (precondition_failed) when a field it set was changed since, and
    // (not_found) when the decision is another desk's and nobody asks the server for it (on_undo_elsewhere()). Thread:
    // any.
    std::shared_ptr<OutboxTicket> undo(model::Operation undo);
    // Asked for decisions that this file does not hold: fills in what the undo sets and enqueues it, or finishes the
    // ticket with what is in the way. Runs on the outbox queue. Set once, before the first undo.
    void on_undo_elsewhere(std::function<void(model::Operation undo, std::shared_ptr<OutboxTicket>)> ask) {
        undo_elsewhere_ = std::move(ask);
    }
    // The undo with the values of before, for a decision that this file holds. Errors: not_found, precondition_failed.
    // Thread: outbox queue.
    static base::Result<model::Operation> prepare_undo(store::Outbox& outbox, model::Operation undo);
    // As enqueue(), for a ticket that exists already.
    void enqueue(model::Operation operation, std::shared_ptr<OutboxTicket> ticket);
    // Withdraws an operation and writes others in its place, all or none. Thread: any.
    std::shared_ptr<OutboxTicket> replace(const std::string& op_id, std::vector<model::Operation> with);
    void record_refusal(model::Operation operation, std::string why);
    // Runs `work` on the outbox queue and reports afterwards. Thread: any.
    void with_file(std::function<void(store::Outbox&)> work);
    void resolve(const std::string& op_id, bool release, std::function<void(base::Status)> done);
    void set_draft(const std::string& uid, const std::string& staging_id, const std::string& text);

    // Whose operations the view is about. Thread: any.
    void set_person(const std::string& uid, int utc_offset_minutes);
    // Reads the file again and calls `changed`. Thread: any; several calls in a row cost one reading.
    void refresh();

    // Thread: outbox queue.
    store::Outbox& file() { return outbox_; }
    base::Queue& queue() { return queue_; }
    const std::string& desk_id() const { return desk_id_; }  // any thread

  private:
    OutboxDesk(store::Outbox outbox, const base::Clock& clock, base::Queue& queue, Changed changed);
    void report();
    void watch();
    OutboxTicket::Result take_back(model::Operation undo);
    void count_day();

    store::Outbox outbox_;
    const base::Clock& clock_;
    base::Queue& queue_;
    Changed changed_;
    std::string desk_id_;
    std::string uid_;
    int utc_offset_minutes_ = 120;
    std::function<void(model::Operation, std::shared_ptr<OutboxTicket>)> undo_elsewhere_;
    std::atomic<bool> refresh_posted_{false};
    bool drafts_due_ = false;
    int watches_ = 0;
    bool reported_ = false;
    int64_t mark_ = 0;         // of changed_since()
    int64_t counted_day_ = 0;  // local day that the tally counts
    std::string counted_uid_;
    OutboxTally tally_;
    BatchTally batches_;
};

}  // namespace linesman::app
