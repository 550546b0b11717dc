// Puts a history together from what the server keeps and what this desk has made. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/history.h"
#include "sync/change_reader.h"

namespace linesman::app {

// "Approved", "Sent by the crew".
std::string words_of_change(std::optional<model::OperationKind> kind, const std::string& kind_name);

// `now`: the capture with pending operations on top, `remote`: as the server has it. `own`: every operation of this
// desk on the capture, in the order made. Without `server` only the states that `own` kept are there.
std::vector<CaptureVersion> build_history(const model::Capture& now, const model::Capture& remote,
                                          std::span<const model::PendingOperation> own,
                                          const sync::ServerHistory* server);

}  // namespace linesman::app
