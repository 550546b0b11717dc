// The decision half of the desk beyond single decisions: matters, history, duplicates, rules, bulk.
#include "app/engine_parts.h"
#include "app/remote_undo.h"

namespace linesman::app {
namespace {

constexpr const char* kNotAvailable = "This is not available in this version of Linesman.";

}  // namespace

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

std::shared_ptr<const MatterDetail> Engine::matter(const std::string&) {
    return nullptr;
}

DecisionOutcome Engine::resolve_fields(const std::string&, const MatterResolution&) {
    DecisionOutcome outcome;
    outcome.why = kNotAvailable;
    return outcome;
}

std::shared_ptr<const CaptureHistory> Engine::history(const std::string& staging_id) {
    return parts_->histories->get(staging_id, snapshot()->rows_generation);
}

std::shared_ptr<const DuplicateGroups> Engine::duplicate_groups() {
    return nullptr;
}

std::shared_ptr<const DuplicateMembers> Engine::duplicate_members(const std::vector<std::string>&) {
    return nullptr;
}

MergePreview Engine::preview_merge(const MergeDraft&) {
    MergePreview preview;
    preview.permission = model::Permission::no(kNotAvailable);
    return preview;
}

DecisionOutcome Engine::merge(const MergeDraft&) {
    DecisionOutcome outcome;
    outcome.why = kNotAvailable;
    return outcome;
}

std::shared_ptr<const IgnoreList> Engine::ignores() {
    return nullptr;
}

RulesInForce Engine::rules_in_force(const std::string& project_id) {
    RulesInForce in_force;
    in_force.origin = "Built-in defaults";
    for (const auto& rules : snapshot()->reference->rule_sets) {
        if (rules.project_id != project_id) continue;
        in_force.rules = rules;
        in_force.defaults = false;
        in_force.origin = "rule-sets/" + project_id + ", version " + std::to_string(rules.version);
    }
    in_force.hash = model::hash_of(in_force.rules);
    return in_force;
}

std::shared_ptr<const RulePreviewView> Engine::preview_rules(const model::RuleSet&) {
    return nullptr;
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
