#include "app/bulk_run.h"

#include <algorithm>

#include "app/bulk_receipts.h"
#include "base/ids.h"

namespace linesman::app {
namespace {

constexpr size_t kKeptReceipts = 4;

}  // namespace

BulkDesk::BulkDesk(OutboxDesk& outbox, SyncSide& sync, Board& board, OperationMaker maker)
    : shared_(new Shared{outbox, sync, board, maker.for_bulk(), {}, nullptr, 0, {}}),
      receipts_(
          [this](std::string batch_id, uint64_t generation) {
              shared_->outbox.queue().post([this, batch_id = std::move(batch_id), generation] {
                  receipts_.provide(batch_id, read_receipts(shared_->outbox.file(), batch_id, generation));
                  shared_->board.wake();
              });
          },
          kKeptReceipts) {}

BulkDesk::~BulkDesk() = default;

uint64_t BulkDesk::plan(BulkRequest request, std::shared_ptr<const Snapshot> snapshot) {
    auto run = std::make_shared<Run>(shared_->maker);
    run->snapshot = std::move(snapshot);
    run->plan->id = ++next_plan_;
    run->plan->made_at = shared_->maker.clock().now();
    run->plan->request = std::move(request);
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->wanted = run->plan->id;
        shared_->plan = std::make_shared<const BulkPlan>(*run->plan);
    }
    slice(shared_, run);
    return run->plan->id;
}

std::shared_ptr<const BulkPlan> BulkDesk::current() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->plan;
}

void BulkDesk::drop() {
    const std::lock_guard lock(shared_->mutex);
    shared_->plan = nullptr;
    shared_->wanted = 0;
}

BulkStart BulkDesk::start(uint64_t plan_id) {
    BulkStart start;
    const auto plan = current();
    if (!plan || plan->id != plan_id || !plan->ready) {
        start.why = "The dry run is not there any more. Make a new one.";
        return start;
    }
    if (!plan->refused_because.empty() || plan->will_change == 0) {
        start.why = plan->refused_because.empty() ? "Nothing would change." : plan->refused_because;
        return start;
    }
    auto run = std::make_shared<Run>(shared_->maker);
    run->plan->id = plan->id;
    run->plan->request = plan->request;
    run->batch_id = "batch-" + base::uuid7(shared_->maker.clock());
    for (const auto& item : plan->items) {
        if (item.verdict == BulkPlanItem::Verdict::will_change) run->todo.push_back(item.staging_id);
    }
    start.state = BulkStart::State::waiting;
    start.batch_id = run->batch_id;
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->last_start = start;
        shared_->plan = nullptr;  // a plan starts once
        shared_->wanted = 0;
    }
    slice(shared_, run);
    return start;
}

BulkStart BulkDesk::start_state(const std::string& batch_id) const {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->last_start.batch_id == batch_id) return shared_->last_start;
    BulkStart unknown;
    unknown.batch_id = batch_id;
    unknown.why = "This batch was not started in this session. It stands in the list of batches.";
    return unknown;
}

void BulkDesk::order(const std::string& batch_id, std::function<base::Status(store::Outbox&)> work) {
    shared_->outbox.with_file([shared = shared_, batch_id, work = std::move(work)](store::Outbox& outbox) {
        if (auto status = work(outbox); !status) shared->board.notify(NoticeLevel::warning, status.error().what);
        shared->sync.poke_sender();
    });
}

void BulkDesk::pause(const std::string& batch_id, bool paused) {
    order(batch_id, [batch_id, paused](store::Outbox& outbox) { return outbox.pause_batch(batch_id, paused); });
}

void BulkDesk::cancel(const std::string& batch_id) {
    order(batch_id, [batch_id](store::Outbox& outbox) -> base::Status {
        auto withdrawn = outbox.cancel_batch(batch_id);
        return withdrawn ? base::Status() : base::Status(withdrawn.error());
    });
}

std::shared_ptr<const BatchReceipts> BulkDesk::receipts(const std::string& batch_id, const Snapshot& snapshot) {
    uint64_t version = 0;
    for (const auto& batch : snapshot.batches) {
        if (batch.batch_id != batch_id) continue;
        for (const size_t n : {batch.done, batch.waiting, batch.sending, batch.need_person, batch.withdrawn})
            version = version * 1'000'003 + n + 1;
    }
    return receipts_.get(batch_id, version);
}

void BulkDesk::set_rate(double items_per_second) {
    const double rate = std::clamp(items_per_second, kLeastBulkRate, kMostBulkRate);
    shared_->outbox.with_file([shared = shared_, rate](store::Outbox& outbox) {
        if (auto status = outbox.set_setting(kBulkRateKey, std::to_string(rate)); !status)
            shared->board.notify(NoticeLevel::warning, status.error().what);
    });
}

}  // namespace linesman::app
