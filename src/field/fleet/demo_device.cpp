#include "field/fleet/demo_device.h"

#include "base/ids.h"
#include "field/fleet/odd_phones.h"
#include "sync/capture_codec.h"

namespace linesman::field {

using base::Json;
using base::Result;
using base::Status;

namespace {

NewCapture new_capture(const PlannedCapture& planned) {
    NewCapture out;
    out.pole_number = planned.number;
    out.project_id = planned.project_id;
    out.gps = planned.gps;
    out.gps_accuracy_m = planned.accuracy_m;
    out.notes = planned.notes;
    out.captured_by = planned.captured_by;
    out.captured_at = planned.clock;
    return out;
}

model::Capture typed_capture(const PlannedCapture& planned) {
    model::Capture out;
    out.pole_number = planned.number;
    out.project_id = planned.project_id;
    out.gps = planned.gps;
    out.gps_accuracy_m = planned.accuracy_m;
    out.notes = planned.notes;
    out.captured_by = planned.captured_by;
    out.captured_at = planned.clock;
    return out;
}

bool is_stored(Route route) {
    return route == Route::ours || route == Route::lost_photos;
}

}  // namespace

Result<std::unique_ptr<DemoDevice>> DemoDevice::open(Place place) {
    auto device = std::unique_ptr<DemoDevice>(new DemoDevice(std::move(place)));
    device->clock_.set(device->place_.bought);
    StoreOptions options;
    options.base36 = [raw = device.get()](int count) { return raw->dice_.base36(count); };
    auto store = OfflinePoleStore::open(device->place_.folder, device->clock_, std::move(options));
    if (!store) return store.error();
    device->store_ = std::make_unique<OfflinePoleStore>(std::move(*store));
    device->older_device_id_ = "device_" +
                               std::to_string((device->place_.bought.us - base::hours(24LL * 90).us) / 1000) + "_" +
                               device->dice_.base36(9);
    return device;
}

Result<std::unique_ptr<FieldAgent>> DemoDevice::sign_in(sync::Endpoints endpoints) const {
    AgentOptions options;
    options.endpoints = std::move(endpoints);
    options.names = place_.names;
    options.email = "device@demo.linesman.test";
    options.password = "linesman";
    auto agent = std::make_unique<FieldAgent>(std::move(options));
    LINESMAN_TRY(agent->sign_in());
    return agent;
}

Result<std::string> DemoDevice::store(const PlannedCapture& planned, const std::vector<std::string>& photos,
                                      size_t first, bool draft) {
    clock_.set(planned.clock);
    NewCapture capture = new_capture(planned);
    capture.draft = draft;
    for (const auto slot : model::kSlots) capture.photos.push_back({slot, photos[first + model::index_of(slot)]});
    return store_->add(capture);
}

SyncOptions DemoDevice::options() const {
    SyncOptions out;
    out.report = place_.reports;
    out.give_up_after = 0;  // the desk is to see every failure
    out.facts.app_version = "linesman-field 0.1.0";
    out.facts.platform = place_.number == 0 ? "android 14" : "android 12";
    out.facts.network = place_.number == 0 ? "wifi" : "3g";
    out.facts.battery = place_.number == 0 ? 0.83 : 0.31;
    out.facts.storage_left_bytes = place_.number == 0 ? 41'300'000'000 : 612'000'000;
    return out;
}

Status DemoDevice::sync(FieldAgent& agent, base::Timestamp sync_at) {
    clock_.set(sync_at);
    auto summary = agent.sync(*store_, clock_, options());
    if (!summary) return summary.error();
    if (!summary->failures.empty()) return summary->failures.front().error;
    if (summary->report_error) return *summary->report_error;
    photo_bytes_ += summary->bytes_sent;
    return {};
}

Result<std::vector<SentCapture>> DemoDevice::work(const std::vector<const PlannedCapture*>& planned,
                                                  const std::vector<std::string>& photos, base::Timestamp sync_at) {
    auto agent = sign_in(place_.endpoints);
    if (!agent) return agent.error();
    std::vector<SentCapture> sent(planned.size());
    for (size_t i = 0; i < planned.size(); ++i) {
        if (!is_stored(planned[i]->route)) continue;
        auto id = store(*planned[i], photos, i * model::kSlotCount);
        if (!id) return id.error();
        sent[i] = {*id, {staging_id_for(*id)}};
        photos_sent_ += static_cast<int64_t>(model::kSlotCount);
        // Sent by the app that swallows failed uploads, so it is done before the sync proper.
        if (planned[i]->route == Route::lost_photos) LINESMAN_TRY(send_with_loss(**agent, *planned[i], *id));
    }
    LINESMAN_TRY(sync(**agent, sync_at));
    for (size_t i = 0; i < planned.size(); ++i) {
        if (!is_stored(planned[i]->route)) {
            LINESMAN_TRY(send_odd(**agent, *planned[i], photos, i * model::kSlotCount, sent[i]));
        } else if (planned[i]->sent_twice) {
            LINESMAN_TRY(send_again(**agent, sent[i]));
        }
    }
    return sent;
}

Result<std::vector<std::string>> DemoDevice::capture_without_storage(const std::vector<const PlannedCapture*>& planned,
                                                                     const std::vector<std::string>& photos,
                                                                     base::Timestamp sync_at) {
    std::vector<std::string> ids;
    for (size_t i = 0; i < planned.size(); ++i) {
        const bool is_draft = i + 2 >= planned.size();  // the last two were never submitted
        auto id = store(*planned[i], photos, i * model::kSlotCount, is_draft);
        if (!id) return id.error();
        ids.push_back(*id);
    }
    sync::Endpoints cut = place_.endpoints;
    cut.storage = "http://127.0.0.1:1";  // nothing listens there
    auto agent = sign_in(cut);
    if (!agent) return agent.error();
    clock_.set(sync_at);
    auto summary = (*agent)->sync(*store_, clock_, options());
    if (!summary) return summary.error();
    if (summary->report_error) return *summary->report_error;
    return ids;
}

Status DemoDevice::upload(FieldAgent& agent, const std::string& path, const std::string& bytes, model::Photo& photo) {
    auto info = agent.upload(path, bytes);
    if (!info) return info.error();
    photo.path = path;
    photo.url = sync::photo_url(place_.endpoints, path, info->download_token);
    photo.bytes = bytes.size();
    photo.md5 = base::md5_base64(bytes);
    photo_bytes_ += bytes.size();
    return {};
}

std::string DemoDevice::name_of_document(const std::string& staging_id) const {
    return place_.endpoints.document_name(place_.names.staging, staging_id);
}

Status DemoDevice::create(FieldAgent& agent, Json write) const {
    auto reply = agent.commit(Json::array({std::move(write)}));
    if (!reply) return reply.error();
    return {};
}

Status DemoDevice::send_with_loss(FieldAgent& agent, const PlannedCapture& planned, const std::string& offline_id) {
    auto item = store_->get(offline_id);
    if (!item) return item.error();
    LINESMAN_TRY(store_->begin_attempt(offline_id));
    for (const auto slot : model::kSlots) {
        const auto& photo = item->photos[model::index_of(slot)];
        if (planned.lost & model::bit(slot)) {
            --photos_sent_;
            continue;
        }
        auto bytes = store_->photo_bytes(*photo);
        if (!bytes) return bytes.error();
        model::Photo stored;
        LINESMAN_TRY(upload(agent, photo->object_path, *bytes, stored));
        LINESMAN_TRY(store_->photo_uploaded(offline_id, slot, stored.url));
    }
    item = store_->get(offline_id);
    if (!item) return item.error();
    const auto capture = item->as_capture(store_->device_id());
    LINESMAN_TRY(create(agent, staging_write(capture, clock_.now(), name_of_document(capture.staging_id))));
    return store_->staged(offline_id, capture.staging_id);
}

Status DemoDevice::send_odd(FieldAgent& agent, const PlannedCapture& planned, const std::vector<std::string>& photos,
                            size_t first, SentCapture& sent) {
    model::Capture capture = typed_capture(planned);
    const std::string ms = std::to_string(planned.clock.us / 1000);
    capture.offline_id = sent.offline_id = "offline_" + ms + "_" + dice_.base36(9);
    if (!dice_.chance(0.15)) capture.device_id = older_device_id_;
    const bool flat_paths = planned.route == Route::older_app && dice_.chance(0.3);
    for (const auto slot : model::kSlots) {
        const std::string key(model::name_of(slot));
        std::string path = "poles/staging/";
        if (flat_paths)
            path.append(key).append("_").append(ms).append("_photo_").append(ms).append("_").append(dice_.base36(9));
        else
            path.append(capture.offline_id).append("/").append(key).append("_").append(ms);
        path.append(".jpg");
        // The third of the other apps marks a failed upload instead of hiding it.
        if (planned.route == Route::pole_plantings && slot == model::Slot::compaction) continue;
        model::Photo photo;
        LINESMAN_TRY(upload(agent, path, photos[first + model::index_of(slot)], photo));
        capture.photos[model::index_of(slot)] = std::move(photo);
        ++photos_sent_;
    }
    for (int copies = planned.sent_twice ? 2 : 1; copies > 0; --copies) {
        const std::string id = dice_.document_id();
        const std::string name = name_of_document(id);
        Json write = planned.route == Route::older_app             ? older_app_write(capture, name)
                     : planned.route == Route::pole_plantings      ? pole_plantings_write(capture, name)
                     : planned.route == Route::field_pole_captures ? field_pole_captures_write(capture, name)
                                                                   : wrong_types_write(capture, name, odd_kinds_++);
        LINESMAN_TRY(create(agent, std::move(write)));
        sent.staging_ids.push_back(id);
    }
    return {};
}

// As apps in use do after a lost reply: the same capture once more, under a new random id.
Status DemoDevice::send_again(FieldAgent& agent, SentCapture& sent) {
    auto item = store_->get(sent.offline_id);
    if (!item) return item.error();
    const std::string id = dice_.document_id();
    LINESMAN_TRY(create(agent, older_app_write(item->as_capture(store_->device_id()), name_of_document(id))));
    sent.staging_ids.push_back(id);
    return {};
}

}  // namespace linesman::field
