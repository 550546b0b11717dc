// The photo ledger (contract, "Devices that send no heartbeat"): every photo that a capture should have, and what
// became of it. Objects in Storage that no capture links are candidates for the photos that are missing; which one is
// right is for a person to say, since old paths carry no pole id. Pure; thread: any.
//
//   linked          the document names it, and Storage has it
//   orphaned        not linked, but Storage has objects that may be it: the candidates
//   never_uploaded  not linked, and Storage has nothing that may be it
//   unreadable      linked, but Storage does not have it
//   unknown         Storage was not asked
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/capture.h"

namespace linesman::model {

enum class LedgerState : uint8_t { linked, orphaned, never_uploaded, unreadable, unknown };
std::string_view name_of(LedgerState state);

struct LedgerEntry {
    std::string staging_id, pole_number;
    Slot slot{};
    LedgerState state{};
    std::string path;                     // linked, unreadable
    std::vector<std::string> candidates;  // paths, nearest in time first
    bool operator==(const LedgerEntry&) const = default;
};

// What a path in Storage says: "poles/staging/{offline_id}/{slot}_{epochMs}.jpg", or the old flat
// "poles/staging/{slot}_{epochMs}_{photoId}.jpg", which has no offline_id.
struct PhotoPath {
    std::string offline_id;
    Slot slot{};
    base::Timestamp taken_at;
};
std::optional<PhotoPath> photo_path_parts(std::string_view path);

// A flat object is a candidate when it was taken within this of the capture.
inline constexpr base::Duration kCandidateSlack = base::minutes(15);

// Slots the device said it held; of a device that says nothing all six are expected. `stored`: every object below the
// captures' folders and the flat ones; nullopt: not asked. `linked_elsewhere`: paths that other captures link.
std::vector<LedgerEntry> photo_ledger(std::span<const Capture> captures,
                                      const std::optional<std::set<std::string>>& stored,
                                      const std::set<std::string>& linked_elsewhere = {});

}  // namespace linesman::model
