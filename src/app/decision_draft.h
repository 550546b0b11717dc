// A decision as the person made it; the desk adds who, when, the version seen and the chain.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/operation.h"
#include "model/slot.h"

namespace linesman::app {

struct DecisionDraft {
    model::OperationKind kind{};
    std::string staging_id;
    std::string reason, comment;
    std::optional<base::Timestamp> remind_at;
    std::vector<model::Override> overrides;
    model::Correction correction;
    // Kind correct: photos to link to slots that have none (app/photo_link.h). Their urls are secrets.
    std::map<model::Slot, model::Photo> photos;
    // Kind undo: empty = the last decision on the capture. May be another person's or another desk's; then the server
    // is read first, and decide() answers `waiting`.
    std::string undo_of;
    std::string target;  // ignore_finding, unignore_finding: finding id; restore: id of a version (app/history.h)
    std::map<model::Slot, model::PhotoSeen> photos_seen;
};

// Links a photo that lies in Storage to a slot that has none.
inline DecisionDraft link_draft(const std::string& staging_id, model::Slot slot, const model::Photo& photo) {
    DecisionDraft draft;
    draft.kind = model::OperationKind::correct;
    draft.staging_id = staging_id;
    draft.photos[slot] = photo;
    return draft;
}

struct DecisionOutcome {
    enum class State : uint8_t {
        refused,  // nothing was done; `why` says what to do
        durable,  // on disk: the desk may advance
        waiting,  // not on disk yet: ask decision_state(op_id) each frame, advance when durable
    } state = State::refused;
    std::string op_id;
    std::string why;
    std::vector<std::string> needs_override;  // refused only because of these findings (ids)
    std::string staging_id;                   // undo: the capture to go back to
};

}  // namespace linesman::app
