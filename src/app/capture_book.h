// The captures of this desk as they are shown: columns, findings and pending operations kept in step.
//
//   remote capture + pending operations ──overlay──► capture ──► validator ──► findings ──► row
//
// Whole captures are not kept (a hundred thousand would cost 200 MB); one that must be looked at again is read from the
// cache through the loader.
//
// Thread: the sync queue.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "base/worker_pool.h"
#include "model/columns.h"
#include "model/operation.h"
#include "model/validator.h"

namespace linesman::app {

class CaptureBook {
  public:
    // Reads the remote capture from the cache; nullopt when it is not there.
    using Loader = std::function<std::optional<model::Capture>(const std::string& staging_id)>;

    CaptureBook(base::WorkerPool& pool, const base::Clock& clock, Loader loader);

    // A warm start: rows as they were when the desk was closed. They are what is shown until every capture has been put
    // again.
    void start_from(model::Columns columns);
    // From now on every capture is put again; until judge() has run after it, findings are those of the last session.
    bool judged() const { return judged_; }

    // Planned poles, projects, rules. Zones of rows follow at the next put.
    void set_reference(std::shared_ptr<const model::ReferenceData> reference);
    const model::ReferenceData& reference() const { return *reference_; }

    void put(const model::Capture& remote);
    void remove(const std::string& staging_id);
    // Rows of the warm start that were not put again are gone on the server.
    void forget_unseen();

    // Operations that changed, finished ones among them; `all`: every unfinished one, and no other is. Captures whose
    // operations changed are put again; findings that are being ignored, or taken back, count so at once.
    void update_pending(std::vector<model::PendingOperation> changed, bool all);
    std::span<const model::PendingOperation> pending(const std::string& staging_id) const;

    // Findings that are being ignored or taken back and that the server does not have yet, by op_id.
    const std::map<std::string, model::PendingOperation>& pending_ignores() const { return ignores_; }

    // The rules begin on the pool while this thread does something that changes no capture; judge() has the rest.
    void begin_judging() { validator_.start(clock_.now()); }
    // Runs the rules over what changed and brings the rows up to date. Returns the number of captures whose findings
    // changed.
    size_t judge();
    // Ids whose findings changed in judge() since the last call.
    std::vector<std::string> take_judged() { return std::exchange(judged_ids_, {}); }
    model::Findings findings(const std::string& staging_id) const;
    const model::PlannedPole* planned_pole(const model::Capture& capture) const {
        return validator_.planned_pole(capture);
    }
    const model::Validator& validator() const { return validator_; }

    // Held captures with a reminder: when, by staging id.
    const std::unordered_map<std::string, base::Timestamp>& reminders() const { return reminders_; }

    size_t row_count() const { return seen_.size(); }
    model::Row row_of(const std::string& staging_id) const { return builder_.row_of(staging_id); }
    model::Columns publish() { return builder_.publish(); }
    bool changed() const { return changed_; }
    void clear_changed() { changed_ = false; }

  private:
    using Operations = std::vector<model::PendingOperation>;
    // Returns whether the capture looks different now.
    bool take(Operations& operations, const model::PendingOperation& changed);
    void take_ignore(const model::PendingOperation& changed);
    void put_ignore(const model::PendingOperation& pending);
    void put_row(const model::Capture& shown, std::span<const model::PendingOperation> operations);

    const base::Clock& clock_;
    Loader loader_;
    model::ColumnsBuilder builder_;
    model::Validator validator_;
    std::shared_ptr<const model::ReferenceData> reference_ = std::make_shared<model::ReferenceData>();
    std::unordered_map<std::string, Operations> pending_;     // by capture, in the order made; without documents
    std::map<std::string, model::PendingOperation> ignores_;  // by op_id: findings ignored or taken back, not sent
    std::unordered_map<std::string, base::Timestamp> reminders_;
    std::vector<bool> seen_;  // by row, since start_from
    std::vector<std::string> judged_ids_;
    bool judged_ = false;
    bool changed_ = false;
};

}  // namespace linesman::app
