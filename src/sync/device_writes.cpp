#include "sync/device_writes.h"

#include "sync/capture_codec.h"
#include "sync/reply_reader.h"
#include "sync/value_codec.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::Json;
using base::make_error;

base::Result<model::Capture> decoded(const CurrentDocument& current) {
    return decode_capture(document_id(current.name), current.fields, current.update_time);
}

// The document's capture with what the field owns taken from the device.
model::Capture corrected(const model::Capture& before, const Resubmission& resubmission) {
    const auto& device = resubmission.corrected;
    model::Capture after = before;
    after.pole_number = device.pole_number;
    after.project_id = device.project_id;
    after.gps = device.gps;
    after.gps_accuracy_m = device.gps_accuracy_m;
    after.notes = device.notes;
    after.captured_at = device.captured_at;
    for (const auto slot : model::kSlots) {
        const auto& photo = device.photos[model::index_of(slot)];
        if (photo) after.photos[model::index_of(slot)] = photo;
    }
    after.expected_photos = static_cast<model::SlotMask>(device.expected_photos.value_or(0) | after.photo_mask());
    after.validation_status = model::ValidationStatus::pending;
    after.validation_errors = resubmission.findings;
    after.resubmission = before.resubmission + 1;
    return after;
}

Json before_image(const CollectionNames& names, const CurrentDocument& current, const Resubmission& resubmission,
                  int64_t revision) {
    Json fields = {{"n", value::integer(revision)},
                   {"op_id", value::text(resubmission.op_id)},
                   {"by", value::text(resubmission.by)},
                   {"kind", value::text("resubmit")},
                   {"update_time", value::text(current.update_time)},
                   {"image", value::map(current.fields)}};
    return create_write(current.name + "/" + names.versions + "/" + resubmission.op_id, std::move(fields),
                        {"saved_at"});
}

Json audit_entry(const Endpoints& endpoints, const CollectionNames& names, const CurrentDocument& current,
                 const Resubmission& resubmission, const FromTo& changes, const model::Capture& after) {
    Json fields = {{"op_id", value::text(resubmission.op_id)},
                   {"kind", value::text("resubmit")},
                   {"staging_id", value::text(document_id(current.name))},
                   {"projectId", value::text(after.project_id)},
                   {"by", value::text(resubmission.by)},
                   {"device_id", value::text(resubmission.device_id)},
                   {"via", value::text("field")},
                   {"at", value::timestamp(resubmission.made_at)},
                   {"base_update_time", value::text(current.update_time)},
                   {"revision", value::integer(after.revision)},
                   {"from", value::map(changes.from)},
                   {"to", value::map(changes.to)}};
    return create_write(endpoints.document_name(names.audit, resubmission.op_id), std::move(fields), {"updated_at"});
}

}  // namespace

bool has_arrived(const CurrentDocument& current, const std::string& op_id, int64_t resubmission_before) {
    return value::text_at(current.fields, "revision_op") == op_id ||
           value::integer_at(current.fields, "resubmission") > resubmission_before;
}

base::Result<Json> resubmission_writes(const Endpoints& endpoints, const CollectionNames& names,
                                       const CurrentDocument& current, const Resubmission& resubmission) {
    auto before = decoded(current);
    if (!before) return before.error();
    const std::string number = before->pole_number.empty() ? "without a number" : before->pole_number;
    if (before->synced_to_production) {
        return make_error(ErrorKind::precondition_failed,
                          "The capture " + number + " is in production; corrections are made in the office.");
    }
    if (before->decision() != model::Decision::rejected) {
        return make_error(ErrorKind::precondition_failed, "The capture " + number + " is no longer rejected (" +
                                                              std::string(model::name_of(before->decision())) +
                                                              "); nothing was sent.");
    }
    if (before->resubmission > before->review->resubmission) {
        return make_error(ErrorKind::precondition_failed,
                          "The capture " + number + " was sent again already and waits for the supervisor.");
    }
    model::Capture after = corrected(*before, resubmission);
    after.revision = before->revision + 1;
    FieldChanges changes = staging_changes(current, *before, after);
    changes.set.emplace_back("revision", value::integer(after.revision));
    changes.set.emplace_back("revision_op", value::text(resubmission.op_id));
    const FromTo shown = from_to(current, changes);
    changes.server_times = {"submitted_at", "updated_at"};
    return Json::array({update_write(current.name, changes, current.update_time),
                        before_image(names, current, resubmission, before->revision),
                        audit_entry(endpoints, names, current, resubmission, shown, after)});
}

base::Result<Json> late_photo_writes(const CurrentDocument& current, const model::Capture& device_has) {
    auto before = decoded(current);
    if (!before) return before.error();
    model::Capture after = *before;
    for (const auto slot : model::kSlots) {
        const auto& ours = device_has.photos[model::index_of(slot)];
        if (!ours || ours->url.empty()) continue;
        const auto& linked = before->photos[model::index_of(slot)];
        const bool is_there = (before->photo_mask() & model::bit(slot)) != 0;
        // Sent again to the same place, it has another download token; the old address is dead.
        const bool is_moved = is_there && linked->path == ours->path && linked->md5 == ours->md5;
        if (!is_there || is_moved) after.photos[model::index_of(slot)] = ours;
    }
    if (after.photos == before->photos) return Json::array();
    if (before->synced_to_production) {
        return make_error(ErrorKind::precondition_failed,
                          "The capture " + before->pole_number +
                              " is in production without some photos. They are in Storage; the office links them.");
    }
    const auto held = static_cast<model::SlotMask>(before->expected_photos.value_or(0) |
                                                   device_has.expected_photos.value_or(0) | after.photo_mask());
    after.expected_photos = held;
    FieldChanges changes = staging_changes(current, *before, after);
    changes.server_times = {"updated_at"};
    return Json::array({update_write(current.name, changes, current.update_time)});
}

}  // namespace linesman::sync
