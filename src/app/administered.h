// Changes that are no decision on a capture: rule sets, imports. Each is journalled in the desk's hash chain before it
// is sent, and one of its commits carries the audit entry that names the journal's entry.
//
// Thread: one. The outbox may be open elsewhere at the same time (store/outbox.h).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "app/office_line.h"
#include "store/outbox.h"

namespace linesman::app {

// What goes into the journal and, equal to the letter, into the audit entry.
struct AdministeredChange {
    std::string kind;  // "rule_set", "import", "command"
    std::string project_id, target, comment;
    std::string content_sha256;                    // hex, of what was brought
    base::Json from, to;                           // Values (maps) for the audit entry alone; null = left out
    std::string via = "cli";                       // or "desk"
    std::map<std::string, std::string> more = {};  // further texts, like "device_id"
};

class Administration {
  public:
    // Opens outbox.db. Errors: those of store::Outbox::open.
    static base::Result<Administration> open(const std::string& outbox_path, const base::Clock& clock);

    // Why this session may not administer; empty when it may.
    static std::string refusal(const model::Session& session);

    struct Begun {
        std::string op_id;
        base::Json audit_write;  // goes into one commit of the change
    };
    base::Result<Begun> begin(const OfficeLine& line, const AdministeredChange& change);
    // The commit with the audit entry took effect.
    base::Status finish(const std::string& op_id, const std::string& update_time);
    // Whether it did, after an answer that does not tell. Gives the entry's version.
    static base::Result<std::optional<std::string>> took_effect(OfficeLine& line, const std::string& op_id);

    store::Outbox& outbox() { return outbox_; }

  private:
    Administration(store::Outbox outbox, const base::Clock& clock) : outbox_(std::move(outbox)), clock_(clock) {}
    store::Outbox outbox_;
    const base::Clock& clock_;
};

}  // namespace linesman::app
