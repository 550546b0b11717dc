// Commands to field devices (`device-commands`, contract "Collections"): the console creates them, the device
// acknowledges (queued -> delivered -> done | failed | expired). Their states come back with the pull like every other
// document; here they are only written and read.
//
// Pure, but for create(): which runs on the Firestore client's queue.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "model/device.h"
#include "sync/collections.h"
#include "sync/firestore.h"

namespace linesman::sync {

struct NewDeviceCommand {
    std::string device_id;
    std::string kind;        // retry_failed | resend_photos | resend_capture | upload_log
    std::string staging_id;  // for resend_photos and resend_capture
    std::string created_by;  // uid
    base::Timestamp created_at;
    base::Duration lives_for = base::hours(24LL * 7);  // a phone may be offline for days
};

// Why this device cannot be sent commands; empty when it can. A phone that never reported (older apps) reads none: the
// command would stand in the queue until it expires, and look as if something had been done.
std::string command_refusal(const model::DeviceSummary& device);

// The write that creates the command `id`. Errors: invalid_argument, for an unknown kind, no device, or no capture
// where one is needed.
base::Result<base::Json> command_write(const Endpoints& endpoints, const CollectionNames& names, const std::string& id,
                                       const NewDeviceCommand& command);

// Sends it. `id` is made beforehand, so that a repeated send after a lost reply finds its own document: ALREADY_EXISTS
// counts as success.
[[nodiscard]] net::Call create_command(Firestore& firestore, const CollectionNames& names, const std::string& id,
                                       const NewDeviceCommand& command, std::function<void(base::Status)> done);

// A document of device-commands. A command past its time that no device took is `expired` at `now`. Errors: corrupt.
base::Result<model::DeviceCommand> decode_command(std::string_view id, std::string_view fields_json,
                                                  base::Timestamp now);

}  // namespace linesman::sync
