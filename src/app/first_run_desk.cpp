#include "app/first_run_desk.h"

#include <algorithm>

namespace linesman::app {

namespace {
constexpr const char* kNoProject = "Connect a Firebase project first.";
}

FirstRunDesk::FirstRunDesk(const Profile& profile, std::string trouble, std::map<std::string, std::string> last)
    : profile_(profile), last_(std::move(last)) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->loading = false;
    snapshot->rules_running = false;
    snapshot->profile = profile.name;
    snapshot->first_run = true;
    snapshot->first_run_trouble = std::move(trouble);
    snapshot->sync.connection = Connection::signed_out;
    snapshot_ = std::move(snapshot);
}

void FirstRunDesk::change(const std::function<void(Snapshot&)>& edit) {
    std::function<void()> wake;
    {
        const std::lock_guard lock(mutex_);
        auto next = std::make_shared<Snapshot>(*snapshot_);
        edit(*next);
        ++next->generation;
        snapshot_ = std::move(next);
        wake = wake_;
    }
    if (wake) wake();
}

void FirstRunDesk::say(std::string words) {
    constexpr uint64_t kSteps = 4;  // of the demo, each told of once
    change([&](Snapshot& snapshot) {
        snapshot.sync.documents_done = words.empty() ? 0 : std::min(snapshot.sync.documents_done + 1, kSteps);
        snapshot.sync.documents_total = words.empty() ? 0 : kSteps;
        snapshot.sync.phase = std::move(words);
    });
}

void FirstRunDesk::stop_with(std::string why) {
    change([&](Snapshot& snapshot) {
        snapshot.first_run = false;
        snapshot.fatal = std::move(why);
    });
}

std::shared_ptr<const RowList> FirstRunDesk::rows(const model::Filter& filter, model::SortOrder order) {
    if (list_ == nullptr || !(list_->filter == filter) || !(list_->order == order)) {
        auto list = std::make_shared<RowList>();
        list->filter = filter;
        list->order = order;
        list_ = std::move(list);
    }
    return list_;
}

model::Permission FirstRunDesk::may(const DecisionDraft&) {
    return model::Permission::no(kNoProject);
}

DecisionOutcome FirstRunDesk::refused() {
    DecisionOutcome outcome;
    outcome.why = kNoProject;
    return outcome;
}

std::vector<SettingView> FirstRunDesk::settings() {
    auto settings = list_settings(profile_);
    for (auto& setting : settings) {
        if (const auto entered = last_.find(setting.key); entered != last_.end()) setting.value = entered->second;
    }
    return settings;
}

}  // namespace linesman::app
