#include "model/rules/facts.h"

#include <algorithm>

#include "base/ids.h"
#include "base/text.h"
#include "model/finding.h"
#include "model/geo.h"
#include "model/keys.h"

namespace linesman::model {
namespace {

constexpr size_t kMaxReported = 32;         // a hostile document shall not fill the desk
constexpr size_t kMaxReportedBytes = 1000;  // of one message

// Our own write-back, and a person's rejection, are no reports of a device.
bool is_foreign(const ValidationEntry& entry) {
    return entry.rule != "manual_rejection" && !rule_from_code(entry.code) && (entry.code.empty() || entry.id.empty());
}

std::unique_ptr<const FactExtras> extras_of(const Capture& capture) {
    FactExtras extras;
    for (const auto& entry : capture.validation_errors) {
        if (!is_foreign(entry) || extras.reported.size() == kMaxReported) continue;
        ValidationEntry kept;
        kept.field = base::sanitize_utf8(entry.field, 100);
        kept.rule = base::sanitize_utf8(entry.rule, 100);
        kept.message = base::sanitize_utf8(entry.message, kMaxReportedBytes);
        if (std::find(extras.reported.begin(), extras.reported.end(), kept) == extras.reported.end())
            extras.reported.push_back(std::move(kept));
    }
    extras.bad_fields = capture.bad_fields;
    const auto check = [&](const std::string& text, const char* name) {
        if (!base::is_valid_utf8(text)) extras.bad_fields.emplace_back(name);
    };
    check(capture.pole_number, "poleNumber");
    check(capture.project_id, "projectId");
    check(capture.notes, "notes");
    check(capture.captured_by, "capturedBy");
    check(capture.device_id, "device_id");
    std::sort(extras.bad_fields.begin(), extras.bad_fields.end());
    extras.bad_fields.erase(std::unique(extras.bad_fields.begin(), extras.bad_fields.end()), extras.bad_fields.end());
    if (extras.reported.empty() && extras.bad_fields.empty()) return nullptr;
    return std::make_unique<const FactExtras>(std::move(extras));
}

int32_t offset_s(base::Timestamp photo, base::Timestamp capture) {
    // Differences beyond 68 years are cut, not wrapped.
    const double difference = (static_cast<double>(photo.us) - static_cast<double>(capture.us)) / 1e6;
    return static_cast<int32_t>(std::clamp(difference, -2147483000.0, 2147483000.0));
}

void fill_photos(const Capture& capture, CaptureFacts& facts) {
    facts.photo_offset_s.fill(CaptureFacts::kNoOffset);
    for (size_t i = 0; i < kSlotCount; ++i) {
        const auto& photo = capture.photos[i];
        if (!photo) continue;
        if (!photo->md5.empty()) facts.photo[i] = photo_key(photo->md5);
        if (photo->captured_at && capture.captured_at)
            facts.photo_offset_s[i] = offset_s(*photo->captured_at, *capture.captured_at);
    }
    facts.photos = capture.photo_mask();
    facts.lost = capture.lost_photo_mask();
}

uint32_t bytes_of(const std::string& text) {
    return static_cast<uint32_t>(std::min<size_t>(text.size(), UINT32_MAX));
}

}  // namespace

uint64_t photo_key(std::string_view md5) {
    if (md5.empty()) return 0;
    const uint64_t key = base::fnv1a(md5);
    return key == 0 || key == UINT64_MAX ? 1 : key;
}

CaptureFacts facts_of(const Capture& capture, StringPool& texts) {
    CaptureFacts facts;
    facts.project = texts.intern(capture.project_id);
    facts.typed_number = texts.intern(capture.pole_number);
    facts.number = texts.intern(canonical_number(capture.pole_number));
    facts.upload = texts.intern(upload_key(capture));
    facts.device = texts.intern(capture.device_id);
    facts.production = texts.intern(capture.production_id);
    facts.notes_bytes = bytes_of(capture.notes);
    facts.captured_by_bytes = bytes_of(capture.captured_by);
    facts.has_gps = capture.gps.has_value();
    if (capture.gps) facts.gps = *capture.gps;
    facts.plausible_gps = capture.gps && is_plausible(*capture.gps);
    facts.has_accuracy = capture.gps_accuracy_m.has_value();
    facts.accuracy_m = capture.gps_accuracy_m.value_or(0);
    facts.has_captured_at = capture.captured_at.has_value();
    facts.captured_at_us = capture.captured_at.value_or(base::Timestamp{}).us;
    facts.has_submitted_at = capture.submitted_at.has_value();
    facts.submitted_at_us = capture.submitted_at.value_or(base::Timestamp{}).us;
    facts.unreadable = capture.shape == SourceShape::unreadable;
    facts.superseded = capture.decision() == Decision::superseded;
    facts.rejected = capture.decision() == Decision::rejected && !capture.in_queue();
    fill_photos(capture, facts);
    facts.extras = extras_of(capture);
    return facts;
}

bool same_facts(const CaptureFacts& a, const CaptureFacts& b) {
    const auto key = [](const CaptureFacts& f) {
        return std::tie(f.row, f.project, f.typed_number, f.number, f.upload, f.device, f.production, f.notes_bytes,
                        f.captured_by_bytes, f.gps.latitude, f.gps.longitude, f.accuracy_m, f.captured_at_us,
                        f.submitted_at_us, f.photo, f.photo_offset_s, f.photos, f.lost);
    };
    const auto flags = [](const CaptureFacts& f) {
        return std::array<bool, 9>{f.alive,         f.has_gps,    f.has_accuracy, f.has_captured_at, f.has_submitted_at,
                                   f.plausible_gps, f.unreadable, f.superseded,   f.rejected};
    };
    if (key(a) != key(b) || flags(a) != flags(b)) return false;
    if (!a.extras || !b.extras) return !a.extras && !b.extras;
    return *a.extras == *b.extras;
}

}  // namespace linesman::model
