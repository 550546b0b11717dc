// One capture: the seed's staging document plus what the console and our field agent add (docs/schema.md). A document
// of an older app lacks all additions and is still read, shown, judged and promoted.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/slot.h"

namespace linesman::model {

// The machine's judgement, as the seed names it. Phones set `validated` having run no rule.
enum class ValidationStatus : uint8_t { pending, validating, validated, rejected };

// A person's judgement, `review.decision`.
enum class Decision : uint8_t { none, approved, rejected, held, superseded };

std::string_view name_of(ValidationStatus status);
std::string_view name_of(Decision decision);
std::optional<ValidationStatus> validation_status_from_name(std::string_view name);
std::optional<Decision> decision_from_name(std::string_view name);

struct GeoPoint {
    double latitude = 0;   // degrees, -90 to 90
    double longitude = 0;  // degrees, -180 to 180
    bool operator==(const GeoPoint&) const = default;
};

struct Photo {
    std::string url;   // as in photoUrls; may hold a download token: never logged, never exported
    std::string path;  // object path in Storage; derived from the url when the document has none
    uint64_t bytes = 0;
    std::string md5;  // base64, as Storage reports it; empty when unknown
    std::optional<base::Timestamp> captured_at;
    bool upload_failed = false;  // an older app's own flag
    bool operator==(const Photo&) const = default;
};

// An entry of validation_errors as it stands in the document.
struct ValidationEntry {
    std::string field, rule, message, severity, code, id;
    bool operator==(const ValidationEntry&) const = default;
};

struct Override {
    std::string finding_id;
    std::string reason;
    bool operator==(const Override&) const = default;
};

// What was really shown of a photo before a decision (contract: loaded, unobscured, at least 200 px, at least 300 ms).
struct PhotoSeen {
    std::string md5;
    uint32_t shown_ms = 0;
    uint32_t max_px = 0;
    bool operator==(const PhotoSeen&) const = default;
};

// The `review` map, present once a person has decided.
struct Review {
    Decision decision = Decision::none;
    std::string by, by_name;
    std::optional<base::Timestamp> at;
    std::string reason;  // code, see model/reasons.h
    std::string comment;
    std::string op_id;
    std::string rules;  // hash of the rule set seen
    int64_t resubmission = 0;
    std::vector<Override> overrides;
    std::optional<base::Timestamp> remind_at;  // when held
    std::string superseded_by;
    std::map<Slot, PhotoSeen> photos_seen;
    bool operator==(const Review&) const = default;
};

// Which of the known document shapes this capture was read from. Only `staging` is ever written to.
enum class SourceShape : uint8_t { staging, pole_plantings, field_pole_captures, unreadable };

struct Capture {
    std::string staging_id;
    SourceShape shape = SourceShape::staging;

    // Field-owned.
    std::string pole_number;  // as typed; canonical form by model/keys.h
    std::string project_id;   // may be blank
    std::optional<GeoPoint> gps;
    std::optional<double> gps_accuracy_m;
    std::string notes;
    std::string captured_by;
    std::optional<base::Timestamp> captured_at;  // device clock
    std::string offline_id;
    std::string device_id;
    std::array<std::optional<Photo>, kSlotCount> photos;
    std::optional<SlotMask> expected_photos;  // slots the device holds

    // Staging metadata.
    ValidationStatus validation_status = ValidationStatus::pending;
    std::vector<ValidationEntry> validation_errors;
    std::optional<base::Timestamp> submitted_at;
    std::optional<base::Timestamp> validated_at;
    bool synced_to_production = false;
    std::string production_id;

    // Additions of ours.
    std::optional<base::Timestamp> updated_at;
    int64_t schema = 0;
    int64_t revision = 0;
    int64_t resubmission = 0;
    std::optional<Review> review;

    // Firestore metadata: verbatim, because preconditions must echo it to the digit.
    std::string update_time;
    base::Timestamp update_time_parsed;

    // Fields that were not text, or too large, or of an unexpected type: named for the rules, the rest of the document
    // stands.
    std::vector<std::string> bad_fields;

    bool operator==(const Capture&) const = default;

    // Slots whose photo arrived: it has an address and is not marked as failed.
    SlotMask photo_mask() const;
    // Photos that the device said it holds (expected_photos, or its own mark of a failed upload) but that never
    // arrived. Without either nothing is known: 0.
    SlotMask lost_photo_mask() const;
    Decision decision() const { return review ? review->decision : Decision::none; }
    // Waits for a supervisor: no decision, or held, or resubmitted since (contract, "Two kinds of judgement"). A
    // capture that another program promoted without any review does not wait: it is in production.
    bool in_queue() const;
};

}  // namespace linesman::model
