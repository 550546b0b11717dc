// A decision on many captures: dry run, batch, receipts.
#include <fstream>
#include <iostream>

#include "cli/verbs/judge_verbs.h"

namespace linesman::cli {
namespace {

base::Result<std::vector<std::string>> read_ids(app::Engine& desk, const std::string& file) {
    std::ifstream opened;
    if (file != "-") {
        opened.open(file);
        if (!opened) return base::make_error(base::ErrorKind::io, "The file " + file + " cannot be read.");
    }
    std::istream& lines = file == "-" ? std::cin : opened;
    std::vector<std::string> ids;
    const auto snapshot = desk.snapshot();
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
        if (line.empty()) continue;
        const auto row = find_row(*snapshot, line);
        if (!row)
            return base::make_error(base::ErrorKind::invalid_argument,
                                    "Line " + std::to_string(number) + " of " + file + ": " + row.error().what);
        ids.emplace_back(snapshot->columns.staging_id(*row));
    }
    if (ids.empty())
        return base::make_error(base::ErrorKind::invalid_argument, "The file " + file + " names no capture.");
    return ids;
}

std::string_view word_of(app::BulkPlanItem::Verdict verdict) {
    switch (verdict) {
        case app::BulkPlanItem::Verdict::will_change:
            return "would be done";
        case app::BulkPlanItem::Verdict::needs_override:
            return "needs --override";
        case app::BulkPlanItem::Verdict::refused:
            break;
    }
    return "would be refused";
}

base::Json json_of(const app::BulkPlan& plan) {
    base::Json items = base::Json::array();
    for (const auto& item : plan.items) {
        items.push_back({{"id", item.staging_id},
                         {"number", item.pole_number},
                         {"state", word_of(item.verdict)},
                         {"text", item.text},
                         {"overridden", item.overridden}});
    }
    return {{"title", plan.title},
            {"would_change", plan.will_change},
            {"need_override", plan.need_override},
            {"refused", plan.refused},
            {"items", std::move(items)}};
}

void show_plan(const Context& context, const app::BulkPlan& plan, bool only_refused) {
    std::vector<std::vector<std::string>> rows = {{"NUMBER", "ID", "WHAT", "WHY"}};
    for (const auto& item : plan.items) {
        if (only_refused && item.verdict == app::BulkPlanItem::Verdict::will_change) continue;
        rows.push_back({item.pole_number, item.staging_id, std::string(word_of(item.verdict)), item.text});
    }
    if (rows.size() > 1) context.out.data(Output::table(rows));
    context.out.data(plan.title + "; " + std::to_string(plan.need_override) + " need an override, " +
                     std::to_string(plan.refused) + " are refused.");
}

const app::BatchSummary* find_batch(const app::Snapshot& s, const std::string& id) {
    for (const auto& batch : s.batches) {
        if (batch.batch_id == id) return &batch;
    }
    return nullptr;
}

// Until everything of the batch is sent, or cannot be now.
void follow(Context& context, app::Engine& desk, const std::string& batch_id) {
    desk.catch_up();
    desk.wait_for(
        [&](const app::Snapshot& s) {
            const auto* batch = find_batch(s, batch_id);
            if (!batch) return false;
            return batch->waiting + batch->sending == 0 || s.sync.connection == app::Connection::offline ||
                   s.sync.connection == app::Connection::signed_out;
        },
        base::seconds(context.options.timeout_s),
        [&](const app::Snapshot& s) {
            if (const auto* batch = find_batch(s, batch_id))
                context.out.progress(std::to_string(batch->done) + " of " + std::to_string(batch->total) + " sent");
        });
    context.out.end_progress();
}

std::shared_ptr<const app::BulkPlan> dry_run(Context& context, app::Engine& desk, const DecideOptions& options,
                                             std::vector<std::string> ids) {
    app::BulkRequest request;
    request.draft.kind = options.kind;
    request.draft.reason = options.reason;
    request.draft.comment = options.comment;
    request.draft.correction = options.correction;
    if (options.remind_h > 0) request.draft.remind_at = desk.now() + base::hours(options.remind_h);
    request.override_reason = options.override_reason;
    request.staging_ids = std::move(ids);
    if (options.by_filter) request.filter = options.filter;
    desk.plan_bulk(std::move(request));
    desk.wait_for([&](const app::Snapshot&) { return desk.bulk_plan() && desk.bulk_plan()->ready; },
                  base::seconds(context.options.timeout_s));
    return desk.bulk_plan();
}

}  // namespace

int verb_decide_many(Context& context, const DecideOptions& options) {
    auto opened = open_to_decide(context);
    if (opened.failed) return *opened.failed;
    app::Engine& desk = *opened.desk;
    std::vector<std::string> ids;
    if (!options.ids_file.empty()) {
        auto read = read_ids(desk, options.ids_file);
        if (!read) return context.fail(read.error());
        ids = std::move(*read);
    }
    const auto plan = dry_run(context, desk, options, std::move(ids));
    if (!plan || !plan->ready)
        return context.fail(base::make_error(base::ErrorKind::timed_out, "The dry run did not finish in time."));
    if (!plan->refused_because.empty())
        return context.fail(base::make_error(base::ErrorKind::precondition_failed, plan->refused_because));
    const bool all_fine = plan->refused + plan->need_override == 0;
    if (options.dry_run || !options.yes) {
        show_plan(context, *plan, false);
        auto json = json_of(*plan);
        json["dry_run"] = true;
        context.out.document(json);
        if (options.dry_run) return all_fine ? kOk : kFindings;
        context.out.message("Nothing was changed. Add --yes to do it.");
        return kUsage;
    }
    show_plan(context, *plan, true);
    if (options.rate > 0) desk.set_bulk_rate(options.rate);
    auto start = desk.start_bulk(plan->id);
    if (start.state == app::BulkStart::State::waiting) {
        desk.wait_for(
            [&](const app::Snapshot&) {
                start = desk.bulk_start_state(start.batch_id);
                return start.state != app::BulkStart::State::waiting;
            },
            base::seconds(context.options.timeout_s));
    }
    if (start.state != app::BulkStart::State::durable)
        return context.fail(base::make_error(base::ErrorKind::precondition_failed,
                                             start.why.empty() ? "The batch was not written in time." : start.why));
    follow(context, desk, start.batch_id);
    const auto s = desk.snapshot();
    const auto* batch = find_batch(*s, start.batch_id);
    base::Json json = json_of(*plan);
    json["dry_run"] = false;
    json["batch_id"] = start.batch_id;
    if (batch) {
        json["done"] = batch->done;
        json["waiting"] = batch->waiting + batch->sending;
        json["need_person"] = batch->need_person;
        context.out.data(start.batch_id + ": " + std::to_string(batch->done) + " of " + std::to_string(batch->total) +
                         " are at the server.");
        if (batch->waiting + batch->sending > 0)
            context.out.message("The rest is on this disk; the console or linesmanctl sync sends it.");
        if (batch->need_person > 0) context.out.message("Some need a person: linesmanctl batch show " + start.batch_id);
    }
    context.out.document(json);
    return all_fine && (!batch || batch->need_person == 0) ? kOk : kFindings;
}

}  // namespace linesman::cli
