#include "support/fake_desk.h"

#include <algorithm>
#include <bit>

#include "image/demo_photo.h"
#include "support/fake_captures.h"

namespace linesman::test {

FakeDesk::FakeDesk(FakeDeskOptions options) : options_(options) {
    FakeField field = make_fake_field(options.captures, options.now);
    captures_ = std::move(field.captures);
    reference_ = std::move(field.reference);
    if (options_.with_duplicates) make_duplicates();
    if (options_.photos_in_background) pool_ = std::make_unique<base::WorkerPool>(1);
    app::Snapshot snapshot;
    snapshot.loading = options_.loading;
    snapshot.profile = "lawley";
    snapshot.demo = true;
    snapshot.reference = reference_;
    snapshot.session.signed_in = options_.signed_in;
    snapshot.session.email = "nomsa@example.org";
    snapshot.session.name = options_.signed_in ? "Nomsa Radebe" : "";
    snapshot.session.role = model::Role::supervisor;
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

model::Findings FakeDesk::found_in(const model::Capture& capture) const {
    model::Findings findings;
    auto add = [&](model::Rule rule, model::Severity severity, std::string message, std::string value,
                   std::string threshold) {
        model::Finding finding;
        finding.rule = rule;
        finding.severity = severity;
        finding.message = std::move(message);
        finding.value = std::move(value);
        finding.threshold = std::move(threshold);
        finding.id = capture.staging_id + "_" + std::string(model::code_of(rule));
        findings.push_back(std::move(finding));
    };
    if (!capture.gps)
        add(model::Rule::gps_missing, model::Severity::blocking,
            "The phone sent no position. Ask the crew to capture the pole again.", "", "");
    if (capture.project_id.empty())
        add(model::Rule::project_unknown, model::Severity::blocking, "The project is blank. Correct it with C.", "",
            "");
    if (capture.pole_number.empty())
        add(model::Rule::number_missing, model::Severity::error,
            "The pole number is missing. Read it from the photos and correct it with C.", "", "");
    if (capture.pole_number.starts_with("LAW-")) {
        add(model::Rule::number_format, model::Severity::error, "The number does not look like LAW.P.A123.",
            capture.pole_number, "LAW.P.A123");
    }
    if (capture.photo_mask() != model::kAllSlots) {
        add(model::Rule::photos_missing, model::Severity::warning, "Photos are missing from this capture.",
            std::to_string(std::popcount(static_cast<unsigned>(capture.photo_mask()))) + " of 6", "6 of 6");
    }
    if (capture.gps_accuracy_m && *capture.gps_accuracy_m > 15) {
        add(model::Rule::gps_accuracy, model::Severity::warning,
            "The GPS was not accurate enough to be sure which pole this is.",
            std::to_string(static_cast<int>(*capture.gps_accuracy_m)) + " m", "15 m");
    }
    std::stable_sort(findings.begin(), findings.end(),
                     [](const auto& a, const auto& b) { return a.severity > b.severity; });
    return findings;
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

std::shared_ptr<const image::Image> FakeDesk::picture(const model::Capture& capture, model::Slot slot,
                                                      app::PhotoSize size) {
    const bool full = size == app::PhotoSize::full;
    const int width = full ? 1920 : 512, height = full ? 1440 : 384;
    if (options_.plain_photos) {
        const auto shade = static_cast<uint8_t>(60 + 30 * model::index_of(slot));
        return std::make_shared<const image::Image>(image::Image::filled(width, height, {shade, 120, 140, 255}));
    }
    image::DemoPhotoSpec spec;
    spec.pole_number = capture.pole_number;
    spec.slot = std::string(model::name_of(slot));
    spec.seed = std::hash<std::string>{}(capture.staging_id);
    spec.width = width;
    spec.height = height;
    spec.time_text = base::format_local(*capture.captured_at, 120);
    return std::make_shared<const image::Image>(image::render_demo_photo(spec));
}

app::PhotoView FakeDesk::photo(const std::string& staging_id, model::Slot slot, app::PhotoSize size) {
    app::PhotoView view;
    const auto found = index_.find(staging_id);
    if (found == index_.end()) return view;
    const model::Capture& capture = captures_[found->second];
    const auto& photo = capture.photos[model::index_of(slot)];
    if (!photo) {
        view.state =
            (capture.lost_photo_mask() & model::bit(slot)) != 0 ? app::PhotoState::lost : app::PhotoState::absent;
        return view;
    }
    view.md5 = photo->md5;
    view.full_width = 1920;
    view.full_height = 1440;
    view.taken_at = capture.captured_at;
    if (found->second % 17 == 5 && slot == model::Slot::side) {
        view.state = app::PhotoState::failed;
        view.why = "The file on the server is cut short. Ask for the photo again from the phone.";
        return view;
    }
    auto key_of = [&](app::PhotoSize wanted) {
        return staging_id + "/" + std::to_string(model::index_of(slot)) +
               (wanted == app::PhotoSize::full ? "/full" : "");
    };
    std::unique_lock lock(mutex_);
    const std::string key = key_of(size);
    if (!pictures_.contains(key) && !asked_.contains(key)) {
        asked_.insert(key);
        auto make = [this, capture, slot, size, key] {
            auto image = picture(capture, slot, size);
            const std::lock_guard inner(mutex_);
            pictures_[key] = {std::move(image), next_picture_++};
            if (wake_) wake_();
        };
        lock.unlock();
        pool_ ? pool_->submit(base::Priority::high, make) : make();
        lock.lock();
    }
    const auto ready = pictures_.find(key);
    view.state = ready != pictures_.end() ? app::PhotoState::ready : app::PhotoState::loading;
    view.full_size = ready != pictures_.end() && size == app::PhotoSize::full;
    const auto smaller = ready != pictures_.end() ? ready : pictures_.find(key_of(app::PhotoSize::slot));
    if (smaller != pictures_.end()) {
        view.image = smaller->second.image;
        view.image_id = smaller->second.id;
    }
    return view;
}

model::Permission FakeDesk::may(const app::DecisionDraft& draft) {
    if (!snapshot_->session.signed_in) return model::Permission::no("Sign in to decide.");
    const auto found = index_.find(draft.staging_id);
    if (found == index_.end()) return model::Permission::no("This capture is not on this desk.");
    if (draft.kind == model::OperationKind::approve) return may_approve(draft);
    return may_target(draft);
}

model::Permission FakeDesk::may_approve(const app::DecisionDraft& draft) const {
    model::Permission permission = model::Permission::yes();
    for (const auto& finding : findings_of(captures_[index_.at(draft.staging_id)])) {
        if (finding.ignored) continue;
        if (finding.severity == model::Severity::blocking)
            return model::Permission::no("Cannot be approved: " + finding.message);
        if (finding.severity != model::Severity::error) continue;
        const bool covered = std::any_of(draft.overrides.begin(), draft.overrides.end(),
                                         [&](const auto& given) { return given.finding_id == finding.id; });
        if (!covered) permission.needs_override.push_back(finding.id);
    }
    permission.allowed = permission.needs_override.empty();
    if (!permission.allowed) permission.why_not = "Needs a reason for its errors.";
    return permission;
}

app::DecisionOutcome FakeDesk::decide(app::DecisionDraft draft) {
    app::DecisionOutcome outcome;
    const model::Permission permission = may(draft);
    if (!permission.allowed) {
        outcome.why = permission.why_not;
        outcome.needs_override = permission.needs_override;
        return outcome;
    }
    outcome.op_id = "op" + std::to_string(next_op_++);
    outcome.staging_id = draft.staging_id;
    op_to_staging_[outcome.op_id] = draft.staging_id;
    decided.push_back(draft);
    model::Capture& capture = captures_[index_.at(draft.staging_id)];
    keep_version(capture, outcome.op_id, draft);
    model::Operation operation;
    operation.op_id = outcome.op_id;
    operation.kind = draft.kind;
    operation.reason = draft.reason;
    operation.comment = draft.comment;
    operation.correction = draft.correction;
    operation.made_at = options_.now;
    operation.by_name = snapshot_->session.name;
    capture = model::apply(capture, operation);
    apply_target(capture, draft, outcome.op_id);
    history_.push_back(std::move(draft));
    put(index_.at(outcome.staging_id));
    publish();
    outcome.state = options_.slow_disk ? app::DecisionOutcome::State::waiting : app::DecisionOutcome::State::durable;
    if (options_.slow_disk) unwritten_.insert(outcome.op_id);
    return outcome;
}

app::DecisionOutcome FakeDesk::decision_state(const std::string& op_id) {
    app::DecisionOutcome outcome;
    outcome.op_id = op_id;
    outcome.staging_id = op_to_staging_[op_id];
    outcome.state =
        unwritten_.contains(op_id) ? app::DecisionOutcome::State::waiting : app::DecisionOutcome::State::durable;
    return outcome;
}

void FakeDesk::finish_writes() {
    unwritten_.clear();
    change([](app::Snapshot&) {});
}

app::DecisionOutcome FakeDesk::undo_last() {
    app::DecisionOutcome outcome;
    if (history_.empty()) {
        outcome.why = "Nothing was decided at this desk today.";
        return outcome;
    }
    outcome.staging_id = history_.back().staging_id;
    history_.pop_back();
    captures_[index_.at(outcome.staging_id)].review.reset();
    if (auto& kept = versions_[outcome.staging_id]; !kept.empty()) kept.pop_back();
    put(index_.at(outcome.staging_id));
    publish();
    outcome.state = app::DecisionOutcome::State::durable;
    outcome.op_id = "op" + std::to_string(next_op_++);
    return outcome;
}

void FakeDesk::resolve(const std::string& op_id, app::MatterChoice choice) {
    resolved.emplace_back(op_id, choice);
    change([&](app::Snapshot& snapshot) {
        std::erase_if(snapshot.matters, [&](const auto& matter) { return matter.pending.operation.op_id == op_id; });
    });
}

void FakeDesk::set_paused(bool paused) {
    change([&](app::Snapshot& snapshot) {
        snapshot.sync.paused = paused;
        snapshot.sync.connection = paused ? app::Connection::paused : app::Connection::online;
    });
}

void FakeDesk::set_work_offline(bool offline) {
    change([&](app::Snapshot& snapshot) {
        snapshot.sync.work_offline = offline;
        snapshot.sync.connection = offline ? app::Connection::offline : app::Connection::online;
        snapshot.sync.connection_reason = offline ? "by choice" : "";
    });
}

void FakeDesk::sign_in(std::string email, std::string password, bool) {
    change([&](app::Snapshot& snapshot) {
        snapshot.sign_in = app::SignInState{snapshot.sign_in.attempts + 1, false, false, {}, {}};
        if (password == kWrongPassword) {
            snapshot.sign_in.error = "The email address or the password is wrong.";
            snapshot.sign_in.cure = "Check the email address and the password.";
            return;
        }
        snapshot.session.signed_in = true;
        snapshot.session.email = email;
        snapshot.session.name = "Nomsa Radebe";
        snapshot.sync.connection = app::Connection::online;
    });
}

void FakeDesk::sign_in_google(bool) {
    change([&](app::Snapshot& snapshot) {
        snapshot.sign_in = app::SignInState{snapshot.sign_in.attempts + 1, true, true, {}, {}};
    });
}

void FakeDesk::sign_out() {
    change([](app::Snapshot& snapshot) {
        snapshot.session.signed_in = false;
        snapshot.sync.connection = app::Connection::signed_out;
    });
}

void FakeDesk::say(app::NoticeLevel level, std::string text, std::string cure) {
    change([&](app::Snapshot& snapshot) {
        snapshot.notices.push_back({next_notice_++, level, options_.now, text, cure, {}});
    });
}

void FakeDesk::dismiss_notice(uint64_t id) {
    change([&](app::Snapshot& snapshot) {
        std::erase_if(snapshot.notices, [&](const auto& notice) { return notice.id == id; });
    });
}

void FakeDesk::add_devices(app::Snapshot& snapshot) const {
    std::map<std::string, model::DeviceSummary> devices;
    for (const auto& capture : captures_) {
        auto& device = devices[capture.device_id];
        device.device_id = capture.device_id;
        device.person = capture.captured_by;
        ++device.captures;
        if (capture.in_queue()) ++device.open;
        device.missing_photos += static_cast<uint32_t>(std::popcount(static_cast<unsigned>(capture.lost_photo_mask())));
        if (!device.last_submitted || *capture.submitted_at > *device.last_submitted)
            device.last_submitted = capture.submitted_at;
    }
    size_t i = 0;
    for (auto& [id, device] : devices) {
        device.median_lag = base::minutes(30 + static_cast<int64_t>(i) * 25);
        if (i == 1) {
            device.failing = true;
            device.health = "no contact for 2 days with 14 waiting";
            device.reported = model::Heartbeat{};
            device.reported->app_version = "2.4.1";
            device.reported->battery = 0.34;
            device.reported->last_seen = options_.now - base::hours(49);
            device.reported->queue = {{"pending", 12}, {"error", 2}};
        }
        if (i == 3) device.clock_skew = base::minutes(47);
        snapshot.devices.push_back(device);
        ++i;
    }
}

void FakeDesk::add_matters(app::Snapshot& snapshot) const {
    for (size_t i = 0; i < 2 && i < captures_.size(); ++i) {
        app::OpenMatter matter;
        matter.pole_number = captures_[i].pole_number;
        matter.pending.operation.op_id = "matter" + std::to_string(i);
        matter.pending.operation.staging_id = captures_[i].staging_id;
        matter.pending.operation.kind = i == 0 ? model::OperationKind::approve : model::OperationKind::reject;
        matter.pending.operation.made_at = options_.now - base::minutes(12);
        matter.pending.state = i == 0 ? model::OperationState::conflict : model::OperationState::parked;
        matter.pending.error = i == 0 ? "The pole number was changed on the server after you looked at it."
                                      : "The server refused the change: no permission.";
        matter.pending.cure =
            i == 0 ? "Compare both and choose." : "Ask an administrator for the role supervisor, then retry.";
        snapshot.matters.push_back(std::move(matter));
    }
    snapshot.outbox.conflicts = 1;
    snapshot.outbox.parked = 1;
}

}  // namespace linesman::test
