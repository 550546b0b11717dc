// What the desk shows of a capture: the server's version with the operations on top that are on their way there.
#pragma once

#include <span>

#include "model/capture.h"
#include "model/operation.h"

namespace linesman::model {

// `pending` are the operations on this capture, oldest first; merges that supersede it included. Waiting, ready and
// sending ones apply. Done ones are in `remote` already, withdrawn ones never happen; parked ones and those in conflict
// need a person first, and whatever follows one of these (Operation::predecessor) waits behind it. Thread: any; pure.
Capture overlay(const Capture& remote, std::span<const PendingOperation> pending);

}  // namespace linesman::model
