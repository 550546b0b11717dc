// One round of a device's work, as `sync` does it once and `agent` on a timer: commands in, captures out, what became
// of them, commands answered, local data that production holds deleted when that was asked for.
//
// Thread: one; calls wait. Errors: of the store; what the server refuses besides the captures themselves is in
// `problems`, since none of it may keep captures from being sent.
#pragma once

#include "field/device_inbox.h"
#include "field/server_check.h"

namespace linesman::field {

struct RoundOptions {
    SyncOptions sync;
    bool take_commands = true;
    bool ask_server = true;        // what became of staged captures
    bool delete_promoted = false;  // local data that production holds completely
    std::function<std::string()> log = {};
};

struct RoundResult {
    SyncSummary sync;
    int commands_taken = 0;
    ServerCheck server;
    Deletion deletion;
    std::vector<base::Error> problems;
};

base::Result<RoundResult> run_round(FieldAgent& agent, OfflinePoleStore& store, const base::Clock& clock,
                                    RoundOptions options, const OfflineSync::Progress& progress = {});

}  // namespace linesman::field
