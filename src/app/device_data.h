// What is known of one field device, as plain values: how it is read is app/device_file.h's, what is sent to it
// app/device_service.h's. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/capture.h"
#include "model/device.h"
#include "model/device_session.h"
#include "model/photo_ledger.h"

namespace linesman::app {

struct DeviceCapture {
    std::string staging_id, pole_number, decision;
    std::optional<base::Timestamp> captured_at, submitted_at;
    model::SlotMask photos = 0, lost = 0;
    bool waiting = false;
    bool operator==(const DeviceCapture&) const = default;
};

struct DeviceFile {
    base::Timestamp as_of;  // the desk's last contact with the server
    int utc_offset_minutes = 120;
    model::DeviceSummary summary;
    std::string person_name, crew;
    std::vector<std::string> same_person;        // other devices of the person (inferred)
    std::vector<model::DeviceCommand> commands;  // newest first
    std::vector<model::DeviceSession> sessions;  // newest first
    std::string sessions_unknown;                // why there are none; empty when they were read
    std::vector<DeviceCapture> captures;         // newest first
    bool is_redacted = false;
};

struct PhotoLedger {
    std::vector<model::LedgerEntry> entries;
    bool asked_storage = false;
    std::string incomplete;  // what could not be looked at, in words; empty when everything was
};

// What became of one device's part of a plan (app/fleet_orders.h).
struct OrderReceipt {
    std::string device_id, person;
    model::DeviceCommand command;  // state "" = not sent
    std::string why;               // not sent: the reason and what to do
};

inline bool is_over(const model::DeviceCommand& command) {
    return command.state == "done" || command.state == "failed" || command.state == "expired";
}

}  // namespace linesman::app
