// Undoing what another person or another desk decided, at any age: from what the server keeps of the change (contract,
// "Undo"). Pure.
#pragma once

#include "base/result.h"
#include "model/operation.h"
#include "sync/change_reader.h"

namespace linesman::app {

// `undo` with what it sets, on the version that was just read. Errors: not_found (the server keeps no record of the
// change), precondition_failed (it was changed again since: which fields), invalid_argument (a change of this kind is
// not undone this way, an undo for one).
base::Result<model::Operation> undo_from_server(model::Operation undo, const sync::ServerChange& found);

}  // namespace linesman::app
