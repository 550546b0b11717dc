// linesman-field capture add, capture list, status: the offline store alone, no server.
#include <cstdio>

#include "base/file.h"
#include "cli/exit_codes.h"
#include "cli/field/verbs.h"

namespace linesman::cli {
namespace {

using base::ErrorKind;
using base::Json;
using base::make_error;

constexpr uint64_t kMaxPhotoBytes = 32ULL << 20;

base::Result<field::NewPhoto> read_photo(const std::string& text) {
    const size_t mark = text.find('=');
    const auto slot = model::slot_from_key(text.substr(0, mark));
    if (mark == std::string::npos || !slot) {
        return make_error(
            ErrorKind::invalid_argument,
            "Write a photo as slot=path, the slot being before, front, side, depth, concrete or compaction, not \"" +
                text + "\".");
    }
    auto bytes = base::read_file(text.substr(mark + 1), kMaxPhotoBytes);
    if (!bytes) return bytes.error();
    return field::NewPhoto{*slot, std::move(*bytes)};
}

base::Result<field::NewCapture> complete(AddOptions& add) {
    if (add.has_latitude != add.has_longitude)
        return make_error(ErrorKind::invalid_argument, "A position needs both --lat and --lon.");
    if (add.has_latitude) add.capture.gps = model::GeoPoint{add.latitude, add.longitude};
    if (add.has_accuracy) add.capture.gps_accuracy_m = add.accuracy_m;
    for (const auto& text : add.photos) {
        auto photo = read_photo(text);
        if (!photo) return photo.error();
        add.capture.photos.push_back(std::move(*photo));
    }
    return std::move(add.capture);
}

size_t photos_of(const field::StoredCapture& item) {
    size_t count = 0;
    for (const auto& photo : item.photos) count += photo.has_value() ? 1 : 0;
    return count;
}

Json json_of(const field::StoredCapture& item) {
    Json out = {{"offline_id", item.offline_id},
                {"status", field::name_of(item.status)},
                {"poleNumber", item.content.pole_number},
                {"projectId", item.content.project_id},
                {"capturedAt", base::format_rfc3339(item.content.captured_at.value_or(base::Timestamp{}))},
                {"photos", photos_of(item)},
                {"attempts", item.attempts}};
    if (!item.staging_id.empty()) out["staging_id"] = item.staging_id;
    if (!item.error.empty()) out["error"] = item.error;
    if (item.next_attempt_at) out["next_attempt_at"] = base::format_rfc3339(*item.next_attempt_at);
    return out;
}

}  // namespace

std::string FieldOptions::store_folder() const {
    return folder.empty() ? base::Folders::for_profile("field").data : folder;
}

int fail(const Output& out, const base::Error& error) {
    out.problem(error);
    return exit_code(error.kind);
}

int verb_capture_add(const FieldOptions& options, AddOptions add) {
    const Output out(options.json, options.quiet);
    const base::SystemClock clock;
    auto capture = complete(add);
    if (!capture) return fail(out, capture.error());
    auto store = field::OfflinePoleStore::open(options.store_folder(), clock);
    if (!store) return fail(out, store.error());
    auto id = store->add(*capture);
    if (!id) return fail(out, id.error());
    out.data(*id);
    out.document({{"offline_id", *id}, {"device_id", store->device_id()}});
    return kOk;
}

int verb_capture_list(const FieldOptions& options, const std::string& status) {
    const Output out(options.json, options.quiet);
    const base::SystemClock clock;
    auto store = field::OfflinePoleStore::open(options.store_folder(), clock);
    if (!store) return fail(out, store.error());
    auto items = store->list(field::item_status_from_name(status));
    if (!items) return fail(out, items.error());
    Json list = Json::array();
    std::vector<std::vector<std::string>> rows = {{"OFFLINE ID", "STATUS", "NUMBER", "PHOTOS", "TRIES", "NOTE"}};
    for (const auto& item : *items) {
        list.push_back(json_of(item));
        rows.push_back({item.offline_id, std::string(field::name_of(item.status)), item.content.pole_number,
                        std::to_string(photos_of(item)), std::to_string(item.attempts),
                        item.error.empty() ? item.staging_id : item.error});
    }
    out.data(items->empty() ? "No captures." : Output::table(rows));
    out.document(list);
    return kOk;
}

int verb_field_status(const FieldOptions& options) {
    const Output out(options.json, options.quiet);
    const base::SystemClock clock;
    auto store = field::OfflinePoleStore::open(options.store_folder(), clock);
    if (!store) return fail(out, store.error());
    auto counts = store->counts();
    if (!counts) return fail(out, counts.error());
    Json queue = Json::object();
    std::string text = "device   " + store->device_id();
    for (const auto status : field::kItemStatuses) {
        const std::string name(field::name_of(status));
        queue[name] = (*counts)[status];
        char line[48];
        std::snprintf(line, sizeof line, "\n%-8s %lld", name.c_str(), static_cast<long long>((*counts)[status]));
        text += line;
    }
    auto failed = store->list(field::ItemStatus::error);
    if (!failed) return fail(out, failed.error());
    for (const auto& item : *failed) text += "\n  " + item.offline_id + ": " + item.error;
    out.data(text);
    out.document({{"device_id", store->device_id()}, {"queue", queue}});
    return failed->empty() ? kOk : kFindings;
}

}  // namespace linesman::cli
