#include "support/fake_devices.h"

#include <algorithm>

namespace linesman::test {

namespace {

const char* kCure = "Check the network, then try again.";

const model::DeviceSummary* find(const app::Snapshot& snapshot, const std::string& device_id) {
    for (const auto& device : snapshot.devices) {
        if (device.device_id == device_id) return &device;
    }
    return nullptr;
}

}  // namespace

app::FleetPlan FakeDevices::plan(const app::FleetOrder& order) {
    const auto s = snapshot_();
    return app::plan_orders(s->devices, *s->people, *s->commands, s->session, order, now_);
}

uint64_t FakeDevices::send(const app::FleetOrder& order) {
    auto next = std::make_shared<app::OrderRun>();
    next->id = run_->id + 1;
    next->plan = plan(order);
    next->error = !trouble.empty() ? trouble : next->plan.refused_because;
    if (!trouble.empty()) next->cure = kCure;
    sent.push_back(order);
    for (const auto& target : next->plan.targets) {
        if (target.verdict != app::FleetTarget::Verdict::will_send) continue;
        app::OrderReceipt receipt{target.device_id, target.person, {}, next->error};
        receipt.command.id = "command-" + std::to_string(next->receipts.size());
        receipt.command.device_id = target.device_id;
        receipt.command.kind = order.kind;
        if (next->error.empty()) receipt.command.state = "queued";
        next->receipts.push_back(std::move(receipt));
    }
    run_ = next;
    return next->id;
}

void FakeDevices::answer(const std::string& device_id, const std::string& state, const std::string& result) {
    auto next = std::make_shared<app::OrderRun>(*run_);
    for (auto& receipt : next->receipts) {
        if (receipt.device_id != device_id) continue;
        receipt.command.state = state;
        receipt.command.result = result;
    }
    run_ = next;
}

// Three runs: a good one, one on a thin line, one that the phone's disk ended.
std::vector<model::DeviceSession> FakeDevices::sessions_of(const std::string& device_id) const {
    std::vector<model::DeviceSession> out;
    for (int i = 0; i < 3; ++i) {
        model::DeviceSession session;
        session.id = device_id + "-" + std::to_string(i);
        session.device_id = device_id;
        session.network = i == 0 ? "wifi" : i == 1 ? "3g" : "4g";
        session.started_at = now_ - base::hours(5 + 26 * i);
        for (int a = 0; a < 8; ++a) {
            model::DeviceAttempt attempt;
            attempt.offline_id = "offline_17370000" + std::to_string(i) + std::to_string(a);
            attempt.stage = "document";
            attempt.outcome = a % 5 == 4 ? "already_there" : "staged";
            attempt.bytes = 420'000 + 31'000 * a;
            attempt.elapsed_ms = 2300 + 170 * a;
            if (i == 1 && a % 2 == 0) {
                attempt.stage = "photos";
                attempt.outcome = "timed_out";
                attempt.error = "The server did not answer within 30 s while the photo front was sent.";
                attempt.bytes = 90'000;
                attempt.elapsed_ms = 30'000;
            }
            if (i == 2 && a == 7) {
                attempt.outcome = "disk_full";
                attempt.error = "The phone has no space left.";
            }
            session.attempts.push_back(std::move(attempt));
        }
        out.push_back(std::move(session));
    }
    return out;
}

std::shared_ptr<const app::DeviceView> FakeDevices::device(const std::string& device_id) {
    const auto s = snapshot_();
    const auto* summary = find(*s, device_id);
    if (slow || summary == nullptr) return nullptr;
    if (const auto known = views_.find(device_id); known != views_.end()) return known->second;
    auto view = std::make_shared<app::DeviceView>();
    view->file.summary = *summary;
    view->file.person_name = summary->person;
    view->file.crew = "Crew North";
    view->trouble = summary->reported ? trouble : "";
    if (!view->trouble.empty()) view->cure = kCure;
    if (summary->reported && trouble.empty()) view->file.sessions = sessions_of(device_id);
    if (view->file.sessions.empty())
        view->file.sessions_unknown = "It never reported: of its attempts nothing is known.";
    views_[device_id] = view;
    return view;
}

std::shared_ptr<const app::LedgerView> FakeDevices::photos(const app::LedgerWish& wish) {
    if (slow) return nullptr;
    const std::string key = wish.device_id + "/" + wish.staging_id;
    if (const auto known = ledgers_.find(key); known != ledgers_.end()) return known->second;
    auto view = std::make_shared<app::LedgerView>();
    view->wish = wish;
    view->trouble = trouble;
    if (!trouble.empty()) view->cure = kCure;
    view->ledger.asked_storage = trouble.empty();
    constexpr model::LedgerState states[] = {model::LedgerState::linked,     model::LedgerState::linked,
                                             model::LedgerState::orphaned,   model::LedgerState::never_uploaded,
                                             model::LedgerState::unreadable, model::LedgerState::linked};
    const int captures = wish.staging_id.empty() ? 12 : 1;
    for (int i = 0; i < captures; ++i) {
        for (const auto slot : model::kSlots) {
            model::LedgerEntry entry;
            entry.staging_id = wish.staging_id.empty() ? "stg" + std::to_string(100'000 + i) : wish.staging_id;
            entry.pole_number = "LAW.P.A" + std::to_string(100 + i);
            entry.slot = slot;
            entry.state = i % 4 == 0 ? states[model::index_of(slot)] : model::LedgerState::linked;
            if (!trouble.empty() && entry.state != model::LedgerState::linked)
                entry.state = model::LedgerState::unknown;
            if (entry.state == model::LedgerState::orphaned)
                entry.candidates = {"poles/staging/side_1737000060000_ab12.jpg",
                                    "poles/staging/side_1737000540000_cd34.jpg"};
            view->ledger.entries.push_back(std::move(entry));
        }
    }
    ledgers_[key] = view;
    return view;
}

std::shared_ptr<const model::FleetFigures> FakeDevices::figures() {
    const auto s = snapshot_();
    if (slow || s->loading) return nullptr;
    if (figures_ && figures_->generation == s->generation) return figures_;
    auto figures = std::make_shared<model::FleetFigures>(model::fleet_figures(s->columns, *s->people, now_, 120));
    figures->generation = s->generation;
    figures_ = figures;
    return figures_;
}

void FakeDevices::open_bundle(const std::string& path) {
    auto next = std::make_shared<app::BundleView>();
    next->path = path;
    for (const auto& [name, file] : bundle_files) next->found.push_back(name);
    if (const auto file = bundle_files.find(path); file != bundle_files.end())
        next->device = std::make_shared<const app::DeviceFile>(file->second);
    if (!path.empty() && !next->device) {
        next->trouble = "This is no device bundle (linesmanctl devices bundle makes them).";
        next->cure = "Choose a file that \"Bundle\" made.";
    }
    bundle_ = next;
}

std::shared_ptr<const app::StoredPhoto> FakeDevices::stored(const std::string& path) {
    if (slow) return nullptr;
    auto& known = stored_[path];
    if (known) return known;
    auto stored = std::make_shared<app::StoredPhoto>();
    stored->trouble = trouble;
    if (!trouble.empty()) stored->cure = kCure;
    if (trouble.empty()) {
        model::Photo photo;
        photo.path = path;
        photo.bytes = 418'000;
        photo.url = "https://storage.invalid/" + path;
        if (const auto parts = model::photo_path_parts(path)) photo.captured_at = parts->taken_at;
        stored->photo = photo;
    }
    return known = stored;
}

void FakeDevices::read_sessions() {
    auto next = std::make_shared<app::SessionsView>();
    next->trouble = trouble;
    if (!trouble.empty()) next->cure = kCure;
    next->there = trouble.empty();
    next->read_at = now_;
    std::vector<model::DeviceSession> all;
    for (const auto& device : snapshot_()->devices) {
        for (auto& session : sessions_of(device.device_id)) all.push_back(std::move(session));
    }
    const auto s = snapshot_();
    if (next->there)
        next->figures = model::fleet_sessions(all, *s->people, model::device_places(s->columns, *s->people), now_, 120);
    sessions_ = next;
}

}  // namespace linesman::test
