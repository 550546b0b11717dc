// Captures, findings and operations for tests of the model: plain ones, changed by the test.
#pragma once

#include <random>
#include <string>

#include "model/capture.h"
#include "model/columns.h"
#include "model/finding.h"
#include "model/operation.h"

namespace linesman::model::test {

inline constexpr base::Timestamp kNoon = {1'750'000'000'000'000};

inline Photo a_photo(const std::string& name, uint64_t bytes = 400'000) {
    Photo photo;
    photo.path = "poles/staging/offline_1/" + name + ".jpg";
    photo.url = "https://storage.invalid/o/" + name;
    photo.bytes = bytes;
    photo.md5 = "md5-" + name;
    photo.captured_at = kNoon;
    return photo;
}

// Complete, without faults, waiting in the queue.
inline Capture a_capture(const std::string& id = "s1") {
    Capture c;
    c.staging_id = id;
    c.pole_number = "LAW.P.A001";
    c.project_id = "Law-001";
    c.gps = GeoPoint{-26.38, 27.80};
    c.gps_accuracy_m = 4.5;
    c.notes = "beside the gate";
    c.captured_by = "worker-1";
    c.captured_at = kNoon;
    c.submitted_at = kNoon + base::minutes(20);
    c.offline_id = "offline_" + id;
    c.device_id = "device_1";
    for (const Slot slot : kSlots) c.photos[index_of(slot)] = a_photo(id + "-" + std::string(name_of(slot)));
    return c;
}

inline Operation an_operation(OperationKind kind, const std::string& op_id = "op-1") {
    Operation o;
    o.op_id = op_id;
    o.kind = kind;
    o.staging_id = "s1";
    o.uid = "thandi";
    o.by_name = "Thandi";
    o.made_at = kNoon + base::hours(1);
    o.send_after = o.made_at + base::seconds(10);
    if (kind == OperationKind::reject) o.reason = "photo_unclear";
    if (kind == OperationKind::hold) o.comment = "ask the crew";
    return o;
}

inline Capture decided(Capture capture, Decision decision, const std::string& by = "thandi",
                       const std::string& op_id = "op-0") {
    Review review;
    review.decision = decision;
    review.by = by;
    review.by_name = by == "thandi" ? "Thandi" : "Sipho";
    review.op_id = op_id;
    review.at = kNoon;
    review.resubmission = capture.resubmission;
    capture.review = review;
    return capture;
}

inline Finding a_finding(Rule rule, Severity severity, const std::string& id) {
    Finding finding;
    finding.rule = rule;
    finding.severity = severity;
    finding.id = id;
    finding.message = "what is wrong and what to do.";
    return finding;
}

// Texts that RowValues of random_row() point into.
struct RowTexts {
    std::string staging_id, pole_number, project, zone, pon, device, person;
};

// A row that looks like a capture of Lawley, all columns varied. `at` numbers it.
inline RowValues random_row(std::mt19937_64& random, uint32_t at, RowTexts& texts) {
    const auto below = [&](uint64_t n) { return static_cast<uint32_t>(random() % n); };
    static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    texts.staging_id.clear();
    for (int i = 0; i < 14; ++i) texts.staging_id += kLetters[below(62)];
    texts.staging_id += std::to_string(1'000'000 + at).substr(1);
    texts.pole_number = below(20) == 0 ? ""
                                       : "LAW.P." + std::string(1, static_cast<char>('A' + below(5))) +
                                             std::to_string(100 + below(9900));
    if (below(1000) == 0) texts.pole_number = "law.p.\xC3\xA9" + std::to_string(below(1000));
    texts.project = "project-" + std::to_string(below(12));
    texts.zone = "zone-" + std::to_string(below(20));
    texts.pon = "pon-" + std::to_string(below(212));
    const uint32_t device = below(500);
    texts.device = "device-" + std::to_string(device);
    texts.person = "person-" + std::to_string(below(40) == 0 ? below(300) : device / 2);
    RowValues v;
    v.staging_id = texts.staging_id;
    v.pole_number = texts.pole_number;
    v.project = texts.project;
    v.zone = texts.zone;
    v.pon = texts.pon;
    v.device = texts.device;
    v.person = texts.person;
    v.decided_by = below(2) ? "thandi" : "";
    v.x = 2'479'000'000U + below(350'000);
    v.y = 2'468'000'000U + below(350'000);
    v.flags = static_cast<uint16_t>((below(30) == 0 ? kFlagGone : 0) | (below(25) ? kFlagHasGps : 0) |
                                    (below(2) ? kFlagInQueue : 0) | (below(40) == 0 ? kFlagConflict : 0) |
                                    (below(30) == 0 ? kFlagResubmitted : 0));
    v.status = static_cast<ValidationStatus>(below(4));
    v.decision = static_cast<Decision>(below(5));
    v.severity = static_cast<Severity>(below(4));
    v.photos = static_cast<SlotMask>(below(64));
    v.lost = below(10) == 0 ? static_cast<SlotMask>(below(64)) : SlotMask{0};
    v.accuracy_dm = below(15) == 0 ? kNoAccuracy : static_cast<uint16_t>(below(300));
    v.findings = below(3) == 0 ? RuleMask{1} << below(kRuleCount) | RuleMask{1} << below(kRuleCount) : 0;
    v.captured_at =
        below(50) == 0 ? kNoTime : 1'735'000'000'000'000 + static_cast<int64_t>(random() % 31'000'000'000'000);
    if (below(1000) == 0) v.captured_at = -5'000'000'000;  // a phone in 1969
    v.submitted_at =
        below(100) == 0 ? kNoTime : 1'735'000'000'000'000 + 1'000'000 * static_cast<int64_t>(random() % 31'000'000);
    v.decided_at = v.decision == Decision::none ? kNoTime : v.submitted_at;
    return v;
}

inline Columns random_columns(uint32_t rows, uint64_t seed) {
    std::mt19937_64 random(seed);
    ColumnsBuilder builder;
    RowTexts texts;
    for (uint32_t i = 0; i < rows; ++i) builder.put(random_row(random, i, texts));
    return builder.publish();
}

}  // namespace linesman::model::test
