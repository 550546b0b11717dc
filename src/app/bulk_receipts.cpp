#include "app/bulk_receipts.h"

#include <unordered_map>

namespace linesman::app {
namespace {

struct Words {
    const char *title, *past;
};

Words words_of(model::OperationKind kind) {
    using enum model::OperationKind;
    switch (kind) {
        case approve:
            return {"Approve", "approved"};
        case reject:
            return {"Reject", "rejected"};
        case hold:
            return {"Hold", "held"};
        case undo:
            return {"Undo the decision on", "given back as before the decision"};
        case correct:
            return {"Correct", "corrected"};
        case requeue:
            return {"Requeue", "put back into the queue"};
        case merge:
            return {"Merge", "merged"};
        case restore:
            return {"Restore", "restored"};
        case ignore_finding:
            return {"Ignore findings of", "changed: the finding is ignored"};
        case unignore_finding:
            return {"Count findings again of", "changed: the finding counts again"};
        case promote:
            return {"Promote", "taken into production"};
    }
    return {"Change", "changed"};
}

std::string capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

}  // namespace

std::string bulk_title(model::OperationKind kind, size_t count) {
    return std::string(words_of(kind).title) + " " + std::to_string(count) + (count == 1 ? " capture" : " captures");
}

std::string bulk_effect(const model::Operation& operation) {
    std::string text = std::string("Would be ") + words_of(operation.kind).past;
    if (operation.kind == model::OperationKind::approve)
        text += operation.promote ? " and go into production" : ", without going into production";
    return text + ".";
}

std::string receipt_text(const model::PendingOperation& pending) {
    using enum model::OperationState;
    switch (pending.state) {
        case waiting:
            return "Waits to be sent.";
        case ready:
            return pending.error.empty() ? "Waits to be sent." : "Is tried again: " + pending.error;
        case sending:
            return "Is being sent.";
        case done:
            return capital(words_of(pending.operation.kind).past) + "; the server has it.";
        case parked:
        case conflict:
            return pending.error;
        case withdrawn:
            return "Taken back before the server had it.";
    }
    return {};
}

std::shared_ptr<const BatchReceipts> read_receipts(store::Outbox& outbox, const std::string& batch_id,
                                                   uint64_t generation) {
    auto plan = outbox.batch_plan(batch_id);
    auto items = outbox.batch_items(batch_id);
    if (!plan || !items) return nullptr;
    auto receipts = std::make_shared<BatchReceipts>();
    receipts->batch_id = batch_id;
    receipts->generation = generation;
    std::unordered_map<std::string, std::string> numbers;
    if (const auto* listed = base::find(*plan, "numbers"); listed && listed->is_object()) {
        for (const auto& [id, number] : listed->items()) {
            if (number.is_string()) numbers[id] = number.get<std::string>();
        }
    }
    for (const auto& pending : *items) {
        BatchReceipt receipt;
        receipt.op_id = pending.operation.op_id;
        receipt.staging_id = pending.operation.staging_id;
        receipt.pole_number = numbers[receipt.staging_id];
        receipt.state = pending.state;
        receipt.text = receipt_text(pending);
        receipt.cure = pending.cure;
        receipt.update_time = pending.committed_update_time;
        receipt.hash = pending.operation.hash;
        receipts->items.push_back(std::move(receipt));
    }
    if (const auto* left_out = base::find(*plan, "left_out"); left_out && left_out->is_array()) {
        for (const auto& item : *left_out) {
            BatchReceipt receipt;
            receipt.left_out = true;
            receipt.staging_id = base::string_at(item, "id").value_or("");
            receipt.pole_number = base::string_at(item, "number").value_or("");
            receipt.state = model::OperationState::withdrawn;
            receipt.text = base::string_at(item, "why").value_or("");
            receipts->items.push_back(std::move(receipt));
        }
    }
    return receipts;
}

}  // namespace linesman::app
