#include "support/fake_desk.h"

#include <algorithm>

#include "support/fake_captures.h"

namespace linesman::test {

FakeDesk::FakeDesk(FakeDeskOptions options)
    : fake_devices([this] { return snapshot_; }, options.now), options_(options) {
    if (options.offline) fake_devices.trouble = "There is no connection to the server.";
    FakeField field = make_fake_field(options.captures, options.now);
    captures_ = std::move(field.captures);
    reference_ = std::move(field.reference);
    if (options_.with_duplicates) make_duplicates();
    if (options_.photos_in_background) pool_ = std::make_unique<base::WorkerPool>(1);
    app::Snapshot snapshot;
    snapshot.loading = options_.loading;
    snapshot.rules_running = options_.loading;
    snapshot.profile = "lawley";
    snapshot.demo = true;
    snapshot.reference = reference_;
    snapshot.people = std::make_shared<const std::vector<model::Person>>(
        std::vector<model::Person>{{"Thabo Mokoena", "Thabo Mokoena", "Crew North", "Poles & Co", "+27 82 555 0101"},
                                   {"Naledi Dube", "Naledi Dube", "Crew North", "Poles & Co", "+27 82 555 0102"},
                                   {"Sipho Khumalo", "Sipho Khumalo", "Crew South", "", ""}});
    snapshot.session.signed_in = options_.signed_in;
    snapshot.session.email = "nomsa@example.org";
    snapshot.session.name = options_.signed_in ? "Nomsa Radebe" : "";
    snapshot.session.role = options_.role;
    snapshot.sync.connection = !options_.signed_in ? app::Connection::signed_out
                               : options_.offline  ? app::Connection::offline
                                                   : app::Connection::online;
    if (options_.offline) snapshot.sync.connection_reason = "no answer for 40 s";
    snapshot.sync.phase = options_.offline ? "" : "Up to date";
    snapshot.sync.last_pull = options_.now - base::seconds(20);
    snapshot.sync.reads_today = 5'312;
    snapshot.sync.writes_today = 184;
    snapshot.sync.bytes_received = 48'300'000;
    snapshot.sync.latency_ms = 84;
    add_devices(snapshot);
    add_line(snapshot);
    if (options_.with_matters) add_matters(snapshot);
    snapshot_ = std::make_shared<const app::Snapshot>(std::move(snapshot));
    if (options_.loading) return;
    for (size_t i = 0; i < captures_.size(); ++i) {
        index_.emplace(captures_[i].staging_id, i);
        put(i);
    }
    publish();
}

FakeDesk::~FakeDesk() {
    pool_.reset();
}

void FakeDesk::on_change(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
}

void FakeDesk::put(size_t index) {
    const model::Capture& capture = captures_[index];
    const model::Findings findings = findings_of(capture);
    model::RuleMask mask = 0;
    for (const auto& finding : findings) mask |= model::bit(finding.rule);
    uint16_t extra = 0;
    const bool pending = std::any_of(history_.begin(), history_.end(),
                                     [&](const auto& draft) { return draft.staging_id == capture.staging_id; });
    if (pending) extra |= model::kFlagPending;
    builder_.put(model::row_values(capture, model::worst_of(findings), mask, extra, std::to_string(index / 225 + 1),
                                   std::to_string(index / 21 + 1)));
}

void FakeDesk::publish() {
    app::Snapshot snapshot = edited();
    ++snapshot.generation;
    snapshot.columns = builder_.publish();
    snapshot.counts = model::count_rows(snapshot.columns);
    snapshot.my_day.decided_today = static_cast<uint32_t>(history_.size());
    snapshot.my_day.latest.clear();
    for (auto it = history_.rbegin(); it != history_.rend(); ++it) {
        model::PendingOperation pending;
        pending.operation.kind = it->kind;
        pending.operation.staging_id = it->staging_id;
        pending.operation.made_at = options_.now;
        snapshot.my_day.latest.push_back(std::move(pending));
    }
    snapshot.reminders.clear();
    for (const auto& capture : captures_) {
        if (capture.decision() == model::Decision::held && capture.review->remind_at)
            snapshot.reminders.push_back({*capture.review->remind_at, capture.staging_id, capture.pole_number});
    }
    std::sort(snapshot.reminders.begin(), snapshot.reminders.end(),
              [](const auto& a, const auto& b) { return a.at.us < b.at.us; });
    snapshot.outbox.waiting = static_cast<uint32_t>(history_.size());
    if (!history_.empty()) snapshot.outbox.oldest = options_.now - base::seconds(70);
    snapshot_ = std::make_shared<const app::Snapshot>(std::move(snapshot));
    details_.clear();
    const std::lock_guard lock(mutex_);
    if (wake_) wake_();
}

void FakeDesk::change(const std::function<void(app::Snapshot&)>& edit) {
    app::Snapshot snapshot = edited();
    edit(snapshot);
    ++snapshot.generation;
    snapshot_ = std::make_shared<const app::Snapshot>(std::move(snapshot));
    const std::lock_guard lock(mutex_);
    if (wake_) wake_();
}

std::shared_ptr<const app::RowList> FakeDesk::rows(const model::Filter& filter, model::SortOrder order) {
    if (options_.loading) return nullptr;
    if (list_ != nullptr && list_->generation == snapshot_->generation && list_->filter == filter &&
        list_->order == order)
        return list_;
    auto list = std::make_shared<app::RowList>();
    list->generation = snapshot_->generation;
    list->filter = filter;
    list->order = order;
    list->rows = model::filter_rows(snapshot_->columns, filter);
    model::sort_rows(snapshot_->columns, order, list->rows);
    list_ = std::move(list);
    return list_;
}

std::shared_ptr<const app::CaptureDetail> FakeDesk::detail(std::string_view staging_id) {
    if (const auto known = details_.find(staging_id); known != details_.end()) return known->second;
    const auto found = index_.find(staging_id);
    if (found == index_.end()) return nullptr;
    auto detail = std::make_shared<app::CaptureDetail>();
    detail->generation = snapshot_->generation;
    detail->capture = captures_[found->second];
    detail->findings = findings_of(detail->capture);
    for (const auto& pole : reference_->planned) {
        if (pole.pole_number != detail->capture.pole_number || detail->capture.pole_number.empty()) continue;
        detail->planned = pole;
        if (detail->capture.gps) detail->planned_distance_m = model::distance_m(*detail->capture.gps, pole.position);
        break;
    }
    for (const auto& draft : history_) {
        if (draft.staging_id != staging_id) continue;
        model::PendingOperation pending;
        pending.operation.kind = draft.kind;
        pending.operation.made_at = options_.now;
        detail->operations.push_back(std::move(pending));
        detail->pending = true;
    }
    details_.emplace(std::string(staging_id), detail);
    return detail;
}

}  // namespace linesman::test
