// Previews of changed rules, and the list of ignored findings.
//
// Thread: main; the work runs on the sync queue, the preview split over the pool (at most a second at 100,000
// captures).
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "app/board.h"
#include "app/on_demand.h"
#include "app/rule_views.h"
#include "app/sync_side.h"

namespace linesman::app {

class RuleService {
  public:
    RuleService(SyncSide& sync, Board& board, base::WorkerPool& pool, const base::Clock& clock);

    std::shared_ptr<const IgnoreList> ignores(const Snapshot& snapshot);
    std::shared_ptr<const RulePreviewView> preview(const model::RuleSet& candidate, const Snapshot& snapshot);
    static RulesInForce in_force(const std::string& project_id, const Snapshot& snapshot);

  private:
    static std::shared_ptr<const IgnoreList> read_ignores(SyncAccess& access);
    void run_preview(const std::string& key);

    SyncSide& sync_;
    Board& board_;
    base::WorkerPool& pool_;
    const base::Clock& clock_;
    OnDemand<IgnoreList> ignores_;
    OnDemand<RulePreviewView> previews_;
    std::mutex mutex_;
    model::RuleSet candidate_;  // guarded; of the preview asked for last
};

}  // namespace linesman::app
