// Decisions as they are made: checked, written to the outbox, remembered until the next snapshot shows them.
//
// Thread: main. decide() may wait up to kDecisionWaitMs for the disk (desk.h).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/desk.h"
#include "app/detail_service.h"
#include "app/operation_maker.h"
#include "app/outbox_desk.h"

namespace linesman::app {

// What an undo of this capture takes back when none is named: the newest change of this desk that stands, or the
// decision of another desk that came after it; empty when there is none. Pure.
std::string undo_target(const CaptureDetail& detail);
// The change by another desk that made the present revision of a document, when it left no decision to name it: a merge
// into this capture, a correction. Empty when there is none, or when it is one of this desk's. Pure.
std::string changed_elsewhere(const CaptureDetail& detail, const std::string& remote_fields);

class DecisionDesk {
  public:
    DecisionDesk(OutboxDesk& outbox, const base::Clock& clock, const Profile& profile, std::string via);

    // `loaded` nullptr: the capture is still being read.
    model::Permission may(const LoadedCapture* loaded, const Snapshot& snapshot, const DecisionDraft& draft) const;
    DecisionOutcome decide(const LoadedCapture* loaded, const Snapshot& snapshot, const DecisionDraft& draft);
    // An operation that was checked already: a merge, an undo of what another desk did.
    DecisionOutcome submit(model::Operation operation);
    // Withdraws `op_id` and writes these in its place, all or none.
    DecisionOutcome replace(const std::string& op_id, std::vector<model::Operation> with);
    // What a restore sets (Operation::extra): from the history. Set once.
    void on_restore(std::function<base::Json(const DecisionDraft&)> extra) { extra_ = std::move(extra); }
    const OperationMaker& maker() const { return maker_; }
    // Where a waiting decision stands now.
    DecisionOutcome state(const std::string& op_id);
    // The capture and operation that U takes back: the newest decision made here that was not taken back; empty when
    // there is none.
    struct Last {
        std::string staging_id, op_id;
    };
    Last last_decision(const Snapshot& snapshot) const;

  private:
    struct Recent {
        model::Operation operation;
        std::shared_ptr<OutboxTicket> ticket;  // nullptr once durable
        bool undone = false;
    };

    model::Capture shown(const LoadedCapture& loaded) const;
    model::Operation build(const LoadedCapture& loaded, const Snapshot& snapshot, const DecisionDraft& draft) const;
    std::string target_of_undo(const LoadedCapture& loaded, const Snapshot& snapshot) const;
    DecisionOutcome finish(Recent& recent, const OutboxTicket::Result& result);
    void forget_old(const Snapshot& snapshot);

    DecisionOutcome follow(Recent recent);

    OutboxDesk& outbox_;
    OperationMaker maker_;
    std::function<base::Json(const DecisionDraft&)> extra_;
    DecisionOutcome failed_;      // the last that was refused after it had been `waiting`
    std::vector<Recent> recent_;  // oldest first
};

}  // namespace linesman::app
