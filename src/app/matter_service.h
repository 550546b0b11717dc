// Open matters looked at closely, and settled field by field.
//
// Thread: main; the work runs on the sync queue.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/board.h"
#include "app/matter_detail.h"
#include "app/on_demand.h"
#include "app/operation_maker.h"
#include "app/sync_side.h"

namespace linesman::app {

class MatterService {
  public:
    MatterService(SyncSide& sync, Board& board, OperationMaker maker);

    std::shared_ptr<const MatterDetail> get(const std::string& op_id, const Snapshot& snapshot);
    // The operations that take the place of the one in conflict, on their version; none = mine is withdrawn. Errors:
    // not_found (no such matter), unavailable (still being read), precondition_failed (not allowed on their version),
    // aborted (it changed again: sending it again meets the newest version).
    base::Result<std::vector<model::Operation>> settle(const std::string& op_id, const MatterResolution& resolution,
                                                       const Snapshot& snapshot);

  private:
    struct Matter {
        MatterDetail view;
        model::Operation operation;
        std::shared_ptr<const LoadedCapture> loaded;  // as the cache holds it now
        bool is_newest = false;                       // nothing material changed since their version that was met
    };
    static std::shared_ptr<const Matter> read(SyncAccess& access, const OpenMatter& matter);

    SyncSide& sync_;
    Board& board_;
    OperationMaker maker_;
    OnDemand<Matter> matters_;
};

// What of my operation is left when these fields stay theirs; nullopt when nothing is. Pure.
std::optional<model::Operation> without_fields(model::Operation operation,
                                               const std::map<model::CaptureField, Side>& fields);
// Fields of `resolution` that stay mine although my operation does not set them, as a correction. Pure.
model::Correction correction_to_mine(const MatterDetail& matter, const model::Operation& operation,
                                     const std::map<model::CaptureField, Side>& fields);

}  // namespace linesman::app
