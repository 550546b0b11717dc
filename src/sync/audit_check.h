// Compares this desk's journal with the audit entries that the server has of it (contract, "Audit";
// docs/threat-model.md says what follows from it and what does not).
//
// Every row of the journal is checked by itself: number, hash, link to the row before. Every entry of the server with
// this desk's id must be a decision or an administered change of the journal with the same number, hash and content;
// every operation that the journal calls done must be on the server.
//
// Pure; thread: one.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "store/journal.h"
#include "sync/reply_reader.h"

namespace linesman::sync {

enum class AuditFault : uint8_t {
    broken_chain,        // a row of the journal was changed, or does not belong to the one before it
    gap,                 // rows of the journal are missing
    fork,                // one sequence number, two contents: a restored backup, or two copies of one outbox
    missing_on_server,   // the journal says done, the server has no entry
    unknown_to_journal,  // the server has an entry of this desk that the journal does not
    altered,             // an entry says something else than was decided here, or was changed after it was made
};
std::string_view name_of(AuditFault fault);

struct AuditFinding {
    AuditFault fault{};
    std::string desk_id;
    int64_t sequence = 0;  // 0 = none
    std::string op_id;
    std::string what;  // for the supervisor
    bool operator==(const AuditFinding&) const = default;
};

// An entry of capture-audit, as far as it can be compared.
struct AuditEntry {
    std::string op_id, desk_id, hash, previous_hash;
    int64_t sequence = 0;
    bool changed_later = false;  // its updateTime is not its createTime
    base::Json fields;           // object of Values
};
// A document that cannot be read gives an entry with empty members, so that it is found missing by name.
AuditEntry audit_entry(const RawDocument& document);

class AuditComparison {
  public:
    AuditComparison(std::string desk_id, std::string install_id);

    // All rows first, in the order of the journal.
    void take(const store::JournalRow& row);
    // Entries of any desk in any order; of other desks only what the server alone can show is checked.
    void take(const AuditEntry& entry);
    // False: the server was not asked, so nothing is missing there.
    std::vector<AuditFinding> finish(bool server_was_read);

    int64_t rows() const { return rows_; }
    int64_t entries() const { return entries_; }
    int64_t agreed() const { return agreed_; }  // entries equal to their row

  private:
    struct Known {
        int64_t sequence = 0;
        std::string hash, previous_hash, kind;
        base::Json body;
    };
    void find(AuditFault fault, std::string desk_id, int64_t sequence, std::string op_id, std::string what);
    void compare(const AuditEntry& entry);

    std::string desk_id_;
    int64_t rows_ = 0, entries_ = 0, agreed_ = 0;
    int64_t last_sequence_ = 0;
    std::string last_hash_;
    std::map<std::string, Known> known_;          // by op_id: decisions and administered changes
    std::map<int64_t, std::string> by_sequence_;  // sequence -> hash, every row
    std::set<std::string> done_, withdrawn_, on_server_;
    std::map<std::pair<std::string, int64_t>, AuditEntry> by_desk_;  // first entry seen with this number
    std::vector<AuditFinding> findings_;
};

}  // namespace linesman::sync
