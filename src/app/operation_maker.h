// From a draft to the operation that is written: who, when, on which version, how it came about.
//
// Thread: any; immutable.
#pragma once

#include <string>

#include "app/config.h"
#include "app/decision_draft.h"
#include "app/detail_service.h"
#include "model/decision_policy.h"

namespace linesman::app {

class OperationMaker {
  public:
    OperationMaker(const base::Clock& clock, const Profile& profile, std::string desk_id, std::string via)
        : clock_(clock), profile_(profile), desk_id_(std::move(desk_id)), via_(std::move(via)) {}

    // The same, but made by a batch: over the desk that counts as bulk (overrides need the project's leave).
    OperationMaker for_bulk() const { return {clock_, profile_, desk_id_, via_ == "desk" ? "bulk" : via_}; }

    model::Operation make(const LoadedCapture& loaded, const model::Session& session, const DecisionDraft& draft) const;
    const base::Clock& clock() const { return clock_; }
    const std::string& via() const { return via_; }

  private:
    const base::Clock& clock_;
    const Profile& profile_;
    std::string desk_id_, via_;
};

}  // namespace linesman::app
