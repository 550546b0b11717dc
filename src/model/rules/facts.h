// What the rules keep of a capture: numbers instead of texts, hashes instead of photo digests; about 200 bytes. Rules
// are functions of this and of a RuleContext, never of the whole document.
//
// Thread: values; immutable while rules run.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/capture.h"
#include "model/rules/string_pool.h"

namespace linesman::model {

// Rare things, so that most captures carry only a null pointer.
struct FactExtras {
    std::vector<ValidationEntry> reported;  // entries of validation_errors that are not ours
    std::vector<std::string> bad_fields;    // not text, or of an unexpected type; sorted, each once
    bool operator==(const FactExtras&) const = default;
};

struct CaptureFacts {
    static constexpr int32_t kNoOffset = INT32_MIN;

    uint32_t row = 0;         // id of the staging id in the index
    TextId project = 0;       // as in the document
    TextId typed_number = 0;  // as typed
    TextId number = 0;        // canonical; 0 = blank
    TextId upload = 0;        // upload key
    TextId device = 0;
    TextId production = 0;  // production_id of the document
    uint32_t notes_bytes = 0, captured_by_bytes = 0;
    GeoPoint gps;                                      // meaningless without has_gps
    double accuracy_m = 0;                             // meaningless without has_accuracy
    int64_t captured_at_us = 0;                        // meaningless without has_captured_at
    int64_t submitted_at_us = 0;                       // meaningless without has_submitted_at
    std::array<uint64_t, kSlotCount> photo{};          // photo_key() of the md5, 0 = unknown
    std::array<int32_t, kSlotCount> photo_offset_s{};  // photo time minus capture time, kNoOffset = unknown
    SlotMask photos = 0, lost = 0;
    bool alive : 1 = false;  // false: the capture was removed
    bool has_gps : 1 = false;
    bool has_accuracy : 1 = false;
    bool has_captured_at : 1 = false;
    bool has_submitted_at : 1 = false;
    bool plausible_gps : 1 = false;
    bool unreadable : 1 = false;
    bool superseded : 1 = false;  // merged into another capture: no longer compared with others
    bool rejected : 1 = false;    // by a person, and not sent again since
    std::unique_ptr<const FactExtras> extras;

    // Whether others are compared with this capture. A rejected or superseded capture holds neither a number nor a
    // place any more, so that the other one of two duplicates is clean once this one has been rejected. A resubmission
    // stands again.
    bool stands() const { return alive && !superseded && !rejected; }
};

bool same_facts(const CaptureFacts& a, const CaptureFacts& b);

// 64-bit FNV-1a of a photo's md5 as Storage writes it; never 0 for a text that is not empty. Two photos with equal keys
// are taken to be the same file: among a million captures the chance of one false match is below one in a hundred
// thousand.
uint64_t photo_key(std::string_view md5);

// Interns what is needed in `texts`; `row` and `alive` are left to the index.
CaptureFacts facts_of(const Capture& capture, StringPool& texts);

}  // namespace linesman::model
