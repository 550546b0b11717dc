// How the machine write-back stands, for the status and for `linesmanctl validate`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace linesman::app {

struct MachineLease {
    std::string project;  // or sync's name for captures of no known project
    bool held = false;
    bool settled = false;  // it is known who holds it
    std::string other;     // who, when somebody else does
    std::optional<base::Timestamp> other_until;
    std::string problem;
};

struct MachineState {
    bool on = false;        // write-back is wanted and possible
    std::string why_not;    // wanted, but impossible
    bool mirrored = false;  // the projects are here as a whole and fresh, and their findings worked out
    std::vector<MachineLease> leases;
    uint64_t judged = 0, written = 0, repaired = 0, unchanged = 0, retried = 0;
    size_t due = 0;      // captures to look at
    size_t waiting = 0;  // for somebody's claim, or a decision under way
    bool idle = true;    // nothing due, nothing on the way
    std::string last_error;

    // Everything that can be written now is written.
    bool finished() const {
        if (!on) return !why_not.empty();
        if (!mirrored || !idle || due > 0) return false;
        for (const auto& lease : leases) {
            if (!lease.settled) return false;
        }
        return true;
    }
};

}  // namespace linesman::app
