#include "support/fake_captures.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <random>

namespace linesman::test {

namespace {

constexpr std::array kCrews = {"Thabo Mokoena",   "Naledi Dube",   "Sipho Khumalo",
                               "Rudzani Ṱhalefi", "Zanele Ndlovu", "Pieter Botha"};
constexpr std::array kDevices = {"device_1737000000000_k3f9a2b1c", "device_1737100000000_p0q8w7e6r",
                                 "android_abc123def456",           "device_1737300000000_z9x8c7v6b",
                                 "device_1737400000000_m1n2b3v4c", "device_1737500000000_t5r4e3w2q"};

// A street grid some 1.5 km wide at this size, growing with the number of poles.
model::GeoPoint place(uint32_t i, uint32_t count) {
    const auto side = static_cast<uint32_t>(std::ceil(std::sqrt(static_cast<double>(count))));
    const uint32_t row = i / side, column = i % side;
    // Poles stand on both sides of streets that run east; every seventh row is a road.
    const double south = static_cast<double>(row + row / 7) * 0.00018 + (column % 2) * 0.00002;
    const double east =
        static_cast<double>(column + column / 12) * 0.00016 + std::sin(static_cast<double>(row) * 0.15) * 0.0006;
    return {-26.372 - south, 27.792 + east};
}

model::PlannedPole planned_pole(uint32_t i, uint32_t count) {
    char number[32];
    std::snprintf(number, sizeof number, "LAW.P.%c%03u", static_cast<char>('A' + i / 900 % 26), i % 900 + 1);
    model::PlannedPole pole;
    pole.id = "planned_" + std::to_string(i);
    pole.project_id = "lawley";
    pole.pole_number = number;
    pole.position = place(i, count);
    pole.zone = std::to_string(i / 225 + 1);
    pole.pon = std::to_string(i / 21 + 1);
    return pole;
}

void add_photos(model::Capture& capture, std::mt19937& random) {
    const bool lossy = random() % 5 == 0;
    model::SlotMask held = 0;
    for (const auto slot : model::kSlots) {
        held |= model::bit(slot);
        if (lossy && random() % 3 == 0) continue;
        model::Photo photo;
        photo.path =
            "poles/staging/" + capture.offline_id + "/" + std::string(model::name_of(slot)) + "_1737000000000.jpg";
        photo.md5 = std::to_string(random());
        photo.bytes = 200'000 + random() % 900'000;
        capture.photos[model::index_of(slot)] = photo;
    }
    if (lossy && random() % 2 == 0) capture.expected_photos = held;
}

void judge(model::Capture& capture, uint32_t i, std::mt19937& random, base::Timestamp now) {
    model::Review review;
    review.by_name = "Nomsa Radebe";
    review.at = now - base::hours(static_cast<int64_t>(i % 40));
    switch (random() % 9) {
        case 0:
        case 1:
            review.decision = model::Decision::approved;
            break;
        case 2:
            review.decision = model::Decision::rejected;
            review.reason = "photo_unclear";
            break;
        case 3:
            if (random() % 2 != 0) return;
            review.decision = model::Decision::held;
            review.comment = "Crew goes back on Monday";
            break;
        default:
            return;
    }
    capture.review = review;
}

model::Capture make_capture(uint32_t i, const model::PlannedPole& planned, std::mt19937& random, base::Timestamp now) {
    model::Capture capture;
    capture.staging_id = "stg" + std::to_string(100'000 + i);
    capture.offline_id = "offline_" + std::to_string(1'737'000'000'000 + static_cast<int64_t>(i) * 61'000);
    capture.pole_number = random() % 14 == 0 ? std::string() : planned.pole_number;
    if (random() % 40 == 0) capture.pole_number = "LAW-P-" + std::to_string(i % 1000);
    capture.project_id = random() % 60 == 0 ? std::string() : "lawley";
    std::normal_distribution<double> noise(0, 0.00002);
    if (random() % 45 != 0) {
        const bool far = random() % 50 == 0;
        capture.gps = model::GeoPoint{planned.position.latitude + noise(random) + (far ? 0.0008 : 0),
                                      planned.position.longitude + noise(random)};
        capture.gps_accuracy_m = 3.0 + static_cast<double>(random() % 160) / 10;
    }
    if (random() % 4 == 0) capture.notes = "Rock at 0.9 m, hole moved 40 cm to the east.";
    capture.captured_by = kCrews[i % kCrews.size()];
    capture.device_id = kDevices[i % kDevices.size()];
    capture.submitted_at = now - base::minutes(static_cast<int64_t>(i % 5000) * 3 + 4);
    capture.captured_at = *capture.submitted_at - base::minutes(static_cast<int64_t>(random() % 240));
    capture.validation_status = model::ValidationStatus::validated;
    capture.update_time = "2025-11-22T08:00:00.000000Z";
    add_photos(capture, random);
    judge(capture, i, random, now);
    return capture;
}

}  // namespace

FakeField make_fake_field(uint32_t captures, base::Timestamp now) {
    FakeField field;
    field.reference = std::make_shared<model::ReferenceData>();
    field.captures.reserve(captures);
    std::mt19937 random(20250130);
    const uint32_t planned = captures + captures / 3;
    for (uint32_t i = 0; i < planned; ++i) {
        const model::PlannedPole pole = planned_pole(i, planned);
        // A third of the poles is not captured yet.
        if (i % 4 != 3 && field.captures.size() < captures) {
            field.captures.push_back(make_capture(static_cast<uint32_t>(field.captures.size()), pole, random, now));
        }
        if (i < 200'000) field.reference->planned.push_back(pole);
    }
    model::Project project;
    project.id = "lawley";
    project.name = "Lawley Extension 3";
    project.number_prefix = "LAW";
    field.reference->projects.push_back(project);
    field.reference->projects_known = true;
    return field;
}

}  // namespace linesman::test
