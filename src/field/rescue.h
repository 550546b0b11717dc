// From a phone that cannot sync into this machine's offline store, and from there to staging like any other capture:
// every capture of an exported queue that can be saved is, under its own id, so that the server's copy is recognised by
// the upload key (contract, "Keys and duplicates").
//
// Thread: one; calls wait. Errors: of the store and of the server. What cannot be saved is no error but in the report.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "field/field_agent.h"
#include "field/rescue_read.h"

namespace linesman::field {

enum class RescueOutcome : uint8_t {
    saved,         // in the offline store; the next sync sends it
    already_here,  // saved by an earlier rescue
    on_server,     // complete there; nothing to send
    refused,       // cannot be saved
};
std::string_view name_of(RescueOutcome outcome);

struct RescueItem {
    std::string offline_id, pole_number;
    RescueOutcome outcome = RescueOutcome::refused;
    std::string staging_id;  // of the server's document, when it has one
    int photos = 0;          // saved
    std::map<model::Slot, std::string> lost;
    std::vector<std::string> notes;
    std::string why;  // of a refusal
};

struct RescueReport {
    std::vector<RescueItem> items;
    std::vector<std::string> damage, loose_ends;
    size_t count(RescueOutcome outcome) const;
    // Something is lost or could not be saved.
    bool is_complete() const;
};

// What the server has of these ids: staging id and the slots whose photo is there.
struct OnServer {
    std::string staging_id;
    model::SlotMask photos = 0;
};
base::Result<std::map<std::string, OnServer>> find_by_upload_keys(FieldAgent& agent,
                                                                  const std::vector<std::string>& offline_ids);

// `agent` null: the server is asked when the captures are sent.
base::Result<RescueReport> rescue(OfflinePoleStore& store, std::string_view exported, FieldAgent* agent);

// For support's records.
base::Json to_json(const RescueReport& report);
std::string to_text(const RescueReport& report);

}  // namespace linesman::field
