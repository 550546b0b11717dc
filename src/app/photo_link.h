// Linking a photo that lies in Storage without a capture (contract, "Photo ledger"): never automatic, a person chooses
// one of the candidates. What is sent is a correction (model/operation.h) whose "set" has the photo; what may be linked
// where, model/decision_policy says.
//
// Thread: any but the line's own; read_stored_photo() waits for the server.
#pragma once

#include <string>

#include "app/office_line.h"

namespace linesman::app {

// The object as a capture would link it: address with its token, size, content, and the time that its name tells.
// Errors: not_found, unsupported (not an image), those of the line.
base::Result<model::Photo> read_stored_photo(OfficeLine& line, const std::string& path);

}  // namespace linesman::app
