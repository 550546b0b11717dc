// What is around the captures of the fake desk: line, session, devices, matters, map, settings.
#include <algorithm>
#include <bit>

#include "support/fake_desk.h"

namespace linesman::test {

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

void FakeDesk::sign_in(std::string email, std::string password, bool remember) {
    remembered = remember;
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
            device.reported->network = "3g";
            device.reported->last_error = "The server did not answer within 30 s while the photo front was sent.";
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

app::BaseMap FakeDesk::base_map() {
    app::BaseMap info;
    if (!options_.with_base_map) return info;
    info.there = true;
    info.name = "Fields and streets";
    info.attribution = "Drawn by the fake desk";
    info.max_zoom = 20;
    return info;
}

// A chequered ground with streets, so that shifted or mirrored tiles are seen.
app::MapTile FakeDesk::tile(int z, uint32_t x, uint32_t y) {
    app::MapTile tile;
    if (!options_.with_base_map) return tile;
    auto& known = tiles_[{z, x, y}];
    if (known == nullptr) {
        const bool odd = (x + y) % 2 != 0;
        image::Image picture =
            image::Image::filled(256, 256, odd ? image::Rgba{96, 120, 84, 255} : image::Rgba{104, 128, 92, 255});
        for (int at = 0; at < 256; ++at) {
            for (int width = 0; width < 10; ++width) {
                for (uint8_t* pixel : {picture.at(at, 40 + width), picture.at(180 + width, at)}) {
                    pixel[0] = pixel[1] = 205;
                    pixel[2] = 195;
                }
            }
        }
        known = std::make_shared<const image::Image>(std::move(picture));
    }
    tile.state = app::MapTile::State::ready;
    tile.image = known;
    return tile;
}

std::shared_ptr<const app::MapLayers> FakeDesk::map_layers() {
    if (layers_ != nullptr) return layers_;
    auto layers = std::make_shared<app::MapLayers>();
    layers_ = layers;
    if (!options_.with_base_map) return layers_;
    auto paths = std::make_shared<map::PathLayer>();
    paths->begin();
    for (const auto& corner : {model::GeoPoint{-26.371, 27.791}, model::GeoPoint{-26.371, 27.796},
                               model::GeoPoint{-26.376, 27.796}, model::GeoPoint{-26.371, 27.791}})
        paths->points.push_back(model::world_from_geo(corner));
    layers->layers.push_back({"Works area", std::move(paths), {}});
    return layers_;
}

std::shared_ptr<const model::Coverage> FakeDesk::coverage() {
    if (options_.loading) return nullptr;
    if (coverage_ == nullptr || coverage_->generation != snapshot_->generation) {
        auto fresh = std::make_shared<model::Coverage>(model::coverage_of(snapshot_->columns, *reference_));
        fresh->generation = snapshot_->generation;
        coverage_ = std::move(fresh);
    }
    return coverage_;
}

std::vector<app::SettingView> FakeDesk::settings() {
    std::vector<app::SettingView> settings = {
        {"project_id",
         "lawley-poles",
         "/home/nomsa/.config/linesman/config.toml",
         "The Firebase project that holds the captures.",
         {},
         false},
        {"projects", "lawley", "LINESMAN_PROJECTS", "The projects this desk mirrors.", {}, false},
        {"hold_back_s", "10", "default", "Seconds in which an undo sends nothing to the server.", {}, false},
        {"base_map", "", "default", "An MBTiles file that is drawn under the captures.", {}, false}};
    for (auto& setting : settings) {
        const auto changed = changed_settings.find(setting.key);
        setting.changed = changed != changed_settings.end();
        if (setting.changed) setting.next = changed->second;
    }
    return settings;
}

void FakeDesk::change_setting(const std::string& key, const std::string& value) {
    changed_settings[key] = value;
    say(app::NoticeLevel::good, "Saved: " + key + ". It counts from the next start.");
}

}  // namespace linesman::test
