#include "app/queue_service.h"

#include "base/file.h"
#include "store/outbox.h"

namespace linesman::app {

bool QueueView::needs_person() const {
    const auto at = [this](const char* state) {
        const auto found = counts.find(state);
        return found == counts.end() ? 0 : found->second;
    };
    return at("parked") + at("conflict") > 0 || !refused_because.empty();
}

base::Result<QueueView> read_queue(const std::string& outbox_path, const base::Clock& clock) {
    QueueView view;
    if (!base::file_exists(outbox_path)) return view;
    auto outbox = store::Outbox::open(outbox_path, clock);
    if (!outbox) return outbox.error();
    view.desk_id = outbox->desk_id();
    view.refused_because = outbox->read_only_reason();
    auto pending = outbox->pending();
    if (!pending) return pending.error();
    view.items = std::move(*pending);
    const base::Timestamp now = clock.now();
    for (auto& item : view.items) {
        // Its time is over: it counts as ready without anything being written (store/outbox.h).
        if (item.state == model::OperationState::waiting && item.operation.send_after <= now)
            item.state = model::OperationState::ready;
        ++view.counts[std::string(model::name_of(item.state))];
        item.operation.base_fields.clear();
        if (!view.oldest || item.operation.made_at < *view.oldest) view.oldest = item.operation.made_at;
    }
    return view;
}

base::Result<std::vector<RetryReceipt>> retry_parked(const std::string& outbox_path, const base::Clock& clock,
                                                     const std::string& item) {
    std::vector<RetryReceipt> receipts;
    if (!base::file_exists(outbox_path)) return receipts;
    auto outbox = store::Outbox::open(outbox_path, clock);
    if (!outbox) return outbox.error();
    auto pending = outbox->pending();
    if (!pending) return pending.error();
    for (const auto& candidate : *pending) {
        const auto& operation = candidate.operation;
        const bool named = operation.op_id == item || operation.staging_id == item;
        if (!item.empty() && !named) continue;
        if (candidate.state != model::OperationState::parked) {
            if (!named) continue;
            const bool conflict = candidate.state == model::OperationState::conflict;
            receipts.push_back({operation.op_id, operation.staging_id, false,
                                conflict ? "It is a conflict: look at both versions at the desk and choose."
                                         : "It is not parked; it is sent by itself."});
            continue;
        }
        const auto status = outbox->release(operation.op_id);
        receipts.push_back({operation.op_id, operation.staging_id, status.ok(), status ? "" : status.error().what});
    }
    if (receipts.empty() && !item.empty())
        return base::make_error(base::ErrorKind::not_found,
                                "Nothing unfinished here is called \"" + item + "\". linesmanctl queue lists it.");
    return receipts;
}

}  // namespace linesman::app
