// The decision half of the desk beyond single decisions: matters, history, duplicates, rules, bulk.
#include "app/engine_parts.h"
#include "app/remote_undo.h"

namespace linesman::app {
// What the server keeps of the decision is read, then the undo is written as any other.
void Engine::Parts::undo_elsewhere(model::Operation undo, std::shared_ptr<OutboxTicket> ticket) {
    const auto fail = [](const std::shared_ptr<OutboxTicket>& open, base::Error error) {
        open->finish({std::move(error), {}, false});
    };
    sync->with([this, fail, ticket, undo = std::move(undo)](SyncAccess* access) {
        if (!access || !access->unreachable.empty()) {
            return fail(ticket, base::make_error(
                                    base::ErrorKind::offline,
                                    "This decision was made elsewhere; undoing it needs the server. " +
                                        (access ? access->unreachable : std::string("The captures cannot be read."))));
        }
        access->changes.change(undo.staging_id, undo.undo_of,
                               [this, fail, ticket, undo](base::Result<sync::ServerChange> found) {
                                   if (!found) return fail(ticket, found.error());
                                   auto made = undo_from_server(undo, *found);
                                   if (!made) return fail(ticket, made.error());
                                   outbox->enqueue(std::move(*made), ticket);
                               });
    });
}

std::shared_ptr<const MatterDetail> Engine::matter(const std::string& op_id) {
    return parts_->matters->get(op_id, *snapshot());
}

DecisionOutcome Engine::resolve_fields(const std::string& op_id, const MatterResolution& resolution) {
    DecisionOutcome outcome;
    outcome.op_id = op_id;
    auto operations = parts_->matters->settle(op_id, resolution, *snapshot());
    if (!operations) {
        outcome.why = operations.error().what;
        // Sent again, it meets the conflict with the newest version.
        if (operations.error().kind == base::ErrorKind::aborted) resolve(op_id, MatterChoice::retry);
        return outcome;
    }
    if (!operations->empty()) return parts_->decisions->replace(op_id, std::move(*operations));
    resolve(op_id, MatterChoice::take_theirs);
    outcome.state = DecisionOutcome::State::durable;
    return outcome;
}

std::shared_ptr<const CaptureHistory> Engine::history(const std::string& staging_id) {
    return parts_->histories->get(staging_id, snapshot()->rows_generation);
}

std::shared_ptr<const DuplicateGroups> Engine::duplicate_groups() {
    return parts_->duplicates->groups(*snapshot());
}

std::shared_ptr<const DuplicateMembers> Engine::duplicate_members(const std::vector<std::string>& staging_ids) {
    return parts_->duplicates->members(staging_ids, *snapshot());
}

MergePreview Engine::preview_merge(const MergeDraft& draft) {
    return parts_->duplicates->preview(draft, *snapshot());
}

DecisionOutcome Engine::merge(const MergeDraft& draft) {
    auto operation = parts_->duplicates->operation(draft, *snapshot());
    if (operation) return parts_->decisions->submit(std::move(*operation));
    DecisionOutcome outcome;
    outcome.why = operation.error().what;
    return outcome;
}

std::shared_ptr<const IgnoreList> Engine::ignores() {
    return parts_->rules->ignores(*snapshot());
}

RulesInForce Engine::rules_in_force(const std::string& project_id) {
    return RuleService::in_force(project_id, *snapshot());
}

std::shared_ptr<const RulePreviewView> Engine::preview_rules(const model::RuleSet& candidate) {
    return parts_->rules->preview(candidate, *snapshot());
}

uint64_t Engine::plan_bulk(BulkRequest request) {
    return parts_->bulk->plan(std::move(request), snapshot());
}

std::shared_ptr<const BulkPlan> Engine::bulk_plan() {
    return parts_->bulk->current();
}

void Engine::drop_bulk_plan() {
    parts_->bulk->drop();
}

BulkStart Engine::start_bulk(uint64_t plan_id) {
    return parts_->bulk->start(plan_id);
}

BulkStart Engine::bulk_start_state(const std::string& batch_id) {
    return parts_->bulk->start_state(batch_id);
}

void Engine::pause_batch(const std::string& batch_id) {
    parts_->bulk->pause(batch_id, true);
}

void Engine::resume_batch(const std::string& batch_id) {
    parts_->bulk->pause(batch_id, false);
}

void Engine::cancel_batch(const std::string& batch_id) {
    parts_->bulk->cancel(batch_id);
}

std::shared_ptr<const BatchReceipts> Engine::batch_receipts(const std::string& batch_id) {
    return parts_->bulk->receipts(batch_id, *snapshot());
}

void Engine::set_bulk_rate(double items_per_second) {
    parts_->bulk->set_rate(items_per_second);
}

}  // namespace linesman::app
