// `audit verify` and `audit show`: this desk's journal against the server's entries, and the whole history of one
// capture.
//
// Thread: any; waits for the server.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/office_line.h"
#include "sync/audit_check.h"

namespace linesman::app {

struct AuditProblem {
    std::string fault;  // "fork", as sync::name_of() has it
    std::string desk_id;
    int64_t sequence = 0;  // 0 = none
    std::string op_id;
    std::string what;  // for the supervisor
};

struct AuditVerification {
    std::string desk_id;
    int64_t journal_rows = 0;
    int64_t server_entries = 0;  // read from the server
    int64_t agreed = 0;          // of this desk, equal to the journal
    bool server_was_read = false;
    std::vector<AuditProblem> findings;
    // Of every sort above, for scripts: the name and how often.
    std::map<std::string, int64_t> by_fault;
};

// `line` nullptr: only the chain of the journal. `all_desks`: every desk's entries are read, for forks and changed
// entries elsewhere. Errors: not_found when no decision was ever made here, those of outbox and line.
base::Result<AuditVerification> verify_audit(const std::string& outbox_path, const base::Clock& clock, OfficeLine* line,
                                             bool all_desks);

struct TrailLine {
    base::Timestamp at;
    enum class Source : uint8_t { device, audit, version, journal, document } source{};
    std::string who;   // uid or device id; may be empty
    std::string what;  // one line for the supervisor
    base::Json details;
};
std::string_view name_of(TrailLine::Source source);

struct AuditTrail {
    std::string staging_id, offline_id, device_id;
    std::vector<TrailLine> lines;  // oldest first
    // What could not be looked at, and why: "The capture names no device: its sync attempts cannot be found."
    std::vector<std::string> notes;
};

// Audit entries, versions, sync attempts of its device, and what this desk's journal knows that the server does not
// (refused, taken back, parked). Errors: not_found when the server knows nothing of the capture.
base::Result<AuditTrail> audit_trail(OfficeLine& line, const std::string& outbox_path, const base::Clock& clock,
                                     const std::string& staging_id);

}  // namespace linesman::app
