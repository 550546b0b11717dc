// The tables of outbox.db, and what mends the file when it is damaged. Inner header of the store room.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/sqlite.h"

namespace linesman::store {

inline constexpr int kOutboxPageBytes = 4096;  // a decision is a few small pages: less to sync than with 16 K
inline constexpr int kOutboxCacheKib = 4 * 1024;
inline constexpr int kOutboxCheckpointPages =
    8'000;  // only if nobody calls maintain(): a checkpoint inside enqueue() costs milliseconds

inline constexpr char kDeskIdKey[] = "store.desk_id";
inline constexpr char kInstallIdKey[] = "store.install_id";
inline constexpr char kSalvageKey[] = "store.salvage_reason";  // present until a person accepts the loss

const std::vector<Migration>& outbox_migrations();
OpenOptions outbox_open_options();

// Sets desk_id and install_id if they are missing.
base::Status ensure_identity(Database& database);

// Mends the file at `path` as outbox.h says. Safe to be killed at any point: a marker file names the copy, and the next
// open goes on from there. The caller holds the file alone.
base::Status salvage_outbox(const std::string& path, const base::Clock& clock);

// True when an earlier salvage was cut short.
bool salvage_is_unfinished(const std::string& path);

// First step of a salvage: copies the file and its WAL aside and writes the marker. Call while the damaged file is
// still open, because closing it may change it.
base::Status copy_outbox_aside(const std::string& path, const base::Clock& clock);

}  // namespace linesman::store
