#include "cli/verbs/judge_verbs.h"

namespace linesman::cli {
namespace {

std::string_view name_of(app::BatchState state) {
    switch (state) {
        case app::BatchState::running:
            return "running";
        case app::BatchState::paused:
            return "paused";
        case app::BatchState::cancelled:
            return "cancelled";
        case app::BatchState::finished:
            break;
    }
    return "finished";
}

base::Json json_of(const app::BatchSummary& batch) {
    return {{"batch_id", batch.batch_id},
            {"title", batch.title},
            {"state", name_of(batch.state)},
            {"made_at", base::format_rfc3339(batch.made_at)},
            {"total", batch.total},
            {"done", batch.done},
            {"waiting", batch.waiting + batch.sending},
            {"need_person", batch.need_person},
            {"withdrawn", batch.withdrawn},
            {"left_out", batch.left_out}};
}

const app::BatchSummary* find(const app::Snapshot& s, const std::string& id) {
    for (const auto& batch : s.batches) {
        if (batch.batch_id == id) return &batch;
    }
    return nullptr;
}

base::Error unknown(const std::string& id) {
    return base::make_error(base::ErrorKind::not_found,
                            "There is no batch \"" + id + "\" at this desk. linesmanctl batch list shows them.");
}

}  // namespace

int verb_batch_list(Context& context) {
    auto desk = context.open_desk(true, false);
    if (!desk) return context.fail(desk.error());
    (*desk)->catch_up();
    base::Json batches = base::Json::array();
    std::vector<std::vector<std::string>> rows = {{"BATCH", "STATE", "DONE", "OF", "NEEDS YOU", "WHAT"}};
    const auto s = (*desk)->snapshot();
    for (const auto& batch : s->batches) {
        batches.push_back(json_of(batch));
        rows.push_back({batch.batch_id, std::string(name_of(batch.state)), std::to_string(batch.done),
                        std::to_string(batch.total), std::to_string(batch.need_person), batch.title});
    }
    context.out.data(s->batches.empty() ? "There are no batches." : Output::table(rows));
    context.out.document({{"batches", std::move(batches)}, {"per_second", s->bulk_rate}});
    return kOk;
}

int verb_batch_show(Context& context, const std::string& batch_id) {
    auto desk = context.open_desk(true, false);
    if (!desk) return context.fail(desk.error());
    (*desk)->catch_up();
    const auto s = (*desk)->snapshot();
    const auto* batch = find(*s, batch_id);
    if (!batch) return context.fail(unknown(batch_id));
    std::shared_ptr<const app::BatchReceipts> receipts;
    (*desk)->wait_for([&](const app::Snapshot&) { return (receipts = (*desk)->batch_receipts(batch_id)) != nullptr; },
                      base::seconds(30));
    if (!receipts) return context.fail(base::make_error(base::ErrorKind::timed_out, "The receipts could not be read."));
    std::vector<std::vector<std::string>> rows = {{"NUMBER", "ID", "STATE", "WHAT"}};
    base::Json items = base::Json::array();
    for (const auto& item : receipts->items) {
        const std::string state = item.left_out ? "left out" : std::string(model::name_of(item.state));
        rows.push_back(
            {item.pole_number, item.staging_id, state, item.text + (item.cure.empty() ? "" : " " + item.cure)});
        items.push_back({{"id", item.staging_id},
                         {"number", item.pole_number},
                         {"op_id", item.op_id},
                         {"state", state},
                         {"text", item.text},
                         {"cure", item.cure},
                         {"update_time", item.update_time},
                         {"hash", item.hash}});
    }
    context.out.data(batch->title + ": " + std::string(name_of(batch->state)));
    context.out.data(Output::table(rows));
    auto json = json_of(*batch);
    json["items"] = std::move(items);
    context.out.document(json);
    return batch->need_person + batch->left_out == 0 ? kOk : kFindings;
}

int verb_batch_order(Context& context, const std::string& batch_id, BatchOrder order) {
    auto desk = context.open_desk(true, false);
    if (!desk) return context.fail(desk.error());
    (*desk)->catch_up();
    const auto before = (*desk)->snapshot();
    const auto* known = find(*before, batch_id);
    if (!known) return context.fail(unknown(batch_id));
    const bool over = known->state == app::BatchState::cancelled || known->state == app::BatchState::finished;
    if (over)
        return context.fail(base::make_error(base::ErrorKind::precondition_failed,
                                             "This batch is " + std::string(name_of(known->state)) + " already."));
    if (order == BatchOrder::pause) (*desk)->pause_batch(batch_id);
    if (order == BatchOrder::resume) (*desk)->resume_batch(batch_id);
    if (order == BatchOrder::cancel) (*desk)->cancel_batch(batch_id);
    (*desk)->catch_up();
    const auto s = (*desk)->snapshot();
    const auto* batch = find(*s, batch_id);
    if (!batch) return context.fail(unknown(batch_id));
    context.out.data(batch->title + ": " + std::string(name_of(batch->state)));
    context.out.document(json_of(*batch));
    return kOk;
}

}  // namespace linesman::cli
