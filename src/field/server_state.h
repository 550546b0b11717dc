// What the server last said of a capture that this device has sent: the machine's judgement, the supervisor's decision,
// production. Kept on the device, so that `status` can tell the crew without a line. Pure values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "model/capture.h"

namespace linesman::field {

struct ServerState {
    std::string validation_status;  // pending, validating, validated, rejected; "gone" when the document is not there
    std::string decision;           // none, approved, rejected, held, superseded
    std::string reason, comment, decided_by;  // reason: code of model/reasons.h
    std::optional<base::Timestamp> decided_at;
    int64_t resubmission = 0;    // of the document
    bool in_production = false;  // as the staging document says
    std::string production_id;
    base::Timestamp seen_at;
    bool operator==(const ServerState&) const = default;

    bool is_gone() const { return validation_status == "gone"; }
    // Rejected, not sent again since, and never promoted: the crew can correct it.
    bool is_rejected() const { return decision == "rejected" && !in_production && !sent_again; }
    bool sent_again = false;  // resubmission > the one that was judged
};

ServerState server_state_of(const model::Capture& capture, base::Timestamp seen_at);
ServerState gone_from_server(base::Timestamp seen_at);

// "Rejected: Photo unclear. Take a sharper photo in better light. Comment: the plate is cut off." Empty when nothing is
// to be done.
std::string advice_of(const ServerState& state);

// As kept in field.db. Members of another type are passed over.
base::Json to_json(const ServerState& state);
ServerState server_state_from_json(const base::Json& json);

}  // namespace linesman::field
