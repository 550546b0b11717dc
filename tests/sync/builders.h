// Builders for the tests of the sync room.
#pragma once

#include <random>
#include <string>

#include "base/json.h"
#include "model/capture.h"
#include "support/temp_folder.h"
#include "sync/capture_codec.h"
#include "sync/value_codec.h"

namespace linesman::sync::test {

inline const std::string kRoot = "projects/demo/databases/(default)/documents/";
inline constexpr const char* kStaging = "staging-field-captures";

inline base::Timestamp at(std::string_view rfc3339) {
    auto parsed = base::parse_rfc3339(rfc3339);
    return parsed ? *parsed : base::Timestamp{};
}

// "c" and 7 make "c7". Appended in steps: GCC 12 warns wrongly about literal + to_string.
inline std::string numbered(std::string_view prefix, int number) {
    std::string out(prefix);
    return out.append(std::to_string(number));
}

inline std::string photo_url(std::string_view offline_id, std::string_view slot) {
    return "https://firebasestorage.googleapis.com/v0/b/demo.appspot.com/o/poles%2Fstaging%2F" +
           std::string(offline_id) + "%2F" + std::string(slot) + "_1738224900000.jpg?alt=media&token=3f0c";
}

// What a phone in use today sends (domain facts), without our additions.
inline model::Capture phone_capture(const std::string& id = "stg1", const std::string& number = "LAW.P.B167") {
    model::Capture capture;
    capture.staging_id = id;
    capture.pole_number = number;
    capture.project_id = "Law-001";
    capture.gps = model::GeoPoint{-26.3791, 27.8101};
    capture.gps_accuracy_m = 4.5;
    capture.notes = "near the school";
    capture.captured_by = "uid-thabo";
    capture.captured_at = at("2025-01-30T08:15:00.250Z");
    capture.submitted_at = at("2025-01-30T16:02:11.004Z");
    capture.offline_id = "offline_1738224900250_a1b2c3d4e";
    capture.device_id = "device_1737000000000_zz9y8x7w6";
    for (const auto slot : {model::Slot::before, model::Slot::front, model::Slot::depth}) {
        model::Photo photo;
        photo.url = photo_url(capture.offline_id, model::name_of(slot));
        photo.path = photo_path_from_url(photo.url);
        capture.photos[model::index_of(slot)] = photo;
    }
    capture.update_time = "2025-01-30T16:02:11.123456Z";
    capture.update_time_parsed = at(capture.update_time);
    return capture;
}

inline std::string fields_text(const model::Capture& capture) {
    return base::to_text(encode_capture(capture));
}

using linesman::test::TempFolder;

// A capture with every field drawn at random; reproducible by its seed.
class RandomCaptures {
  public:
    explicit RandomCaptures(uint64_t seed) : random_(seed) {}
    model::Capture next();

  private:
    uint64_t below(uint64_t n) { return std::uniform_int_distribution<uint64_t>(0, n - 1)(random_); }
    bool coin() { return below(2) == 1; }
    std::string text() {
        static const std::string kPieces[] = {"LAW", ".P.", "B167", " ", "ô",    "\"", "\\",
                                              "\n",  "東",  "0",    "'", "</b>", "\t", "x"};
        std::string out;
        for (uint64_t i = 0, n = below(8) + 1; i < n; ++i) out += kPieces[below(std::size(kPieces))];
        return out;
    }
    std::string maybe_text() { return coin() ? text() : std::string(); }
    base::Timestamp time() { return {static_cast<int64_t>(below(4'000'000'000'000'000)) - 100'000'000'000'000}; }
    std::optional<base::Timestamp> maybe_time() { return coin() ? std::optional(time()) : std::nullopt; }
    double real() { return std::uniform_real_distribution<double>(-180, 180)(random_); }
    model::Review review();

    std::mt19937_64 random_;
};

inline model::Review RandomCaptures::review() {
    model::Review review;
    review.decision = static_cast<model::Decision>(below(4) + 1);
    review.by = text();
    review.by_name = maybe_text();
    review.at = maybe_time();
    review.reason = maybe_text();
    review.comment = maybe_text();
    review.op_id = text();
    review.rules = maybe_text();
    review.resubmission = static_cast<int64_t>(below(5));
    review.remind_at = maybe_time();
    review.superseded_by = maybe_text();
    for (uint64_t i = 0; i < below(3); ++i) review.overrides.push_back({text(), text()});
    for (const auto slot : model::kSlots) {
        if (coin())
            review.photos_seen[slot] = {text(), static_cast<uint32_t>(below(100000)),
                                        static_cast<uint32_t>(below(4000))};
    }
    return review;
}

inline model::Capture RandomCaptures::next() {
    model::Capture capture;
    capture.staging_id = numbered("id", static_cast<int>(below(1'000'000)));
    capture.pole_number = maybe_text();
    capture.project_id = maybe_text();
    if (coin()) capture.gps = model::GeoPoint{real() / 2, real()};
    if (coin()) capture.gps_accuracy_m = real();
    capture.notes = maybe_text();
    capture.captured_by = maybe_text();
    capture.captured_at = maybe_time();
    capture.offline_id = maybe_text();
    capture.device_id = maybe_text();
    for (auto& photo : capture.photos) {
        if (coin()) continue;
        photo.emplace();
        photo->path = text();
        photo->url = maybe_text();
        photo->bytes = below(5'000'000);
        photo->md5 = maybe_text();
        photo->captured_at = maybe_time();
        photo->upload_failed = coin();
    }
    if (coin()) capture.expected_photos = static_cast<model::SlotMask>(below(64));
    capture.validation_status = static_cast<model::ValidationStatus>(below(4));
    for (uint64_t i = 0; i < below(3); ++i)
        capture.validation_errors.push_back({text(), text(), text(), "error", maybe_text(), maybe_text()});
    capture.submitted_at = maybe_time();
    capture.validated_at = maybe_time();
    capture.synced_to_production = coin();
    capture.production_id = maybe_text();
    capture.updated_at = maybe_time();
    capture.schema = static_cast<int64_t>(below(2));
    capture.revision = static_cast<int64_t>(below(9));
    capture.resubmission = static_cast<int64_t>(below(4));
    if (coin()) capture.review = review();
    capture.update_time = "2025-01-30T16:02:11.123456Z";
    capture.update_time_parsed = at(capture.update_time);
    return capture;
}

}  // namespace linesman::sync::test
