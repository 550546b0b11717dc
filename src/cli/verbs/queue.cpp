// This desk's queue of decisions, and what it keeps on the disk.
#include "app/disk_use.h"
#include "app/queue_service.h"
#include "cli/verbs/operations_verbs.h"

namespace linesman::cli {
namespace {

std::string mb(uint64_t bytes) {
    const uint64_t tenths = bytes / 100'000;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

std::string path_of_outbox(const Context& context) {
    return context.folders.data + "/outbox.db";
}

base::Json as_json(const model::PendingOperation& item) {
    const auto& o = item.operation;
    return {{"op_id", o.op_id},
            {"kind", model::name_of(o.kind)},
            {"staging_id", o.staging_id},
            {"by", o.by_name.empty() ? o.uid : o.by_name},
            {"made_at", base::format_rfc3339(o.made_at)},
            {"state", model::name_of(item.state)},
            {"attempts", item.attempts},
            {"next_attempt_at",
             item.next_attempt_at ? base::Json(base::format_rfc3339(*item.next_attempt_at)) : base::Json()},
            {"error", item.error},
            {"error_kind", item.error_kind},
            {"cure", item.cure},
            {"batch_id", o.batch_id}};
}

}  // namespace

int verb_queue_list(Context& context) {
    const base::SystemClock clock;
    const auto view = app::read_queue(path_of_outbox(context), clock);
    if (!view) return context.fail(view.error());
    base::Json items = base::Json::array();
    std::vector<std::vector<std::string>> table = {
        {"STATE", "WHAT", "CAPTURE", "AGE", "TRIES", "WHY IT WAITS", "WHAT TO DO"}};
    for (const auto& item : view->items) {
        items.push_back(as_json(item));
        table.push_back({std::string(model::name_of(item.state)), std::string(model::name_of(item.operation.kind)),
                         item.operation.staging_id, base::format_age(clock.now() - item.operation.made_at),
                         std::to_string(item.attempts), item.error, item.cure});
    }
    context.out.document({{"desk_id", view->desk_id},
                          {"counts", view->counts},
                          {"oldest", view->oldest ? base::Json(base::format_rfc3339(*view->oldest)) : base::Json()},
                          {"refused_because", view->refused_because},
                          {"items", std::move(items)}});
    context.out.data(view->items.empty() ? "Nothing waits: every decision of this desk is at the server."
                                         : Output::table(table));
    if (!view->refused_because.empty()) context.out.message(view->refused_because);
    if (view->counts.contains("parked")) context.out.message("Send parked ones again: linesmanctl queue retry --all");
    return view->needs_person() ? kFindings : kOk;
}

int verb_queue_retry(Context& context, const QueueOptions& options) {
    if (options.item.empty() == !options.all) {
        context.out.message("linesmanctl: name one decision or capture, or give --all");
        return kUsage;
    }
    const base::SystemClock clock;
    const auto receipts = app::retry_parked(path_of_outbox(context), clock, options.item);
    if (!receipts) return context.fail(receipts.error());
    base::Json list = base::Json::array();
    size_t refused = 0;
    for (const auto& r : *receipts) {
        refused += !r.released;
        list.push_back({{"op_id", r.op_id}, {"staging_id", r.staging_id}, {"released", r.released}, {"why", r.why}});
        context.out.data(r.staging_id + ": " + (r.released ? "will be sent again" : "not released. " + r.why));
    }
    if (receipts->empty()) context.out.data("Nothing is parked.");
    context.out.document({{"receipts", std::move(list)}});
    if (refused < receipts->size())
        context.out.message("A running console sends them at once; without one: linesmanctl sync.");
    return refused > 0 ? kFindings : kOk;
}

int verb_disk(Context& context, bool clean) {
    const auto uses = app::disk_use(context.folders);
    base::Json list = base::Json::array();
    std::vector<std::vector<std::string>> table = {{"WHAT", "SIZE", "FILES", "", "WHERE"}};
    uint64_t total = 0, can_go = 0;
    for (const auto& use : uses) {
        total += use.bytes;
        if (use.can_go) can_go += use.bytes;
        list.push_back({{"what", use.what},
                        {"bytes", use.bytes},
                        {"files", use.files},
                        {"can_go", use.can_go},
                        {"path", use.path}});
        table.push_back({use.what, mb(use.bytes), std::to_string(use.files), use.advice, use.path});
    }
    base::Json json = {{"bytes", total}, {"can_go", can_go}, {"parts", std::move(list)}};
    if (clean) {
        const auto freed = app::clean_up(context.folders);
        if (!freed) return context.fail(freed.error());
        json["freed"] = *freed;
        context.out.data(mb(*freed) + " freed.");
    } else {
        context.out.data(Output::table(table));
        context.out.message(mb(total) + " in all, of which " + mb(can_go) + " may go: linesmanctl disk --clean");
    }
    context.out.document(json);
    return kOk;
}

}  // namespace linesman::cli
