// Groups of captures that may be one pole, from the findings of the rules, and their members for a merge.
//
// Thread: main; the work runs on the sync queue.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/board.h"
#include "app/duplicates.h"
#include "app/on_demand.h"
#include "app/operation_maker.h"
#include "app/sync_side.h"

namespace linesman::app {

class DuplicateService {
  public:
    DuplicateService(SyncSide& sync, Board& board, OperationMaker maker);

    std::shared_ptr<const DuplicateGroups> groups(const Snapshot& snapshot);
    std::shared_ptr<const DuplicateMembers> members(const std::vector<std::string>& staging_ids,
                                                    const Snapshot& snapshot);
    MergePreview preview(const MergeDraft& draft, const Snapshot& snapshot);
    // The operation of an allowed merge. Errors: precondition_failed with the preview's words.
    base::Result<model::Operation> operation(const MergeDraft& draft, const Snapshot& snapshot);

  private:
    struct Members {
        DuplicateMembers view;
        std::vector<std::shared_ptr<const LoadedCapture>> loaded;
    };
    void find_groups(SyncAccess& access, const std::shared_ptr<const Snapshot>& snapshot);
    static std::shared_ptr<const Members> read(SyncAccess& access, const std::string& key);
    model::Operation merge_operation(const Members& members, const model::MergePlan& plan, const MergeDraft& draft,
                                     const Snapshot& snapshot) const;

    SyncSide& sync_;
    Board& board_;
    OperationMaker maker_;
    OnDemand<DuplicateGroups> groups_;
    OnDemand<Members> members_;
};

}  // namespace linesman::app
