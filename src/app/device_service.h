// Commands of the office to field devices, sent and followed to their end (contract, `device-commands`). Needs the role
// support or admin; the server's rules decide. With a journal each command has an entry in this desk's hash chain and,
// in the same commit, its audit entry, which names the document that will hold the device's answer.
//
// Thread: one; calls wait (app/office_line.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/administered.h"
#include "app/device_data.h"
#include "app/fleet_orders.h"
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
base::Result<model::DeviceCommand> send_order(OfficeLine& line, const DeviceOrder& order, const base::Clock& clock,
                                              Administration* journal = nullptr, const std::string& via = "cli");

// Asks until the device has answered (done, failed), the command has expired, or `patience` is over; then the command
// as it stands. `changed` is called with every new state. Errors: not_found when somebody deleted it, those of the
// server.
base::Result<model::DeviceCommand> wait_for_answer(OfficeLine& line, const std::string& command_id,
                                                   base::Duration patience, const base::Clock& clock,
                                                   const std::function<void(const model::DeviceCommand&)>& changed);

// Everything the plan would send, a few dozen commands in each commit; what is under way already is among the receipts
// as well. One commit that is refused leaves its own devices out, with the reason, and the rest goes on. `sent` gets
// the receipts so far after each commit.
std::vector<OrderReceipt> send_orders(OfficeLine& line, const FleetPlan& plan, const base::Clock& clock,
                                      Administration* journal, const std::string& via,
                                      const std::function<void(const std::vector<OrderReceipt>&)>& sent = {});

struct Following {
    base::Duration patience = base::minutes(10);
    std::function<bool()> go_on = {};                           // asked several times a second; null: always
    std::function<void(const OrderReceipt&)> changed = {};      // with every new state
    std::function<void(const sync::RawDocument&)> answer = {};  // every document that was read
};
// Asks once what came of them: the first time (`since` not set) for every command, then for what was written since the
// last look, so that a look costs one read and one for each answer. Errors: those of the server.
base::Status look_for_answers(OfficeLine& line, std::vector<OrderReceipt>& receipts,
                              std::optional<base::Timestamp>& since, const base::Clock& clock, const Following& how);
bool all_over(const std::vector<OrderReceipt>& receipts);
// How long until the next look, when it began so long ago: quick first, since each is billed.
base::Duration next_look(base::Duration waited);

// Looks until every receipt's command is over, or the patience.
base::Status follow_orders(OfficeLine& line, std::vector<OrderReceipt>& receipts, const base::Clock& clock,
                           const Following& how);

// The heartbeats of all devices and the commands that are not over, as the server has them now.
struct FleetNews {
    std::vector<model::Heartbeat> heartbeats;
    std::vector<model::DeviceCommand> commands;
};
base::Result<FleetNews> read_fleet(OfficeLine& line, const base::Clock& clock);

}  // namespace linesman::app
