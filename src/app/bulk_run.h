// One pass over the captures of a bulk decision. Internal to bulk_*.cpp.
#pragma once

#include "app/bulk_desk.h"

namespace linesman::app {

// One pass over the captures: for the dry run, or again for the start.
struct BulkDesk::Run {
    explicit Run(OperationMaker made_by) : maker(std::move(made_by)) {}
    std::shared_ptr<BulkPlan> plan = std::make_shared<BulkPlan>();
    std::shared_ptr<const Snapshot> snapshot;  // dry run with a filter: the rows it is asked of
    OperationMaker maker;
    std::string batch_id;  // of a start; blank: dry run
    model::Session session;
    bool keys_indexed = false;
    std::vector<std::string> todo;
    size_t next = 0;
    std::vector<model::Operation> operations;  // start
    base::Json numbers = base::Json::object(), left_out = base::Json::array();

    bool starts() const { return !batch_id.empty(); }
};

struct BulkDesk::Shared {
    OutboxDesk& outbox;
    SyncSide& sync;
    Board& board;
    OperationMaker maker;
    std::mutex mutex;
    std::shared_ptr<const BulkPlan> plan;  // guarded
    uint64_t wanted = 0;                   // guarded; plan under way, 0 = none
    BulkStart last_start;                  // guarded

    void publish(std::shared_ptr<const BulkPlan> next) {
        {
            const std::lock_guard lock(mutex);
            if (wanted != next->id) return;  // dropped, or another was asked for
            plan = std::move(next);
        }
        board.wake();
    }
    bool is_wanted(uint64_t id) {
        const std::lock_guard lock(mutex);
        return wanted == id;
    }
    void started(BulkStart start) {
        {
            const std::lock_guard lock(mutex);
            last_start = std::move(start);
        }
        board.wake();
    }
};

}  // namespace linesman::app
