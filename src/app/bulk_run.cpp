// The passes of a bulk decision: judging in slices on the sync queue, writing on the outbox queue.
#include "app/bulk_run.h"

#include <algorithm>
#include <unordered_set>

#include "app/bulk_receipts.h"
#include "app/decision_desk.h"
#include "app/search_hits.h"
#include "base/log.h"
#include "sync/promotion.h"

namespace linesman::app {
namespace {

constexpr size_t kSlice = 64;  // captures judged before the sync queue serves others: a few milliseconds

using Verdict = BulkPlanItem::Verdict;

}  // namespace

void BulkDesk::slice(const std::shared_ptr<Shared>& shared, const std::shared_ptr<Run>& run) {
    shared->sync.with([shared, run](SyncAccess* access) {
        BulkPlan& plan = *run->plan;
        if (!run->starts() && !shared->is_wanted(plan.id)) return;
        if (!access) plan.refused_because = "The captures cannot be read. Start Linesman again.";
        if (access && run->next == 0) begin(*access, *run);
        const size_t end = std::min(run->next + kSlice, run->todo.size());
        for (; plan.refused_because.empty() && run->next < end; ++run->next) judge(*access, *run, run->todo[run->next]);
        if (!plan.refused_because.empty() || run->next >= run->todo.size()) return finish(shared, run);
        if (!run->starts()) {
            auto progress = std::make_shared<BulkPlan>();
            progress->id = plan.id;
            progress->made_at = plan.made_at;
            progress->request.draft = plan.request.draft;
            progress->done = run->next;
            progress->total = run->todo.size();
            shared->publish(std::move(progress));
        }
        slice(shared, run);
    });
}

void BulkDesk::begin(SyncAccess& access, Run& run) {
    BulkPlan& plan = *run.plan;
    run.session = access.session;
    const auto marker = access.cache.document(access.names.pole_keys, sync::kIndexMarkerId);
    run.keys_indexed = marker && marker->has_value();
    if (!run.starts()) {
        run.todo = plan.request.staging_ids;
        if (run.todo.empty() && plan.request.filter && run.snapshot) {
            const auto& columns = run.snapshot->columns;
            const bool promotes = plan.request.draft.kind == model::OperationKind::promote;
            const auto hits = search_hits(access.cache, *run.snapshot->people, plan.request.filter->search);
            for (const auto row : model::filter_rows(columns, *plan.request.filter, hits)) {
                // Whoever promotes what a filter lets through means what is approved and not in production yet.
                const bool approved =
                    columns.chunk_of(row).decision[row % model::kChunkRows] == model::Decision::approved;
                if (promotes && (!approved || (columns.flags(row) & model::kFlagInProduction) != 0)) continue;
                run.todo.emplace_back(columns.staging_id(row));
            }
        }
        std::vector<std::string> once;
        std::unordered_set<std::string> seen;
        for (auto& id : run.todo) {
            if (seen.insert(id).second) once.push_back(std::move(id));
        }
        run.todo = std::move(once);
        plan.total = run.todo.size();
    }
    run.snapshot = nullptr;
    if (!run.session.signed_in) plan.refused_because = "You are not signed in. Sign in to decide.";
    if (run.todo.empty()) plan.refused_because = "Nothing is selected. Select captures, or change the filter.";
    if (run.todo.size() > kMaxBulk)
        plan.refused_because = "These are " + std::to_string(run.todo.size()) + " captures; one batch takes " +
                               std::to_string(kMaxBulk) + ". Narrow the filter.";
}

void BulkDesk::judge(SyncAccess& access, Run& run, const std::string& staging_id) {
    BulkPlan& plan = *run.plan;
    BulkPlanItem item;
    item.staging_id = staging_id;
    const auto refuse = [&](Verdict verdict, std::string why) {
        item.verdict = verdict;
        item.text = std::move(why);
    };
    DecisionDraft draft = plan.request.draft;
    draft.staging_id = staging_id;
    model::Operation operation;
    const auto loaded = access.load(staging_id);
    if (!loaded) {
        refuse(Verdict::refused, "This capture is not on this desk any more.");
    } else {
        item.pole_number = loaded->detail->capture.pole_number;
        if (!plan.request.override_reason.empty()) {
            for (const auto& finding : loaded->detail->findings) {
                if (finding.ignored || finding.severity != model::Severity::error) continue;
                draft.overrides.push_back({finding.id, plan.request.override_reason});
                item.overridden.emplace_back(model::title_of(finding.rule));
            }
        }
        if (draft.kind == model::OperationKind::undo) draft.undo_of = undo_target(*loaded->detail);
        operation = run.maker.make(*loaded, run.session, draft);
        const auto permission = model::may({run.session, loaded->detail->capture, loaded->detail->findings,
                                            loaded->project ? &*loaded->project : nullptr},
                                           operation);
        const bool promotes = operation.promote || operation.kind == model::OperationKind::promote;
        if (!permission.allowed) {
            refuse(permission.needs_override.empty() ? Verdict::refused : Verdict::needs_override, permission.why_not);
        } else if (promotes && !run.keys_indexed) {
            refuse(Verdict::refused,
                   "Production has no keys of its pole numbers yet. An administrator runs linesmanctl promote "
                   "--index-existing once.");
        } else {
            item.text = bulk_effect(operation);
        }
    }
    if (run.starts()) {
        run.numbers[staging_id] = item.pole_number;
        if (item.verdict == Verdict::will_change) {
            operation.batch_id = run.batch_id;
            run.operations.push_back(std::move(operation));
        } else {
            run.left_out.push_back({{"id", staging_id}, {"number", item.pole_number}, {"why", item.text}});
        }
        return;
    }
    plan.done += 1;
    ++(item.verdict == Verdict::will_change      ? plan.will_change
       : item.verdict == Verdict::needs_override ? plan.need_override
                                                 : plan.refused);
    plan.items.push_back(std::move(item));
}

void BulkDesk::finish(const std::shared_ptr<Shared>& shared, const std::shared_ptr<Run>& run) {
    BulkPlan& plan = *run->plan;
    if (!run->starts()) {
        plan.ready = true;
        plan.title = bulk_title(plan.request.draft.kind, plan.will_change);
        return shared->publish(run->plan);
    }
    if (plan.refused_because.empty() && run->operations.empty())
        plan.refused_because = "Nothing would change any more. Make a new dry run.";
    if (!plan.refused_because.empty()) {
        BulkStart refused;
        refused.batch_id = run->batch_id;
        refused.why = plan.refused_because;
        return shared->started(std::move(refused));
    }
    shared->outbox.with_file([shared, run](store::Outbox& outbox) { write(shared, run, outbox); });
}

void BulkDesk::write(const std::shared_ptr<Shared>& shared, const std::shared_ptr<Run>& run, store::Outbox& outbox) {
    BulkStart start;
    start.batch_id = run->batch_id;
    std::vector<model::Operation> operations;
    for (auto& operation : run->operations) {
        if (operation.kind != model::OperationKind::undo) {
            operations.push_back(std::move(operation));
            continue;
        }
        auto prepared = OutboxDesk::prepare_undo(outbox, operation);
        if (prepared) {
            operations.push_back(std::move(*prepared));
        } else {
            run->left_out.push_back({{"id", operation.staging_id},
                                     {"number", run->numbers[operation.staging_id]},
                                     {"why", prepared.error().what}});
        }
    }
    if (operations.empty()) {
        start.why = run->left_out.empty() ? "Nothing would change any more. Make a new dry run."
                                          : base::string_at(run->left_out.front(), "why").value_or("");
        return shared->started(std::move(start));
    }
    store::BulkBatch batch;
    batch.batch_id = run->batch_id;
    batch.uid = run->session.uid;
    batch.made_at = operations.front().made_at;
    batch.title = bulk_title(run->plan->request.draft.kind, operations.size());
    batch.plan = {{"numbers", std::move(run->numbers)},
                  {"left_out", std::move(run->left_out)},
                  {"kind", std::string(model::name_of(run->plan->request.draft.kind))},
                  {"override_reason", run->plan->request.override_reason}};
    const auto written = outbox.enqueue_batch(batch, std::move(operations));
    if (written) {
        start.state = BulkStart::State::durable;
        start.items = written->size();
    } else {
        base::log(base::LogLevel::error, "outbox", written.error());
        start.why = written.error().what;
    }
    shared->started(std::move(start));
}

}  // namespace linesman::app
