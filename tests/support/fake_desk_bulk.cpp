// The fake desk's batches and open matters.
#include <algorithm>

#include "support/fake_desk.h"

namespace linesman::test {

using app::BatchState;
using app::BulkPlanItem;

uint64_t FakeDesk::plan_bulk(app::BulkRequest request) {
    auto plan = std::make_shared<app::BulkPlan>();
    plan->id = next_op_++;
    plan->ready = true;
    plan->made_at = options_.now;
    if (request.staging_ids.empty() && request.filter) {
        for (const auto row : model::filter_rows(snapshot_->columns, *request.filter))
            request.staging_ids.emplace_back(snapshot_->columns.staging_id(row));
    }
    if (request.staging_ids.empty()) plan->refused_because = "Nothing is selected. Select captures first.";
    if (!snapshot_->session.signed_in) plan->refused_because = "Sign in to decide.";
    for (const auto& id : request.staging_ids) {
        app::DecisionDraft draft = request.draft;
        draft.staging_id = id;
        BulkPlanItem item;
        item.staging_id = id;
        if (const auto found = index_.find(id); found != index_.end())
            item.pole_number = captures_[found->second].pole_number;
        auto permission = may(draft);
        if (!permission.needs_override.empty() && !request.override_reason.empty()) {
            for (const auto& finding : permission.needs_override) item.overridden.push_back(finding);
            permission = model::Permission::yes();
        }
        item.verdict = permission.allowed                   ? BulkPlanItem::Verdict::will_change
                       : !permission.needs_override.empty() ? BulkPlanItem::Verdict::needs_override
                                                            : BulkPlanItem::Verdict::refused;
        item.text = permission.allowed ? "Would be changed" : permission.why_not;
        ++(permission.allowed                   ? plan->will_change
           : !permission.needs_override.empty() ? plan->need_override
                                                : plan->refused);
        plan->items.push_back(std::move(item));
    }
    plan->done = plan->total = plan->items.size();
    plan->title = "Change " + std::to_string(plan->will_change) + " captures";
    plan->request = std::move(request);
    plan_ = std::move(plan);
    return plan_->id;
}

app::BulkStart FakeDesk::start_bulk(uint64_t plan_id) {
    app::BulkStart start;
    if (!plan_ || plan_->id != plan_id || plan_->will_change == 0) {
        start.why = "Nothing would change. Make a new dry run.";
        return start;
    }
    start.state = app::BulkStart::State::durable;
    start.batch_id = "batch" + std::to_string(next_op_++);
    app::BatchReceipts receipts;
    receipts.batch_id = start.batch_id;
    for (const auto& item : plan_->items) {
        if (item.verdict != BulkPlanItem::Verdict::will_change) continue;
        app::BatchReceipt receipt;
        receipt.op_id = "op" + std::to_string(next_op_++);
        receipt.staging_id = item.staging_id;
        receipt.pole_number = item.pole_number;
        receipt.text = "Waits";
        receipts.items.push_back(std::move(receipt));
    }
    start.items = receipts.items.size();
    app::BatchSummary batch;
    batch.batch_id = start.batch_id;
    batch.title = plan_->title;
    batch.made_at = options_.now;
    batch.total = batch.waiting = start.items;
    batch.per_second = snapshot_->bulk_rate;
    batch.seconds_left = static_cast<double>(start.items) / snapshot_->bulk_rate;
    receipts_[start.batch_id] = std::move(receipts);
    plan_ = nullptr;
    change([&](app::Snapshot& s) { s.batches.insert(s.batches.begin(), batch); });
    return start;
}

app::BulkStart FakeDesk::bulk_start_state(const std::string& batch_id) {
    app::BulkStart start;
    start.batch_id = batch_id;
    const auto found = receipts_.find(batch_id);
    start.state = found == receipts_.end() ? app::BulkStart::State::refused : app::BulkStart::State::durable;
    if (found != receipts_.end()) start.items = found->second.items.size();
    return start;
}

void FakeDesk::set_batch(const std::string& batch_id, BatchState state) {
    change([&](app::Snapshot& s) {
        for (auto& batch : s.batches) {
            if (batch.batch_id != batch_id) continue;
            if (batch.state == BatchState::cancelled || batch.state == BatchState::finished) return;
            batch.state = state;
            batch.seconds_left = -1;
            if (state != BatchState::cancelled) continue;
            batch.withdrawn += batch.waiting;
            batch.waiting = 0;
            for (auto& item : receipts_[batch_id].items) {
                if (item.state != model::OperationState::waiting) continue;
                item.state = model::OperationState::withdrawn;
                item.text = "Taken back before it was sent";
            }
        }
    });
}

void FakeDesk::advance_batches(size_t items) {
    change([&](app::Snapshot& s) {
        for (auto& batch : s.batches) {
            if (batch.state != BatchState::running) continue;
            size_t left = items;
            for (auto& item : receipts_[batch.batch_id].items) {
                if (left == 0) break;
                if (item.state != model::OperationState::waiting) continue;
                item.state = model::OperationState::done;
                item.text = "Done; the server has it";
                --left, ++batch.done, --batch.waiting;
            }
            if (batch.waiting == 0) batch.state = BatchState::finished;
        }
    });
}

std::shared_ptr<const app::BatchReceipts> FakeDesk::batch_receipts(const std::string& batch_id) {
    const auto found = receipts_.find(batch_id);
    return found == receipts_.end() ? nullptr : std::make_shared<const app::BatchReceipts>(found->second);
}

void FakeDesk::set_bulk_rate(double items_per_second) {
    change([&](app::Snapshot& s) {
        s.bulk_rate = std::clamp(items_per_second, app::kLeastBulkRate, app::kMostBulkRate);
        for (auto& batch : s.batches) batch.per_second = s.bulk_rate;
    });
}

std::shared_ptr<const app::MatterDetail> FakeDesk::matter(const std::string& op_id) {
    const auto& matters = snapshot_->matters;
    const auto found =
        std::find_if(matters.begin(), matters.end(), [&](const auto& m) { return m.pending.operation.op_id == op_id; });
    if (found == matters.end()) return nullptr;
    auto detail = std::make_shared<app::MatterDetail>();
    detail->op_id = op_id;
    detail->generation = snapshot_->rows_generation;
    detail->conflict = found->pending.state == model::OperationState::conflict;
    detail->base = captures_[index_.at(found->pending.operation.staging_id)];
    detail->mine = model::apply(detail->base, found->pending.operation);
    detail->theirs = detail->base;
    if (detail->conflict) {
        detail->theirs.pole_number += "9";
        detail->theirs.notes = "Number read again at the pole.";
    }
    detail->fields = model::three_way_difference(detail->base, detail->theirs, detail->mine);
    detail->choosable = {model::CaptureField::pole_number, model::CaptureField::project_id, model::CaptureField::gps,
                         model::CaptureField::notes, model::CaptureField::review};
    detail->keep_mine = model::Permission::yes();
    return detail;
}

app::DecisionOutcome FakeDesk::resolve_fields(const std::string& op_id, const app::MatterResolution& resolution) {
    app::DecisionOutcome outcome;
    if (!matter(op_id)) {
        outcome.why = "This matter is settled already.";
        return outcome;
    }
    resolved_fields.emplace_back(op_id, resolution);
    outcome.op_id = "op" + std::to_string(next_op_++);
    outcome.state = app::DecisionOutcome::State::durable;
    change([&](app::Snapshot& s) {
        std::erase_if(s.matters, [&](const auto& m) { return m.pending.operation.op_id == op_id; });
    });
    return outcome;
}

}  // namespace linesman::test
