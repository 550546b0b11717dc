// Version histories (app/history.h): first what this desk's own decisions kept, then what the server keeps.
//
// The server is asked once for each version of the document, so a history that stays on the screen costs nothing more.
//
// Thread: get() on main; the work runs on the sync and the outbox queue.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/board.h"
#include "app/history.h"
#include "app/on_demand.h"
#include "app/outbox_desk.h"
#include "app/sync_side.h"

namespace linesman::app {

class HistoryService {
  public:
    HistoryService(OutboxDesk& outbox, SyncSide& sync, Board& board);

    std::shared_ptr<const CaptureHistory> get(const std::string& staging_id, uint64_t generation);
    // What restoring a version sets (Operation::extra): what the crew captured, as it was then. The judgement stays as
    // it is. Null when the version is not known.
    base::Json restored(const std::string& staging_id, const std::string& version_id, uint64_t generation);

  private:
    struct Answer {
        std::string update_time;  // of the document it was asked for
        sync::ServerHistory history;
        std::string failed;  // why it could not be read
        bool asked = false, there = false;
    };
    void request(const std::string& staging_id);
    void build(SyncAccess& access, const std::string& staging_id, std::vector<model::PendingOperation> own);
    void ask(SyncAccess& access, const std::string& staging_id, const std::string& update_time);

    OutboxDesk& outbox_;
    SyncSide& sync_;
    Board& board_;
    OnDemand<CaptureHistory> histories_;
    std::map<std::string, Answer> answers_;  // sync queue only
};

}  // namespace linesman::app
