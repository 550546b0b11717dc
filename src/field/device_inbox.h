// Commands of the office to this device (contract, `device-commands`): asks for them, takes each exactly once,
// acknowledges, and says what came of it.
//
//   queued ──► taken here (row and local effect in one transaction) ──► delivered ──► [sync] ──► done | failed
//      │                                                                                 └─ paused: stays delivered
//      └── past its time, by the server's clock ──► expired
//
// A device that dies anywhere in between finds the row again: the effect is not repeated, the acknowledgement is. An
// acknowledgement that is lost is sent again with the next round.
//
// Thread: one; calls wait. Errors: those of the store and of the server; a command that cannot be read is passed over.
#pragma once

#include <string>
#include <vector>

#include "field/field_agent.h"

namespace linesman::field {

class DeviceInbox {
  public:
    DeviceInbox(FieldAgent& agent, OfflinePoleStore& store, const base::Clock& clock)
        : agent_(agent), store_(store), clock_(clock) {}

    // How many commands were taken now.
    base::Result<int> fetch();
    // After a sync: finishes what came to an end and acknowledges. `log` is what `upload_log` sends.
    base::Status settle(const DeviceFacts& facts, const std::function<std::string()>& log);

  private:
    base::Status consider(const model::DeviceCommand& command, int& taken);
    base::Status acknowledge(const TakenCommand& command);
    base::Status finish(const TakenCommand& command, const DeviceFacts& facts, const std::function<std::string()>& log);
    base::Status send_log(const TakenCommand& command, const DeviceFacts& facts, const std::string& text);

    FieldAgent& agent_;
    OfflinePoleStore& store_;
    const base::Clock& clock_;
};

// What became of a command's captures, in words; nullopt while any of them is still to be sent. `items`: all of the
// store. Pure.
struct CommandOutcome {
    bool done = true;
    std::string result;
};
std::optional<CommandOutcome> outcome_of(const TakenCommand& command, const std::vector<StoredCapture>& items);

}  // namespace linesman::field
