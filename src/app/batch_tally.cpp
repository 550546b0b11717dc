#include "app/batch_tally.h"

#include <algorithm>
#include <cstdlib>

#include "base/log.h"

namespace linesman::app {
namespace {

constexpr int64_t kMaxBatches = 50;

void add_counts(BatchSummary& batch, const std::map<model::OperationState, int64_t>& counts) {
    for (const auto& [state, count] : counts) {
        const auto n = static_cast<size_t>(count);
        batch.total += n;
        switch (state) {
            case model::OperationState::waiting:
            case model::OperationState::ready:
                batch.waiting += n;
                break;
            case model::OperationState::sending:
                batch.sending += n;
                break;
            case model::OperationState::done:
                batch.done += n;
                break;
            case model::OperationState::parked:
            case model::OperationState::conflict:
                batch.need_person += n;
                break;
            case model::OperationState::withdrawn:
                batch.withdrawn += n;
                break;
        }
    }
}

}  // namespace

double bulk_rate(store::Outbox& outbox) {
    const auto text = outbox.setting(kBulkRateKey);
    if (!text || !*text) return kDefaultBulkRate;
    const double rate = std::strtod((*text)->c_str(), nullptr);
    return rate >= kLeastBulkRate && rate <= kMostBulkRate ? rate : kDefaultBulkRate;
}

const std::vector<BatchSummary>& BatchTally::read(store::Outbox& outbox, const std::string& uid, double per_second) {
    const auto batches = outbox.batches({}, kMaxBatches);
    if (!batches) {
        base::log(base::LogLevel::warning, "outbox", batches.error());
        return summaries_;
    }
    summaries_.clear();
    for (const auto& known : *batches) {
        BatchSummary batch;
        if (const auto over = over_.find(known.batch_id); over != over_.end()) {
            batch = over->second;
        } else {
            batch.batch_id = known.batch_id;
            batch.title = known.title;
            batch.uid = known.uid;
            batch.made_at = known.made_at;
            const auto [plan, is_new] = plans_.try_emplace(known.batch_id);
            if (is_new) {
                if (const auto json = outbox.batch_plan(known.batch_id)) {
                    const auto* left_out = base::find(*json, "left_out");
                    if (left_out && left_out->is_array()) plan->second.left_out = left_out->size();
                }
            }
            batch.left_out = plan->second.left_out;
            batch.total = batch.left_out;
            if (const auto counts = outbox.batch_counts(known.batch_id)) add_counts(batch, *counts);
            const bool is_over = batch.waiting + batch.sending + batch.need_person == 0;
            batch.state = known.mark == store::BatchMark::cancelled ? BatchState::cancelled
                          : is_over                                 ? BatchState::finished
                          : known.mark == store::BatchMark::paused  ? BatchState::paused
                                                                    : BatchState::running;
            if (is_over) over_[known.batch_id] = batch;
        }
        batch.started_here = batch.uid == uid;
        batch.per_second = per_second;
        if (batch.state == BatchState::running && per_second > 0)
            batch.seconds_left = static_cast<double>(batch.waiting + batch.sending) / per_second;
        summaries_.push_back(std::move(batch));
    }
    return summaries_;
}

}  // namespace linesman::app
