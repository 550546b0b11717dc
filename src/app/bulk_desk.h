// Bulk decisions: the dry run, the start of a batch, pausing, resuming, cancelling, receipts. Working a batch off is
// the outbox's and the sender's (store/outbox.h, sync/outbox_sender.h), so a killed desk goes on where it was.
//
// The dry run and the start judge every capture with model::may() on what the desk holds at that moment; a capture that
// changed in between so that it would be refused is left out of the batch, with a receipt that says why. Slices, so
// that the desk stays quick meanwhile.
//
// Thread: main; the work runs on the sync queue and the outbox queue.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/board.h"
#include "app/bulk.h"
#include "app/on_demand.h"
#include "app/operation_maker.h"
#include "app/outbox_desk.h"
#include "app/sync_side.h"

namespace linesman::app {

class BulkDesk {
  public:
    BulkDesk(OutboxDesk& outbox, SyncSide& sync, Board& board, OperationMaker maker);
    ~BulkDesk();

    uint64_t plan(BulkRequest request, std::shared_ptr<const Snapshot> snapshot);
    std::shared_ptr<const BulkPlan> current() const;
    void drop();
    BulkStart start(uint64_t plan_id);
    BulkStart start_state(const std::string& batch_id) const;
    void pause(const std::string& batch_id, bool paused);
    void cancel(const std::string& batch_id);
    std::shared_ptr<const BatchReceipts> receipts(const std::string& batch_id, const Snapshot& snapshot);
    void set_rate(double items_per_second);

  private:
    struct Run;     // a dry run or a start under way
    struct Shared;  // what the queues see of this object
    static void slice(const std::shared_ptr<Shared>& shared, const std::shared_ptr<Run>& run);
    static void begin(SyncAccess& access, Run& run);
    static void judge(SyncAccess& access, Run& run, const std::string& staging_id);
    static void finish(const std::shared_ptr<Shared>& shared, const std::shared_ptr<Run>& run);
    static void write(const std::shared_ptr<Shared>& shared, const std::shared_ptr<Run>& run, store::Outbox& outbox);
    void order(const std::string& batch_id, std::function<base::Status(store::Outbox&)> work);

    std::shared_ptr<Shared> shared_;
    OnDemand<BatchReceipts> receipts_;
    uint64_t next_plan_ = 0;
};

}  // namespace linesman::app
