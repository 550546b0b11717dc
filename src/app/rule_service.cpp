#include "app/rule_service.h"

#include <algorithm>

#include "base/log.h"
#include "sync/value_codec.h"

namespace linesman::app {
namespace {

namespace value = sync::value;

// A newer wish replaces an older one, so one value is enough.
constexpr size_t kKeptPreviews = 1;

std::string key_of(const model::RuleSet& rules) {
    return rules.project_id + "\n" + model::hash_of(rules);
}

void add_finding(IgnoredFinding& item, SyncAccess& access) {
    for (const auto& finding : access.book.findings(item.staging_id)) {
        if (finding.id != item.finding_id) continue;
        item.title = model::title_of(finding.rule);
        item.message = finding.message;
        item.stands = true;
    }
}

}  // namespace

RuleService::RuleService(SyncSide& sync, Board& board, base::WorkerPool& pool, const base::Clock& clock)
    : sync_(sync),
      board_(board),
      pool_(pool),
      clock_(clock),
      ignores_(
          [this](std::string key, uint64_t) {
              sync_.with([this, key = std::move(key)](SyncAccess* access) {
                  if (!access) return;
                  ignores_.provide(key, read_ignores(*access));
                  board_.wake();
              });
          },
          1),
      previews_([this](std::string key, uint64_t) { run_preview(key); }, kKeptPreviews) {}

std::shared_ptr<const IgnoreList> RuleService::ignores(const Snapshot& snapshot) {
    return ignores_.get({}, snapshot.rows_generation);
}

std::shared_ptr<const IgnoreList> RuleService::read_ignores(SyncAccess& access) {
    auto list = std::make_shared<IgnoreList>();
    list->generation = access.rows_generation;
    auto status = access.cache.for_each(access.names.ignores, [&](const store::DocumentView& document) {
        const auto fields = value::parse_fields(document.fields);
        if (!fields || !value::boolean_at(*fields, "active", true)) return true;
        IgnoredFinding item;
        item.finding_id = document.id;
        item.staging_id = value::text_at(*fields, "staging_id");
        item.reason = value::text_at(*fields, "reason");
        if (item.reason.empty()) item.reason = value::text_at(*fields, "comment");
        item.by_uid = value::text_at(*fields, "by");
        item.by_name = value::text_at(*fields, "by_name");
        item.op_id = value::text_at(*fields, "op_id");
        item.at = value::timestamp_at(*fields, "updated_at");
        list->items.push_back(std::move(item));
        return true;
    });
    if (!status) base::log(base::LogLevel::warning, "app", status.error());
    for (const auto& [op_id, pending] : access.book.pending_ignores()) {
        const auto& operation = pending.operation;
        std::erase_if(list->items, [&](const auto& item) { return item.finding_id == operation.target; });
        if (operation.kind != model::OperationKind::ignore_finding) continue;
        list->items.push_back({operation.target,
                               operation.staging_id,
                               operation.reason.empty() ? operation.comment : operation.reason,
                               operation.uid,
                               operation.by_name,
                               op_id,
                               operation.made_at,
                               {},
                               {},
                               false,
                               true});
    }
    for (auto& item : list->items) add_finding(item, access);
    std::stable_sort(list->items.begin(), list->items.end(), [](const auto& a, const auto& b) { return a.at > b.at; });
    return list;
}

std::shared_ptr<const RulePreviewView> RuleService::preview(const model::RuleSet& candidate, const Snapshot& snapshot) {
    if (snapshot.loading || snapshot.rules_running) return nullptr;
    {
        const std::lock_guard lock(mutex_);
        candidate_ = candidate;
    }
    auto known = previews_.get(key_of(candidate), snapshot.rows_generation);
    if (known) return known;
    auto waiting = std::make_shared<RulePreviewView>();
    waiting->candidate = candidate;
    return waiting;
}

void RuleService::run_preview(const std::string& key) {
    sync_.with([this, key](SyncAccess* access) {
        if (!access) return;
        auto view = std::make_shared<RulePreviewView>();
        {
            const std::lock_guard lock(mutex_);
            view->candidate = candidate_;
        }
        if (key_of(view->candidate) != key) return;  // another was asked for meanwhile
        const auto begin = clock_.steady();
        auto preview = model::preview_rules(access->book.validator(), view->candidate, clock_.now(), &pool_);
        view->milliseconds = static_cast<double>(clock_.steady().us - begin.us) / 1000;
        view->newly_failing = std::move(preview.newly_failing);
        view->newly_passing = std::move(preview.newly_passing);
        view->generation = access->rows_generation;
        view->ready = true;
        previews_.provide(key, std::move(view));
        board_.wake();
    });
}

RulesInForce RuleService::in_force(const std::string& project_id, const Snapshot& snapshot) {
    RulesInForce in_force;
    in_force.origin = "Built-in defaults";
    for (const auto& rules : snapshot.reference->rule_sets) {
        if (rules.project_id != project_id) continue;
        in_force.rules = rules;
        in_force.defaults = false;
        in_force.origin = "rule-sets/" + project_id + ", version " + std::to_string(rules.version);
    }
    in_force.hash = model::hash_of(in_force.rules);
    return in_force;
}

}  // namespace linesman::app
