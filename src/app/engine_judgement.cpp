// The decision half of the desk beyond single decisions: matters, history, duplicates, rules, bulk.
#include "app/engine_parts.h"

namespace linesman::app {
namespace {

constexpr const char* kNotAvailable = "This is not available in this version of Linesman.";

}  // namespace

std::shared_ptr<const MatterDetail> Engine::matter(const std::string&) {
    return nullptr;
}

DecisionOutcome Engine::resolve_fields(const std::string&, const MatterResolution&) {
    DecisionOutcome outcome;
    outcome.why = kNotAvailable;
    return outcome;
}

std::shared_ptr<const CaptureHistory> Engine::history(const std::string& staging_id) {
    auto history = std::make_shared<CaptureHistory>();
    history->staging_id = staging_id;
    history->incomplete = kNotAvailable;
    return history;
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

uint64_t Engine::plan_bulk(BulkRequest) {
    return 0;
}

std::shared_ptr<const BulkPlan> Engine::bulk_plan() {
    return nullptr;
}

void Engine::drop_bulk_plan() {}

BulkStart Engine::start_bulk(uint64_t) {
    BulkStart start;
    start.why = kNotAvailable;
    return start;
}

BulkStart Engine::bulk_start_state(const std::string& batch_id) {
    BulkStart start;
    start.batch_id = batch_id;
    start.why = kNotAvailable;
    return start;
}

void Engine::pause_batch(const std::string&) {}
void Engine::resume_batch(const std::string&) {}
void Engine::cancel_batch(const std::string&) {}

std::shared_ptr<const BatchReceipts> Engine::batch_receipts(const std::string&) {
    return nullptr;
}

void Engine::set_bulk_rate(double) {}

}  // namespace linesman::app
