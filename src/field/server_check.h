// What became of the captures that this device has sent: asks the server, keeps the answer in the offline store, marks
// what production holds, and deletes local data that production holds completely (the seed: "Offline data can be
// deleted").
//
// Thread: one; calls wait (field_agent.h). Errors: those of the store and of the server.
#pragma once

#include <string>
#include <vector>

#include "field/field_agent.h"

namespace linesman::field {

struct ServerCheck {
    int64_t asked = 0;
    int64_t changed = 0;  // the server says otherwise than before
    int64_t promoted = 0;
    std::vector<std::string> rejected;  // offline ids, newly seen as rejected
};
// Captures that are staged, and failed ones that had been staged before.
base::Result<ServerCheck> check_server(FieldAgent& agent, OfflinePoleStore& store, const base::Clock& clock);

// Why this capture must stay on the device although the server says it is in production; empty when it may go. Pure.
// `production` is the document of `planted-poles`; `stored_md5` the md5 that Storage reports for each photo's path.
std::string reason_to_keep(const StoredCapture& item, const std::optional<model::Capture>& production,
                           const std::map<model::Slot, std::string>& stored_md5);

struct Deletion {
    std::vector<std::string> deleted;                       // offline ids
    std::vector<std::pair<std::string, std::string>> kept;  // offline id, why
    uint64_t bytes_freed = 0;
};
// Only of captures in `synced`. Asks the server for each: production's document and every photo's metadata.
base::Result<Deletion> delete_promoted(FieldAgent& agent, OfflinePoleStore& store);

// The seed's getSyncSummary(): counts offline, in staging by validation state, in production.
struct Overview {
    std::map<ItemStatus, int64_t> offline;
    std::map<std::string, int64_t> staging;    // validation_status -> captures; "unknown": the server was not asked yet
    std::map<std::string, int64_t> decisions;  // of a person
    int64_t in_production = 0;
    int64_t lost_photos = 0;
    struct Item {
        std::string offline_id, pole_number, text;
    };
    std::vector<Item> to_correct;  // rejected: what the crew reads
    std::vector<Item> failed;      // with the cause
};
base::Result<Overview> overview_of(OfflinePoleStore& store);

}  // namespace linesman::field
