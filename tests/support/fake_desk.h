// A Desk without engine, store or network: generated captures, generated photos, states under the test's control. For
// tests of the UI and for looking at it. Thread: main, as the interface says; photos may be made on a worker.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "app/desk.h"
#include "base/worker_pool.h"
#include "support/fake_devices.h"

namespace linesman::test {

inline constexpr const char* kWrongPassword = "wrong";  // what sign_in() refuses

struct FakeDeskOptions {
    uint32_t captures = 300;
    bool signed_in = true;
    bool loading = false;
    bool offline = false;
    bool with_matters = false;
    bool with_duplicates = false;       // 0 and 1 have one number, 2 and 3 are one upload, 4 and 5 stand 2 m apart
    bool with_base_map = false;         // tiles and a layer made up on the spot
    bool slow_disk = false;             // decisions are `waiting` until finish_writes()
    bool photos_in_background = false;  // made on a worker, as the engine does; else at once
    model::Role role = model::Role::supervisor;
    bool plain_photos = false;  // one colour instead of a rendered scene: fast
    base::Timestamp now{1'763'800'000'000'000};
};

class FakeDesk final : public app::Desk {
  public:
    explicit FakeDesk(FakeDeskOptions options = {});
    ~FakeDesk() override;

    std::shared_ptr<const app::Snapshot> snapshot() override { return snapshot_; }
    void on_change(std::function<void()> wake) override;
    std::shared_ptr<const app::RowList> rows(const model::Filter& filter, model::SortOrder order) override;
    std::shared_ptr<const app::CaptureDetail> detail(std::string_view staging_id) override;
    app::PhotoView photo(const std::string& staging_id, model::Slot slot, app::PhotoSize size) override;
    app::PhotoView stored_photo(const model::Photo& photo, app::PhotoSize size) override;
    void looking_at(const std::string& staging_id) override { looked_at.push_back(staging_id); }
    void prefetch(std::vector<std::string> staging_ids) override { prefetched = std::move(staging_ids); }
    model::Permission may(const app::DecisionDraft& draft) override;
    app::DecisionOutcome decide(app::DecisionDraft draft) override;
    app::DecisionOutcome decision_state(const std::string& op_id) override;
    app::DecisionOutcome undo_last() override;
    void resolve(const std::string& op_id, app::MatterChoice choice) override;
    std::shared_ptr<const app::MatterDetail> matter(const std::string& op_id) override;
    app::DecisionOutcome resolve_fields(const std::string& op_id, const app::MatterResolution& resolution) override;
    std::shared_ptr<const app::CaptureHistory> history(const std::string& staging_id) override;
    std::shared_ptr<const app::DuplicateGroups> duplicate_groups() override;
    std::shared_ptr<const app::DuplicateMembers> duplicate_members(const std::vector<std::string>& ids) override;
    app::MergePreview preview_merge(const app::MergeDraft& draft) override;
    app::DecisionOutcome merge(const app::MergeDraft& draft) override;
    std::shared_ptr<const app::IgnoreList> ignores() override;
    app::RulesInForce rules_in_force(const std::string& project_id) override;
    std::shared_ptr<const app::RulePreviewView> preview_rules(const model::RuleSet& candidate) override;
    uint64_t plan_bulk(app::BulkRequest request) override;
    std::shared_ptr<const app::BulkPlan> bulk_plan() override { return plan_; }
    void drop_bulk_plan() override { plan_ = nullptr; }
    app::BulkStart start_bulk(uint64_t plan_id) override;
    app::BulkStart bulk_start_state(const std::string& batch_id) override;
    void pause_batch(const std::string& batch_id) override { set_batch(batch_id, app::BatchState::paused); }
    void resume_batch(const std::string& batch_id) override { set_batch(batch_id, app::BatchState::running); }
    void cancel_batch(const std::string& batch_id) override { set_batch(batch_id, app::BatchState::cancelled); }
    std::shared_ptr<const app::BatchReceipts> batch_receipts(const std::string& batch_id) override;
    void set_bulk_rate(double items_per_second) override;
    uint64_t start_report(const app::ReportOrder& order) override;
    std::shared_ptr<const app::ReportPreview> preview_report(const app::ReportRequest& request) override;
    void drop_report_preview() override { preview_ = nullptr; }
    void cancel_report() override {
        if (report.busy()) report.state = app::ReportJob::State::cancelled;
    }
    app::ReportJob report_job() override { return report; }
    app::DeviceDesk& devices() override { return fake_devices; }
    app::BaseMap base_map() override;
    app::MapTile tile(int z, uint32_t x, uint32_t y) override;
    std::shared_ptr<const app::MapLayers> map_layers() override;
    std::shared_ptr<const model::Coverage> coverage() override;
    std::shared_ptr<const app::DiskView> disk() override { return disk_view; }
    void clean_disk() override;
    std::vector<app::SettingView> settings() override;
    void change_setting(const std::string& key, const std::string& value) override;
    void sync_now() override { ++syncs; }
    void set_paused(bool paused) override;
    void set_work_offline(bool offline) override;
    void sign_in(std::string email, std::string password, bool remember) override;
    // Stays in the browser until the test changes the snapshot.
    void sign_in_google(bool remember) override;
    void sign_out() override;
    void save_draft(const std::string& staging_id, const std::string& comment) override {
        drafts[staging_id] = comment;
    }
    std::string draft(const std::string& staging_id) override { return drafts[staging_id]; }
    void dismiss_notice(uint64_t id) override;
    base::Timestamp now() const override { return options_.now; }

    // For tests.
    void finish_writes();
    void say(app::NoticeLevel level, std::string text, std::string cure = {});
    void change(const std::function<void(app::Snapshot&)>& edit);
    void advance_batches(size_t items);  // that many items of every running batch are done
    model::Capture& capture(size_t index) { return captures_[index]; }
    size_t size() const { return captures_.size(); }

    std::vector<app::DecisionDraft> decided;
    std::vector<std::string> prefetched, looked_at;
    std::map<std::string, std::string> drafts;
    std::vector<std::pair<std::string, app::MatterChoice>> resolved;
    std::vector<std::pair<std::string, app::MatterResolution>> resolved_fields;
    std::vector<app::MergeDraft> merged;
    app::ReportOrder report_order;
    app::ReportJob report;
    bool preview_is_ready = true;
    std::string preview_why;                         // non-empty: a preview says this
    std::shared_ptr<const app::DiskView> disk_view;  // nullptr: it is being measured
    std::map<std::string, std::string> changed_settings;
    int syncs = 0;
    bool remembered = true;  // what the last sign-in by email asked for
    FakeDevices fake_devices;

  private:
    void publish();
    void put(size_t index);
    app::Snapshot edited() const { return *snapshot_; }
    void add_devices(app::Snapshot& snapshot) const;
    void add_line(app::Snapshot& snapshot);
    void add_matters(app::Snapshot& snapshot) const;
    model::Findings findings_of(const model::Capture& capture) const;
    model::Findings found_in(const model::Capture& capture) const;  // before ignores
    model::Permission may_approve(const app::DecisionDraft& draft) const;
    model::Permission may_target(const app::DecisionDraft& draft) const;
    void keep_version(const model::Capture& before, const std::string& op_id, const app::DecisionDraft& draft);
    void apply_target(model::Capture& capture, const app::DecisionDraft& draft, const std::string& op_id);
    void make_duplicates();
    void set_batch(const std::string& batch_id, app::BatchState state);
    std::shared_ptr<const image::Image> picture(const model::Capture& capture, model::Slot slot, app::PhotoSize size);

    FakeDeskOptions options_;
    std::vector<model::Capture> captures_;
    std::map<std::string, size_t, std::less<>> index_;
    std::shared_ptr<model::ReferenceData> reference_;
    model::ColumnsBuilder builder_;
    std::shared_ptr<const app::Snapshot> snapshot_;
    std::shared_ptr<const app::RowList> list_;
    std::map<std::string, std::shared_ptr<const app::CaptureDetail>, std::less<>> details_;
    std::vector<app::DecisionDraft> history_;                                        // decided and not undone
    std::map<std::string, std::vector<app::CaptureVersion>, std::less<>> versions_;  // before-images, oldest first
    std::map<std::string, app::IgnoredFinding, std::less<>> ignored_;                // by finding id
    std::shared_ptr<const app::BulkPlan> plan_;
    std::shared_ptr<const app::ReportPreview> preview_;
    std::shared_ptr<const model::Coverage> coverage_;
    std::shared_ptr<const app::MapLayers> layers_;
    std::map<std::tuple<int, uint32_t, uint32_t>, std::shared_ptr<const image::Image>> tiles_;
    std::map<std::string, app::BatchReceipts> receipts_;
    std::set<std::string> unwritten_;
    std::map<std::string, std::string> op_to_staging_;
    uint64_t next_op_ = 1, next_notice_ = 1;

    struct Picture {
        std::shared_ptr<const image::Image> image;
        uint64_t id = 0;
    };
    std::mutex mutex_;  // guards pictures_, asked_, wake_
    std::map<std::string, Picture> pictures_;
    std::set<std::string> asked_;
    std::function<void()> wake_;
    uint64_t next_picture_ = 1;
    std::unique_ptr<base::WorkerPool> pool_;
};

}  // namespace linesman::test
