// Reads documents of `device-sync-sessions`. Thread: any; pure. Errors: corrupt. A member of a wrong type reads as
// absent: phones of other versions write them too.
#pragma once

#include <string_view>

#include "base/json.h"
#include "model/device_session.h"

namespace linesman::sync {

base::Result<model::DeviceSession> decode_session(std::string_view id, std::string_view fields_json);
model::DeviceSession session_from_fields(std::string_view id, const base::Json& fields);

}  // namespace linesman::sync
