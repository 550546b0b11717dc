#include "model/columns.h"

#include <algorithm>
#include <cmath>

#include "base/ids.h"
#include "model/geo.h"

namespace linesman::model {
namespace {

constexpr size_t kFirstSlots = 64;

size_t slot_for(std::string_view name, size_t slot_count) {
    return base::fnv1a(name) & (slot_count - 1);
}

uint16_t accuracy_in_dm(const std::optional<double>& metres) {
    if (!metres || !std::isfinite(*metres) || *metres < 0) return kNoAccuracy;
    return static_cast<uint16_t>(std::min(std::round(*metres * 10.0), static_cast<double>(kNoAccuracy - 1)));
}

}  // namespace

uint32_t Dictionary::find(std::string_view name) const {
    if (name.empty()) return 0;
    if (slots_.empty()) return kNoRow;
    for (size_t at = slot_for(name, slots_.size());; at = (at + 1) & (slots_.size() - 1)) {
        if (slots_[at] == 0) return kNoRow;
        if (names_[slots_[at] - 1] == name) return slots_[at] - 1;
    }
}

uint32_t Dictionary::intern(std::string_view name) {
    if (const uint32_t known = find(name); known != kNoRow) return known;
    names_.emplace_back(name);
    // At most half full, so that a search ends soon.
    if (names_.size() * 2 > slots_.size()) {
        slots_.assign(std::max(kFirstSlots, slots_.size() * 2), 0);
        for (uint32_t i = 1; i + 1 < names_.size(); ++i) place(i);
    }
    place(size() - 1);
    return size() - 1;
}

void Dictionary::place(uint32_t index) {
    size_t at = slot_for(names_[index], slots_.size());
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = index + 1;
}

RowValues row_values(const Capture& capture, Severity severity, RuleMask findings, uint16_t extra_flags,
                     std::string_view zone, std::string_view pon) {
    RowValues values;
    values.staging_id = capture.staging_id;
    values.pole_number = capture.pole_number;
    values.project = capture.project_id;
    values.zone = zone;
    values.pon = pon;
    values.device = capture.device_id;
    values.person = capture.captured_by;
    values.status = capture.validation_status;
    values.decision = capture.decision();
    values.severity = severity;
    values.photos = capture.photo_mask();
    values.lost = capture.lost_photo_mask();
    values.accuracy_dm = accuracy_in_dm(capture.gps_accuracy_m);
    values.findings = findings;
    if (capture.captured_at) values.captured_at = capture.captured_at->us;
    if (capture.submitted_at) values.submitted_at = capture.submitted_at->us;

    unsigned flags = extra_flags;
    if (capture.gps && is_plausible(*capture.gps)) {
        const WorldPoint world = world_from_geo(*capture.gps);
        values.x = fixed_from_world(world.x);
        values.y = fixed_from_world(world.y);
        flags |= kFlagHasGps;
    }
    if (capture.in_queue()) flags |= kFlagInQueue;
    if (capture.synced_to_production) flags |= kFlagInProduction;
    if (capture.shape == SourceShape::unreadable) flags |= kFlagUnreadable;
    if (capture.review) {
        values.decided_by = capture.review->by;
        if (capture.review->at) values.decided_at = capture.review->at->us;
        if (capture.review->decision == Decision::superseded) flags |= kFlagSuperseded;
        if (capture.resubmission > capture.review->resubmission) flags |= kFlagResubmitted;
    }
    values.flags = static_cast<uint16_t>(flags);
    return values;
}

}  // namespace linesman::model
