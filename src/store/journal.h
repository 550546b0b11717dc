// The journal: an append-only hash chain of everything that people decided, or tried to decide, at this desk. Lives in
// outbox.db.
//
//   entry = canonical JSON {at, body, desk_id, entry, install_id, op_id, previous_hash, sequence}   (keys sorted, no
//   spaces) hash  = hex SHA-256 of that text;  previous_hash of sequence 1 = hex SHA-256 of "linesman journal " +
//   install_id
//
// Sequence numbers run from 1 without gaps over ALL entries, so an operation's own numbers have gaps on the server that
// the journal explains. Threat model: whoever can write this file can replace the whole chain; what was already sent to
// the server then no longer matches it. A restored backup repeats sequence numbers with other hashes: a fork, seen by
// comparing with the server.
//
// Thread: the outbox's. Errors: those of sqlite.h.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace linesman::store {

class Database;

// decided: an operation was enqueued · refused: it was not allowed, with the reason · withdrawn, released: by a person
// · rebased: sent again on a newer version · done, parked, conflict: what became of it · salvaged: this file was mended
// · salvage_accepted: a person looked at the loss and let deciding go on · administered: a change that is no decision
// on a capture (a rule set, an import), written before it is sent.
enum class JournalKind : uint8_t {
    decided,
    refused,
    withdrawn,
    released,
    rebased,
    done,
    parked,
    conflict,
    salvaged,
    salvage_accepted,
    administered
};
std::string_view name_of(JournalKind kind);

struct JournalHead {
    std::string desk_id;
    std::string install_id;
    int64_t sequence = 0;  // 0: nothing written yet
    std::string hash;      // of the last entry, or the chain's beginning
};

struct JournalRow {
    int64_t sequence = 0;
    base::Timestamp at;
    std::string kind;
    std::string op_id;
    std::string previous_hash, hash;
    std::string entry;  // the canonical JSON that was hashed
};

struct JournalCheck {
    int64_t entries = 0;
    int64_t first_broken = 0;  // sequence; 0 = the chain is whole
    std::string why;           // for the supervisor, when broken
    bool whole() const { return first_broken == 0; }
};

// Free functions over the outbox's connection; Outbox is what other rooms use.
base::Result<JournalHead> journal_head(Database& database);
// Must run inside a write transaction. Returns the row as written.
base::Result<JournalRow> append_journal(Database& database, base::Timestamp at, JournalKind kind,
                                        std::string_view op_id, base::Json body);
// Rows with sequence > `after`, ascending; the callback returns false to stop.
base::Status each_journal_row(Database& database, int64_t after, const std::function<bool(const JournalRow&)>& on_row);
base::Result<JournalCheck> check_journal(Database& database);

}  // namespace linesman::store
