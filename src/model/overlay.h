// What the desk shows of a capture: the server's version with the operations on top that are on their way there.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/capture.h"
#include "model/operation.h"

namespace linesman::model {

// `pending` are the operations on this capture, oldest first; merges that supersede it included. Waiting, ready and
// sending ones apply. Done ones are in `remote` already, withdrawn ones never happen; parked ones and those in conflict
// need a person first, and whatever follows one of these (Operation::predecessor) waits behind it. Thread: any; pure.
Capture overlay(const Capture& remote, std::span<const PendingOperation> pending);

// Every capture that the operation changes: its own first, then those that a merge supersedes or an undo of one gives
// back.
std::vector<std::string> captures_of(const Operation& operation);

}  // namespace linesman::model
