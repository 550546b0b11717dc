// Everything known of one field device, as one value: what support looks at, and what is handed to another desk as a
// bundle. Figures are reported (by the device) or inferred (from its captures); the summary keeps them apart.
//
// Thread: any; reads the cache file with a connection of its own. add_sessions() waits for the server.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/office_line.h"
#include "app/snapshot.h"
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

// Errors: not_found, naming devices that there are.
base::Result<DeviceFile> read_device(const Snapshot& snapshot, const std::string& cache_path, const Profile& profile,
                                     const std::string& device_id);
// All devices, as the snapshot has them, and who the people are.
base::Result<std::vector<model::Person>> read_people(const std::string& cache_path, const Profile& profile);

inline constexpr size_t kMaxSessionsRead = 2000;
// From the server: a desk need not mirror sessions. Errors: those of the line.
base::Status add_sessions(DeviceFile& file, OfficeLine& line);

struct PhotoLedger {
    std::vector<model::LedgerEntry> entries;
    bool asked_storage = false;
    std::string incomplete;  // what could not be looked at, in words; empty when everything was
};
inline constexpr size_t kMaxLedgerCaptures = 500;  // one request to Storage for each
// Of the device's newest captures. `line` null: from the documents alone.
base::Result<PhotoLedger> read_photo_ledger(const std::string& cache_path, const Profile& profile,
                                            const std::vector<DeviceCapture>& captures, OfficeLine* line);

// Without what names a person: account and name become a pseudonym that is the same for the same account, errors and
// logs lose what looks like a secret. Staging ids and pole numbers stay: support needs them.
DeviceFile redacted(DeviceFile file);

// The bundle. Deterministic: the same file gives the same text.
std::string to_bundle(const DeviceFile& file);
// Errors: corrupt, unsupported (of a newer program), too_large.
base::Result<DeviceFile> device_from_bundle(std::string_view text);

}  // namespace linesman::app
