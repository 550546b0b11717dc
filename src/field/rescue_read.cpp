#include "field/rescue_read.h"

#include <algorithm>
#include <array>

#include "base/ids.h"
#include "base/text.h"
#include "field/json_salvage.h"
#include "field/rescue_values.h"
#include "model/geo.h"

namespace linesman::field {

using base::Json;
using namespace rescue_values;

namespace {

// One photo as the file has it.
struct PhotoRecord {
    std::string owner;  // id of its pole; may be empty
    std::optional<model::Slot> slot;
    std::string slot_text;
    const std::string* data = nullptr;  // in the salvaged tree
    bool is_cut = false;
};

struct PoleRecord {
    const Json* object = nullptr;
    std::string id;
    std::vector<PhotoRecord> photos;  // that stand within it
};

constexpr std::array<std::string_view, 10> kDataNames = {"data",    "base64", "dataUrl",   "dataURL",    "image",
                                                         "content", "blob",   "photoData", "base64Data", "url"};

const std::string* data_of(const Json& object) {
    const Json* data = any_of(object, kDataNames);
    if (data == nullptr || !data->is_string()) return nullptr;
    const auto* text = data->get_ptr<const std::string*>();
    return text->starts_with("http") ? nullptr : text;
}

std::string id_of(const Json& object) {
    return text_of(any_of(object, {"offline_id", "offlineId", "id", "localId"}));
}
std::string owner_of(const Json& object) {
    return text_of(any_of(object, {"poleId", "pole_id", "offline_id", "offlineId", "offlinePoleId", "captureId"}));
}

bool is_photo(const Json& object) {
    const auto* data = data_of(object);
    if (data == nullptr) return false;
    const bool has_slot = any_of(object, {"slot", "type", "photoType", "photo_type", "name", "key"}) != nullptr;
    return looks_like_photo(*data) || (has_slot && !owner_of(object).empty());
}

bool is_pole(const Json& object) {
    int marks = id_of(object).starts_with("offline_") ? 2 : 0;
    for (const auto name : {"projectId", "poleNumber", "gpsLocation", "capturedAt", "capturedBy", "gpsAccuracy"})
        marks += object.contains(name) ? 1 : 0;
    return marks >= 2;
}

PhotoRecord photo_of(const Json& object, const std::string& owner, const std::string& key) {
    PhotoRecord out;
    out.owner = owner.empty() ? owner_of(object) : owner;
    for (const auto name : {"slot", "photoType", "photo_type", "type", "name", "key"}) {
        const auto text = text_of(any_of(object, {name}));
        if (out.slot_text.empty()) out.slot_text = text;
        if (!out.slot) out.slot = model::slot_from_key(text);
    }
    if (!out.slot) out.slot = model::slot_from_key(key);
    if (out.slot_text.empty()) out.slot_text = key;
    out.data = data_of(object);
    out.is_cut = object.contains(kBrokenAt) &&
                 std::ranges::find(kDataNames, object.value(std::string(kBrokenAt), std::string())) != kDataNames.end();
    return out;
}

class Reader {
  public:
    RescuedQueue run(std::string_view text) {
        const auto salvaged = salvage_json(text);
        out_.damage = salvaged.damage;
        walk(salvaged.value, {});
        give_photos_to_poles();
        for (auto& pole : poles_) out_.captures.push_back(capture_of(pole));
        for (auto& [owner, photos] : loose_) out_.captures.push_back(capture_of_photos(owner, photos));
        return std::move(out_);
    }

  private:
    void walk(const Json& value, const std::string& key) {
        if (value.is_array()) {
            for (const auto& each : value) walk(each, key);
        } else if (value.is_object()) {
            take(value, key);
        }
    }

    void take(const Json& object, const std::string& key) {
        if (is_photo(object)) {
            photos_.push_back(photo_of(object, {}, key));
        } else if (is_pole(object)) {
            take_pole(object);
        } else {
            for (const auto& [name, each] : object.items()) walk(each, name);
        }
    }

    void take_pole(const Json& object) {
        PoleRecord pole{&object, id_of(object), {}};
        if (const Json* photos = any_of(object, {"photos", "images"})) take_photos(*photos, pole);
        const auto known = std::ranges::find_if(
            poles_, [&](const PoleRecord& other) { return !pole.id.empty() && other.id == pole.id; });
        if (known == poles_.end()) return poles_.push_back(std::move(pole));
        // In the store of poles and once more in the queue: the whole one counts, photos of both.
        if (known->object->contains(kBrokenAt) && !object.contains(kBrokenAt)) known->object = &object;
        std::ranges::move(pole.photos, std::back_inserter(known->photos));
    }

    static void take_photos(const Json& photos, PoleRecord& pole) {
        const auto take_one = [&](const Json& each, const std::string& key) {
            if (each.is_object() && data_of(each) != nullptr) pole.photos.push_back(photo_of(each, pole.id, key));
            if (!each.is_string() || !looks_like_photo(each.get_ref<const std::string&>())) return;
            PhotoRecord record;
            record.owner = pole.id;
            record.slot = model::slot_from_key(key);
            record.slot_text = key;
            record.data = each.get_ptr<const std::string*>();
            record.is_cut = photos.is_object() && photos.value(std::string(kBrokenAt), std::string()) == key;
            pole.photos.push_back(record);
        };
        if (photos.is_object()) {
            for (const auto& [key, each] : photos.items()) take_one(each, key);
        } else if (photos.is_array()) {
            for (const auto& each : photos) take_one(each, {});
        }
    }

    void give_photos_to_poles() {
        std::map<std::string, PoleRecord*> by_id;
        for (auto& pole : poles_) {
            if (!pole.id.empty()) by_id[pole.id] = &pole;
        }
        for (auto& photo : photos_) {
            const auto found = by_id.find(photo.owner);
            if (found != by_id.end()) {
                found->second->photos.push_back(photo);
            } else if (photo.owner.empty()) {
                out_.loose_ends.push_back("A photo \"" + photo.slot_text + "\" does not say which pole it belongs to.");
            } else {
                loose_[photo.owner].push_back(photo);
            }
        }
    }

    static void take_photo(const PhotoRecord& photo, RescuedCapture& out) {
        if (!photo.slot) {
            out.notes.push_back("A photo has no slot that is known (\"" + base::sanitize_utf8(photo.slot_text, 40) +
                                "\") and was left out.");
            return;
        }
        auto& photos = out.capture.photos;
        const bool is_there = std::ranges::any_of(photos, [&](const auto& each) { return each.slot == *photo.slot; });
        if (is_there) return;
        auto bytes = photo.data
                         ? photo_bytes(*photo.data)
                         : base::Result<std::string>(base::make_error(base::ErrorKind::corrupt, "it is missing"));
        if (photo.is_cut) bytes = base::make_error(base::ErrorKind::corrupt, "the file ends in the middle of it");
        if (!bytes) {
            out.lost[*photo.slot] = bytes.error().what;
            return;
        }
        out.lost.erase(*photo.slot);
        photos.push_back({*photo.slot, std::move(*bytes)});
    }

    static RescuedCapture capture_of(const PoleRecord& pole);
    static RescuedCapture capture_of_photos(const std::string& owner, const std::vector<PhotoRecord>& photos) {
        RescuedCapture out;
        out.offline_id = owner;
        out.capture.notes = "Rescued: only the photos of this capture were left on the phone.";
        out.notes.push_back("The record of the pole is gone; the photos alone make the capture.");
        for (const auto& photo : photos) take_photo(photo, out);
        if (out.capture.photos.empty()) out.refusal = "Neither its record nor any photo of it can be read.";
        return out;
    }

    std::vector<PoleRecord> poles_;
    std::vector<PhotoRecord> photos_;
    std::map<std::string, std::vector<PhotoRecord>> loose_;  // by the id of a pole that is not there
    RescuedQueue out_;
};

// A member that is there and of no use is told.
void note_unreadable(const Json& object, std::string_view name, bool is_read, RescuedCapture& out) {
    const Json* value = base::find(object, name);
    if (is_read || value == nullptr || value->is_null()) return;
    if (value->is_string() && value->get_ref<const std::string&>().empty()) return;
    out.notes.push_back(std::string(name) + " could not be read and was left out.");
}

RescuedCapture Reader::capture_of(const PoleRecord& pole) {
    const Json& object = *pole.object;
    RescuedCapture out;
    out.offline_id = pole.id;
    out.device_id = text_of(any_of(object, {"device_id", "deviceId"}));
    out.phone_status = text_of(any_of(object, {"status", "syncStatus", "sync_status"}));
    auto& capture = out.capture;
    capture.pole_number = text_of(any_of(object, {"poleNumber", "pole_number"}));
    note_unreadable(object, "poleNumber", !capture.pole_number.empty(), out);
    capture.project_id = text_of(any_of(object, {"projectId", "project_id"}));
    note_unreadable(object, "projectId", !capture.project_id.empty(), out);
    capture.gps = position_of(any_of(object, {"gpsLocation", "gps", "location"}));
    note_unreadable(object, "gpsLocation", capture.gps.has_value(), out);
    if (capture.gps && !model::is_plausible(*capture.gps)) {
        out.notes.push_back("The position is no place on the ground and was left out.");
        capture.gps.reset();
    }
    capture.gps_accuracy_m = number_of(any_of(object, {"gpsAccuracy", "gps_accuracy", "accuracy"}));
    note_unreadable(object, "gpsAccuracy", capture.gps_accuracy_m.has_value(), out);
    capture.notes = text_of(any_of(object, {"notes"}));
    note_unreadable(object, "notes", !capture.notes.empty(), out);
    capture.captured_by = text_of(any_of(object, {"capturedBy", "captured_by", "userId"}));
    capture.captured_at = time_of(any_of(object, {"capturedAt", "captured_at", "createdAt", "timestamp"}));
    note_unreadable(object, "capturedAt", capture.captured_at.has_value(), out);
    capture.draft = out.phone_status == "draft";
    if (object.contains(kBrokenAt)) out.notes.push_back("Its record breaks off; what stood before the break was read.");
    for (const auto& photo : pole.photos) take_photo(photo, out);
    if (out.offline_id.empty()) {
        // Made of the content, so that rescuing the file twice makes no second capture.
        out.offline_id = "offline_" + std::to_string(capture.captured_at.value_or(base::Timestamp{}).us / 1000) + "_" +
                         base::sha256_hex(base::to_text(object)).substr(0, 9);
        out.notes.push_back("It had no id; it was given " + out.offline_id + ".");
    }
    if (base::trimmed(capture.pole_number).empty() && !capture.gps && capture.photos.empty() && out.lost.empty())
        out.refusal = "It has neither a pole number nor a position nor a photo that can be read.";
    return out;
}

}  // namespace

RescuedQueue read_exported_queue(std::string_view text) {
    return Reader().run(text);
}

}  // namespace linesman::field
