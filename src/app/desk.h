// The desk as the UI and the command line see it: what to show, and what can be asked for. Implemented by app::Engine,
// and by fakes in the tests of the UI.
//
// Thread: main. Nothing here blocks, reads a file or touches the network; the one exception is decide(), which may wait
// up to kDecisionWaitMs for the outbox to have the decision on disk (architecture, "Threads").
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/bulk.h"
#include "app/decision_draft.h"
#include "app/device_desk.h"
#include "app/disk_view.h"
#include "app/duplicates.h"
#include "app/history.h"
#include "app/map_views.h"
#include "app/matter_detail.h"
#include "app/report_job.h"
#include "app/report_preview.h"
#include "app/rule_views.h"
#include "app/setting_view.h"
#include "app/snapshot.h"
#include "base/result.h"
#include "model/coverage.h"
#include "model/slot.h"

namespace linesman::app {

inline constexpr int kDecisionWaitMs = 4;

// The rows that a filter lets through, in order. Immutable; the same pointer until something changes.
struct RowList {
    uint64_t generation = 0;  // rows_generation of the snapshot it was computed from
    model::Filter filter;
    model::SortOrder order;
    std::vector<model::Row> rows;
};

enum class PhotoSize : uint8_t {
    slot,  // fits the slot box (kSlotPixels on its longer side)
    full,  // original size, for zooming
};
inline constexpr int kSlotPixels = 512;

enum class MatterChoice : uint8_t { keep_mine, take_theirs, retry };

class Desk {
  public:
    virtual ~Desk() = default;

    virtual std::shared_ptr<const Snapshot> snapshot() = 0;
    // Called from any thread when a new snapshot, row list, detail or photo is there. Set once, before the first frame.
    virtual void on_change(std::function<void()> wake) = 0;

    // The list for a filter and order: computed on the pool; until it is ready the last one for this filter, or
    // nullptr.
    virtual std::shared_ptr<const RowList> rows(const model::Filter& filter, model::SortOrder order) = 0;
    // nullptr while it is being read, or when there is no such capture.
    virtual std::shared_ptr<const CaptureDetail> detail(std::string_view staging_id) = 0;
    // Starts loading when needed. On-screen requests come before prefetch.
    virtual PhotoView photo(const std::string& staging_id, model::Slot slot, PhotoSize size) = 0;
    // The same for a photo that no capture links yet; a path is enough.
    virtual PhotoView stored_photo(const model::Photo& photo, PhotoSize size) = 0;
    // The person is at this capture and does something; empty: at none. What other desks see of it, and when nothing is
    // written at all: sync/presence.h. Cheap, but not for every frame.
    virtual void looking_at(const std::string& staging_id) = 0;
    // What will be looked at next, nearest first; replaces the last wish. Loaded as slot-sized images within the memory
    // budget.
    virtual void prefetch(std::vector<std::string> staging_ids) = 0;

    // Whether a decision of this kind would be allowed now, for enabling buttons and saying why not.
    virtual model::Permission may(const DecisionDraft& draft) = 0;
    virtual DecisionOutcome decide(DecisionDraft draft) = 0;
    virtual DecisionOutcome decision_state(const std::string& op_id) = 0;
    // Takes back the last decision made at this desk in this session, or the newest of today.
    virtual DecisionOutcome undo_last() = 0;

    // keep_mine: refused with a notice when model::may() would not allow the decision on their version.
    virtual void resolve(const std::string& op_id, MatterChoice choice) = 0;
    // nullptr while it is being read, or when there is no such matter.
    virtual std::shared_ptr<const MatterDetail> matter(const std::string& op_id) = 0;
    // The operation in conflict is withdrawn, and what was chosen is enqueued on their version. Answers as decide().
    virtual DecisionOutcome resolve_fields(const std::string& op_id, const MatterResolution& resolution) = 0;

    // --- History: decide() with kind restore and the version's id brings an old one back as a new revision ---
    // nullptr while it is being read for the first time, or when there is no such capture. Ask each frame while shown.
    virtual std::shared_ptr<const CaptureHistory> history(const std::string& staging_id) = 0;

    // --- Duplicates ---
    // nullptr until the rules have run; afterwards the last ones until newer are ready.
    virtual std::shared_ptr<const DuplicateGroups> duplicate_groups() = 0;
    // nullptr while the captures are being read. Keeps the last few asked for.
    virtual std::shared_ptr<const DuplicateMembers> duplicate_members(const std::vector<std::string>& staging_ids) = 0;
    virtual MergePreview preview_merge(const MergeDraft& draft) = 0;
    virtual DecisionOutcome merge(const MergeDraft& draft) = 0;

    // --- Rules: decide() with kind ignore_finding / unignore_finding and the finding's id as target ---
    virtual std::shared_ptr<const IgnoreList> ignores() = 0;  // nullptr while it is being read
    virtual RulesInForce rules_in_force(const std::string& project_id) = 0;
    // Starts when `candidate` is another than last time; ask each frame until `ready`. nullptr until the rules have
    // run.
    virtual std::shared_ptr<const RulePreviewView> preview_rules(const model::RuleSet& candidate) = 0;

    // --- Bulk ---
    // Starts a dry run; replaces the one before. Returns its id.
    virtual uint64_t plan_bulk(BulkRequest request) = 0;
    virtual std::shared_ptr<const BulkPlan> bulk_plan() = 0;  // nullptr when there is none
    virtual void drop_bulk_plan() = 0;
    // Writes the batch, all or none. Refused when `plan_id` is not the present plan, not ready, or nothing would
    // change.
    virtual BulkStart start_bulk(uint64_t plan_id) = 0;
    virtual BulkStart bulk_start_state(const std::string& batch_id) = 0;
    // The state follows in Snapshot::batches; a refusal becomes a notice.
    virtual void pause_batch(const std::string& batch_id) = 0;
    virtual void resume_batch(const std::string& batch_id) = 0;
    virtual void cancel_batch(const std::string& batch_id) = 0;
    // nullptr while they are being read, or when there is no such batch.
    virtual std::shared_ptr<const BatchReceipts> batch_receipts(const std::string& batch_id) = 0;
    // Items per second, kLeastBulkRate to kMostBulkRate; kept in outbox.db. Snapshot::bulk_rate has it.
    virtual void set_bulk_rate(double items_per_second) = 0;

    // --- Reports: one at a time, on a thread of its own (app/report_service.h) ---
    // 0 while another is under way, else the id of the job.
    virtual uint64_t start_report(const ReportOrder& order) = 0;
    // What the report would hold (app/report_preview.h). Starts when `request` is another than last time; ask each
    // frame while nullptr.
    virtual std::shared_ptr<const ReportPreview> preview_report(const ReportRequest& request) = 0;
    virtual void drop_report_preview() = 0;  // the next one looks at the data anew
    virtual void cancel_report() = 0;
    virtual ReportJob report_job() = 0;

    virtual DeviceDesk& devices() = 0;

    // --- Map ---
    virtual BaseMap base_map() = 0;
    // y counted from the north. Starts loading when needed.
    virtual MapTile tile(int z, uint32_t x, uint32_t y) = 0;
    virtual std::shared_ptr<const MapLayers> map_layers() = 0;  // nullptr while the files are being read
    // nullptr while it is worked out for the first time; afterwards the last one until a newer is ready.
    virtual std::shared_ptr<const model::Coverage> coverage() = 0;

    // --- Disk (app/disk_service.h) ---
    // nullptr while it is measured for the first time; afterwards the last one until a newer is ready.
    virtual std::shared_ptr<const DiskView> disk() = 0;
    // Deletes what can be fetched again: photos, thumbnails, set aside mirrors. Never decisions.
    virtual void clean_disk() = 0;

    // --- Settings ---
    virtual std::vector<SettingView> settings() = 0;
    // Into the user's configuration file; counts from the next start. A notice says how it went.
    virtual void change_setting(const std::string& key, const std::string& value) = 0;

    virtual void sync_now() = 0;
    virtual void set_paused(bool paused) = 0;
    virtual void set_work_offline(bool offline) = 0;
    virtual void sign_in(std::string email, std::string password, bool remember) = 0;
    // By way of the person's browser. A later sign-in takes its place.
    virtual void sign_in_google(bool remember) = 0;
    virtual void sign_out() = 0;
    // An unsent comment survives a crash.
    virtual void save_draft(const std::string& staging_id, const std::string& comment) = 0;
    virtual std::string draft(const std::string& staging_id) = 0;
    virtual void dismiss_notice(uint64_t id) = 0;
    virtual base::Timestamp now() const = 0;
};

}  // namespace linesman::app
