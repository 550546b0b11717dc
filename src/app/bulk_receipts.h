// The words of bulk: titles, what would change, receipts. Pure but for reading the outbox.
//
// Thread: read_receipts() on the outbox queue; the rest any.
#pragma once

#include <memory>
#include <string>

#include "app/bulk.h"
#include "store/outbox.h"

namespace linesman::app {

// "Approve 214 captures"
std::string bulk_title(model::OperationKind kind, size_t count);
// What an item of the plan would do: "Would be approved and go into production".
std::string bulk_effect(const model::Operation& operation);
// What became of an item: "Approved; the server has it".
std::string receipt_text(const model::PendingOperation& pending);
// `generation` of the snapshot they are read for. nullptr when there is no such batch.
std::shared_ptr<const BatchReceipts> read_receipts(store::Outbox& outbox, const std::string& batch_id,
                                                   uint64_t generation);

}  // namespace linesman::app
