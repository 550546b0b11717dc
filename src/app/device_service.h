// Commands of the office to a field device, sent and followed to their end (contract, `device-commands`). Needs the
// role support or admin; the server's rules decide.
//
// Thread: one; calls wait (app/office_line.h).
#pragma once

#include <functional>
#include <string>

#include "app/office_line.h"
#include "model/device.h"

namespace linesman::app {

struct DeviceOrder {
    std::string device_id;
    std::string kind = "retry_failed";  // or resend_photos, resend_capture, upload_log
    std::string staging_id;             // of the captures to be sent again
    base::Duration lives_for = base::hours(24L * 7);
};

// The command as it was made. Errors: not_found, with the rescue steps in words, when the device never reported;
// permission_denied; those of the server.
base::Result<model::DeviceCommand> send_order(OfficeLine& line, const DeviceOrder& order, const base::Clock& clock);

// Asks until the device has answered (done, failed), the command has expired, or `patience` is over; then the command
// as it stands. `changed` is called with every new state. Errors: not_found when somebody deleted it, those of the
// server.
base::Result<model::DeviceCommand> wait_for_answer(OfficeLine& line, const std::string& command_id,
                                                   base::Duration patience, const base::Clock& clock,
                                                   const std::function<void(const model::DeviceCommand&)>& changed);

inline bool is_over(const model::DeviceCommand& command) {
    return command.state == "done" || command.state == "failed" || command.state == "expired";
}

}  // namespace linesman::app
