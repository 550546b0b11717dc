// The desk before there is a profile: shows nothing, refuses every decision, and collects what the person enters, so
// that the first start needs no text editor. It also says why a desk did not start at all. Thread: main, but for say().
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "app/config.h"
#include "app/desk.h"

namespace linesman::app {

class FirstRunDesk final : public Desk {
  public:
    // `trouble`: what was wrong with what was entered before (`last`, by key); blank at the first time.
    FirstRunDesk(const Profile& profile, std::string trouble, std::map<std::string, std::string> last = {});

    // The form gives way to these words while something is being made ready; blank brings it back. Thread: any.
    void say(std::string words);
    // The desk cannot be opened: only these words are shown.
    void stop_with(std::string why);

    // What was entered, by key of the configuration; empty when the window was closed instead.
    const std::map<std::string, std::string>& entered() const { return entered_; }

    std::shared_ptr<const Snapshot> snapshot() override {
        const std::lock_guard lock(mutex_);
        return snapshot_;
    }
    void on_change(std::function<void()> wake) override {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
    }
    std::shared_ptr<const RowList> rows(const model::Filter& filter, model::SortOrder order) override;
    std::shared_ptr<const CaptureDetail> detail(std::string_view) override { return nullptr; }
    PhotoView photo(const std::string&, model::Slot, PhotoSize) override { return {}; }
    PhotoView stored_photo(const model::Photo&, PhotoSize) override { return {}; }
    void looking_at(const std::string&) override {}
    void prefetch(std::vector<std::string>) override {}
    model::Permission may(const DecisionDraft&) override;
    DecisionOutcome decide(DecisionDraft) override { return refused(); }
    DecisionOutcome decision_state(const std::string&) override { return refused(); }
    DecisionOutcome undo_last() override { return refused(); }
    void resolve(const std::string&, MatterChoice) override {}
    std::shared_ptr<const MatterDetail> matter(const std::string&) override { return nullptr; }
    DecisionOutcome resolve_fields(const std::string&, const MatterResolution&) override { return refused(); }
    std::shared_ptr<const CaptureHistory> history(const std::string&) override { return nullptr; }
    std::shared_ptr<const DuplicateGroups> duplicate_groups() override { return nullptr; }
    std::shared_ptr<const DuplicateMembers> duplicate_members(const std::vector<std::string>&) override {
        return nullptr;
    }
    MergePreview preview_merge(const MergeDraft&) override { return {}; }
    DecisionOutcome merge(const MergeDraft&) override { return refused(); }
    std::shared_ptr<const IgnoreList> ignores() override { return nullptr; }
    RulesInForce rules_in_force(const std::string&) override { return {}; }
    std::shared_ptr<const RulePreviewView> preview_rules(const model::RuleSet&) override { return nullptr; }
    uint64_t plan_bulk(BulkRequest) override { return 0; }
    std::shared_ptr<const BulkPlan> bulk_plan() override { return nullptr; }
    void drop_bulk_plan() override {}
    BulkStart start_bulk(uint64_t) override { return {}; }
    BulkStart bulk_start_state(const std::string&) override { return {}; }
    void pause_batch(const std::string&) override {}
    void resume_batch(const std::string&) override {}
    void cancel_batch(const std::string&) override {}
    std::shared_ptr<const BatchReceipts> batch_receipts(const std::string&) override { return nullptr; }
    void set_bulk_rate(double) override {}
    uint64_t start_report(const ReportOrder&) override { return 0; }
    std::shared_ptr<const ReportPreview> preview_report(const ReportRequest&) override { return nullptr; }
    void drop_report_preview() override {}
    void cancel_report() override {}
    ReportJob report_job() override { return {}; }
    DeviceDesk& devices() override { return devices_; }
    BaseMap base_map() override { return {}; }
    MapTile tile(int, uint32_t, uint32_t) override { return {}; }
    std::shared_ptr<const MapLayers> map_layers() override { return std::make_shared<const MapLayers>(); }
    std::shared_ptr<const model::Coverage> coverage() override { return std::make_shared<const model::Coverage>(); }
    std::shared_ptr<const DiskView> disk() override { return nullptr; }
    void clean_disk() override {}
    std::vector<SettingView> settings() override;
    void change_setting(const std::string& key, const std::string& value) override { entered_[key] = value; }
    void sync_now() override {}
    void set_paused(bool) override {}
    void set_work_offline(bool) override {}
    void sign_in(std::string, std::string, bool) override {}
    void sign_in_google(bool) override {}
    void sign_out() override {}
    void save_draft(const std::string&, const std::string&) override {}
    std::string draft(const std::string&) override { return {}; }
    void dismiss_notice(uint64_t) override {}
    base::Timestamp now() const override { return clock_.now(); }

  private:
    static DecisionOutcome refused();
    void change(const std::function<void(Snapshot&)>& edit);

    Profile profile_;
    NoDevices devices_;
    base::SystemClock clock_;
    std::mutex mutex_;  // guards snapshot_, wake_
    std::shared_ptr<const Snapshot> snapshot_;
    std::function<void()> wake_;
    std::shared_ptr<const RowList> list_;
    std::map<std::string, std::string> last_, entered_;
};

}  // namespace linesman::app
