// The engine: builds every part, starts and stops them in order, and implements the desk. Wiring only; what the parts
// do is theirs.
//
//   main ── Desk ──► DecisionDesk ──► OutboxDesk (outbox queue) ──► store::Outbox ──► sync::OutboxSender ──► server
//     ▲                                        │ changed
//     │ Snapshot                               ▼
//   publish ◄── CaptureBook (sync queue) ◄── pending operations, applied documents ◄── sync::Pull ◄── server
//
// Order of the end: the pull and the sender stop, queues run dry, the columns file is written, files close.
//
// Thread: open() and everything of Desk on main.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/config.h"
#include "app/desk.h"
#include "base/file.h"
#include "base/worker_pool.h"

namespace linesman::app {

struct GatheredReport;

enum class Mode : uint8_t {
    console,  // holds the profile's lock; pulls and sends
    reader,   // beside a running console: reads the files, appends to the outbox, never pulls or sends
};

struct Credentials {
    std::string email, password;
};

struct EngineOptions {
    Profile profile;
    base::Folders folders;
    Mode mode = Mode::console;
    bool work_offline = false;
    std::string via = "desk";                // how decisions came about: desk | bulk | cli; goes into the audit entry
    std::optional<Credentials> credentials;  // signs in at the start (command line, demo)
};

class Engine final : public Desk {
  public:
    // Errors: configuration, io, disk_full; already_exists when another console holds the profile.
    static base::Result<std::unique_ptr<Engine>> open(EngineOptions options);
    ~Engine() override;

    // --- Desk ---
    std::shared_ptr<const Snapshot> snapshot() override;
    void on_change(std::function<void()> wake) override;
    std::shared_ptr<const RowList> rows(const model::Filter& filter, model::SortOrder order) override;
    std::shared_ptr<const CaptureDetail> detail(std::string_view staging_id) override;
    PhotoView photo(const std::string& staging_id, model::Slot slot, PhotoSize size) override;
    PhotoView stored_photo(const model::Photo& photo, PhotoSize size) override;
    void looking_at(const std::string& staging_id) override;
    void prefetch(std::vector<std::string> staging_ids) override;
    model::Permission may(const DecisionDraft& draft) override;
    DecisionOutcome decide(DecisionDraft draft) override;
    DecisionOutcome decision_state(const std::string& op_id) override;
    DecisionOutcome undo_last() override;
    void resolve(const std::string& op_id, MatterChoice choice) override;
    std::shared_ptr<const MatterDetail> matter(const std::string& op_id) override;
    DecisionOutcome resolve_fields(const std::string& op_id, const MatterResolution& resolution) override;
    std::shared_ptr<const CaptureHistory> history(const std::string& staging_id) override;
    std::shared_ptr<const DuplicateGroups> duplicate_groups() override;
    std::shared_ptr<const DuplicateMembers> duplicate_members(const std::vector<std::string>& staging_ids) override;
    MergePreview preview_merge(const MergeDraft& draft) override;
    DecisionOutcome merge(const MergeDraft& draft) override;
    std::shared_ptr<const IgnoreList> ignores() override;
    RulesInForce rules_in_force(const std::string& project_id) override;
    std::shared_ptr<const RulePreviewView> preview_rules(const model::RuleSet& candidate) override;
    uint64_t plan_bulk(BulkRequest request) override;
    std::shared_ptr<const BulkPlan> bulk_plan() override;
    void drop_bulk_plan() override;
    BulkStart start_bulk(uint64_t plan_id) override;
    BulkStart bulk_start_state(const std::string& batch_id) override;
    void pause_batch(const std::string& batch_id) override;
    void resume_batch(const std::string& batch_id) override;
    void cancel_batch(const std::string& batch_id) override;
    std::shared_ptr<const BatchReceipts> batch_receipts(const std::string& batch_id) override;
    void set_bulk_rate(double items_per_second) override;
    uint64_t start_report(const ReportOrder& order) override;
    std::shared_ptr<const ReportPreview> preview_report(const ReportRequest& request) override;
    void drop_report_preview() override;
    void cancel_report() override;
    ReportJob report_job() override;
    DeviceDesk& devices() override;
    BaseMap base_map() override;
    MapTile tile(int z, uint32_t x, uint32_t y) override;
    std::shared_ptr<const MapLayers> map_layers() override;
    std::shared_ptr<const model::Coverage> coverage() override;
    std::shared_ptr<const DiskView> disk() override;
    void clean_disk() override;
    std::vector<SettingView> settings() override;
    void change_setting(const std::string& key, const std::string& value) override;
    void sync_now() override;
    void set_paused(bool paused) override;
    void set_work_offline(bool offline) override;
    void sign_in(std::string email, std::string password, bool remember) override;
    void sign_in_google(bool remember) override;
    void sign_out() override;
    void save_draft(const std::string& staging_id, const std::string& comment) override;
    std::string draft(const std::string& staging_id) override;
    void dismiss_notice(uint64_t id) override;
    base::Timestamp now() const override;

    // Makes the keys of poles that are in production already (`promote --index-existing`). Waits for the end; not for
    // the window.
    struct KeyReport {
        uint64_t poles = 0, keys_made = 0, keys_known = 0, without_number = 0;
        std::vector<std::string> duplicates;  // "LAW.P.A001: p_1, p_2"
    };
    base::Result<KeyReport> index_existing();

    // What a report is made of (report_gatherer.h). Reads files and waits: not on main of a window.
    base::Result<GatheredReport> gather_report(const ReportRequest& request);
    // For rendering a report on all cores.
    base::WorkerPool& pool();

    // For programs without a window: waits until the snapshot shows what was decided so far. A decision is durable a
    // moment before the snapshot counts it.
    void catch_up();

    // For programs without a window: waits until `done` says so. False when `most` has passed. `each` sees every
    // snapshot on the way.
    bool wait_for(const std::function<bool(const Snapshot&)>& done, base::Duration most,
                  const std::function<void(const Snapshot&)>& each = {});

  private:
    struct Parts;
    explicit Engine(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace linesman::app
