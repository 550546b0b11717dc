// Reads everything known of one field device (app/device_data.h): what support looks at, and what is handed to another
// desk as a bundle. Figures are reported (by the device) or inferred (from its captures); the summary keeps them apart.
//
// Thread: any; reads the cache file with a connection of its own. add_sessions() waits for the server.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/device_data.h"
#include "app/office_line.h"
#include "app/snapshot.h"

namespace linesman::app {

// Errors: not_found, naming devices that there are.
base::Result<DeviceFile> read_device(const Snapshot& snapshot, const std::string& cache_path, const Profile& profile,
                                     const std::string& device_id);

inline constexpr size_t kMaxSessionsRead = 2000;
// From the server: a desk need not mirror sessions. Errors: those of the line.
base::Status add_sessions(DeviceFile& file, OfficeLine& line);

inline constexpr size_t kMaxLedgerCaptures = 500;  // one request to Storage for each
// Of the first `most` of these captures, the device's newest. `line` null: from the documents alone.
base::Result<PhotoLedger> read_photo_ledger(const std::string& cache_path, const Profile& profile,
                                            const std::vector<DeviceCapture>& captures, OfficeLine* line,
                                            size_t most = kMaxLedgerCaptures);

// Sessions of all devices that began since then, at most `most`, the oldest first. Errors: those of the line.
base::Result<std::vector<model::DeviceSession>> read_sessions_since(OfficeLine& line, base::Timestamp since,
                                                                    size_t most);

// Without what names a person: account and name become a pseudonym that is the same for the same account, errors and
// logs lose what looks like a secret. Staging ids and pole numbers stay: support needs them.
DeviceFile redacted(DeviceFile file);

// The bundle. Deterministic: the same file gives the same text.
std::string to_bundle(const DeviceFile& file);
// Errors: corrupt, unsupported (of a newer program), too_large.
base::Result<DeviceFile> device_from_bundle(std::string_view text);

}  // namespace linesman::app
