// linesman-field capture add, list, edit, submit, correct: the offline store alone, no server.
#include "base/file.h"
#include "base/ids.h"
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

// `capture` with what the flags name put on top.
base::Result<field::NewCapture> changed(field::NewCapture capture, const CaptureFlags& flags) {
    if (flags.has_latitude != flags.has_longitude)
        return make_error(ErrorKind::invalid_argument, "A position needs both --lat and --lon.");
    if (flags.has_latitude) capture.gps = model::GeoPoint{flags.latitude, flags.longitude};
    if (flags.has_accuracy) capture.gps_accuracy_m = flags.accuracy_m;
    if (flags.has_number) capture.pole_number = flags.capture.pole_number;
    if (flags.has_project) capture.project_id = flags.capture.project_id;
    if (flags.has_notes) capture.notes = flags.capture.notes;
    for (const auto& text : flags.photos) {
        auto photo = read_photo(text);
        if (!photo) return photo.error();
        capture.photos.push_back(std::move(*photo));
    }
    return capture;
}

size_t photos_of(const field::StoredCapture& item) {
    size_t count = 0;
    for (const auto& photo : item.photos) count += photo && !photo->lost() ? 1 : 0;
    return count;
}

Json json_of(const field::StoredCapture& item) {
    Json out = {{"offline_id", item.offline_id},
                {"status", field::name_of(item.status)},
                {"poleNumber", item.content.pole_number},
                {"projectId", item.content.project_id},
                {"capturedAt", base::format_rfc3339(item.content.captured_at.value_or(base::Timestamp{}))},
                {"photos", photos_of(item)},
                {"task", field::name_of(item.task)},
                {"attempts", item.attempts}};
    Json lost = Json::object();
    for (const auto& [slot, cause] : field::lost_photos(item)) lost[std::string(model::name_of(slot))] = cause;
    if (!lost.empty()) out["lost_photos"] = std::move(lost);
    if (!item.origin.empty()) out["origin"] = item.origin;
    if (!item.staging_id.empty()) out["staging_id"] = item.staging_id;
    if (!item.error.empty()) out["error"] = item.error;
    if (item.next_attempt_at) out["next_attempt_at"] = base::format_rfc3339(*item.next_attempt_at);
    if (item.server) out["server"] = field::to_json(*item.server);
    return out;
}

std::string note_on(const field::StoredCapture& item) {
    if (!item.error.empty()) return item.error;
    if (item.server && item.status == field::ItemStatus::staged) {
        if (auto advice = field::advice_of(*item.server); !advice.empty()) return advice;
    }
    return item.staging_id;
}

base::Status give_up(field::OfflinePoleStore& store, const std::string& id, const std::vector<std::string>& slots) {
    for (const auto& text : slots) {
        const auto slot = model::slot_from_key(text);
        if (!slot) return make_error(ErrorKind::invalid_argument, "There is no slot \"" + text + "\".");
        LINESMAN_TRY(store.give_up_photo(id, *slot, "given up by the crew"));
    }
    return {};
}

base::Status change_draft(field::OfflinePoleStore& store, const std::string& id, const CaptureFlags& flags,
                          bool submit) {
    const auto item = store.get(id);
    if (!item) return item.error();
    auto capture = changed(item->content, flags);
    if (!capture) return capture.error();
    LINESMAN_TRY(store.update_draft(id, *capture));
    LINESMAN_TRY(give_up(store, id, flags.without));
    return submit ? store.submit(id) : base::Status();
}

int show_item(const Output& out, field::OfflinePoleStore& store, const std::string& id) {
    const auto item = store.get(id);
    if (!item) return fail(out, item.error());
    out.data(id + " is " + std::string(field::name_of(item->status)));
    out.document(json_of(*item));
    return kOk;
}

}  // namespace

std::string FieldOptions::store_folder() const {
    return folder.empty() ? base::Folders::for_profile("field").data : folder;
}

int fail(const Output& out, const base::Error& error) {
    out.problem(error);
    return exit_code(error.kind);
}

int verb_capture_add(const FieldOptions& options, CaptureFlags flags) {
    const Output out(options.json, options.quiet);
    const base::SystemClock clock;
    auto capture = changed(flags.capture, flags);
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
                        std::to_string(photos_of(item)), std::to_string(item.attempts), note_on(item)});
    }
    out.data(items->empty() ? "No captures." : Output::table(rows));
    out.document(list);
    return kOk;
}

int verb_capture_edit(const FieldOptions& options, const std::string& id, const CaptureFlags& flags) {
    const Output out(options.json, options.quiet);
    const base::SystemClock clock;
    auto store = field::OfflinePoleStore::open(options.store_folder(), clock);
    if (!store) return fail(out, store.error());
    const auto item = store->get(id);
    if (!item) return fail(out, item.error());
    if (item->status == field::ItemStatus::staged) {
        return fail(out, make_error(ErrorKind::precondition_failed,
                                    "The capture " + id + " is in staging. When the supervisor rejects it, change it " +
                                        "with `capture correct`."));
    }
    if (item->status != field::ItemStatus::draft) {
        if (const auto back = store->edit(id); !back) return fail(out, back.error());
    }
    if (const auto done = change_draft(*store, id, flags, flags.submit); !done) return fail(out, done.error());
    return show_item(out, *store, id);
}

int verb_capture_submit(const FieldOptions& options, const std::vector<std::string>& ids) {
    const Output out(options.json, options.quiet);
    const base::SystemClock clock;
    auto store = field::OfflinePoleStore::open(options.store_folder(), clock);
    if (!store) return fail(out, store.error());
    std::vector<std::string> wanted = ids;
    if (wanted.empty()) {
        auto drafts = store->list(field::ItemStatus::draft);
        if (!drafts) return fail(out, drafts.error());
        for (const auto& item : *drafts) wanted.push_back(item.offline_id);
    }
    int code = kOk;
    Json submitted = Json::array();
    for (const auto& id : wanted) {
        const auto done = store->submit(id);
        if (done) submitted.push_back(id);
        if (!done) code = fail(out, done.error());
    }
    out.data(std::to_string(submitted.size()) + " submitted");
    out.document({{"submitted", submitted}});
    return code;
}

int verb_capture_correct(const FieldOptions& options, const std::string& id, const CaptureFlags& flags) {
    const Output out(options.json, options.quiet);
    const base::SystemClock clock;
    auto store = field::OfflinePoleStore::open(options.store_folder(), clock);
    if (!store) return fail(out, store.error());
    const auto item = store->get(id);
    if (!item) return fail(out, item.error());
    const bool under_way = item->status == field::ItemStatus::draft && item->task == field::Task::resubmit;
    if (!under_way) {
        if (const auto begun = store->correct(id, base::uuid7(clock)); !begun) return fail(out, begun.error());
    }
    if (const auto done = change_draft(*store, id, flags, !flags.capture.draft); !done) return fail(out, done.error());
    return show_item(out, *store, id);
}

}  // namespace linesman::cli
