// The version history of a capture, as values: every state it has been in, oldest first, the present one last.
//
// A human change keeps the whole document before it (`versions/{op_id}`), so a state is known by the change that ended
// it: its `id` is that change's op_id, and blank for the present one. Who made a state comes from the audit entry of
// the change before it, or is the crew for the first one. Machine write-back makes no state of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/conflict.h"
#include "model/operation.h"

namespace linesman::app {

// One state of a capture.
struct CaptureVersion {
    std::string id;     // what to restore: DecisionDraft::target; blank for the present state
    int64_t n = 0;      // revision of this state, from 0
    bool now = false;   // the present state, operations that are not sent yet included
    bool sent = false;  // the server has it

    // The change that led to this state.
    std::optional<model::OperationKind> kind;  // nullopt: the crew sent it, or what made it is not known
    std::string what;                          // in words: "Approved", "Sent by the crew"
    std::optional<base::Timestamp> at;
    std::string by_uid, by_name;  // blank when not known
    std::string op_id;            // id of the audit entry; blank for the crew's own
    std::string note;             // reason and comment
    std::string via;              // desk | bulk | cli | field; blank when not known

    model::Capture capture;
};

// Immutable.
struct CaptureHistory {
    std::string staging_id;
    uint64_t generation = 0;  // Snapshot::rows_generation that it was read for
    // The server's states are in it. While they are being read, or without a connection, only those that this desk's
    // own decisions kept.
    bool complete = false;
    bool loading = false;    // the server is being asked
    std::string incomplete;  // why it is not complete and what to do; blank while loading
    std::vector<CaptureVersion> versions;

    // nullptr when there is none. Blank = the present state.
    const CaptureVersion* find(std::string_view id) const {
        for (const auto& version : versions) {
            if (version.now ? id.empty() : version.id == id) return &version;
        }
        return nullptr;
    }
};

// Field by field, the ones that differ; blank id = the present state. Empty as well when one of them does not exist.
inline std::vector<model::FieldPair> compare_versions(const CaptureHistory& history, std::string_view left,
                                                      std::string_view right) {
    const auto* a = history.find(left);
    const auto* b = history.find(right);
    return a && b ? model::difference(a->capture, b->capture) : std::vector<model::FieldPair>();
}

}  // namespace linesman::app
