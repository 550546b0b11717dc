#include "model/merge.h"

#include <gtest/gtest.h>

#include <random>

#include "model/builders.h"

namespace linesman::model {
namespace {

using test::a_capture;
using test::an_operation;
using test::decided;

std::vector<Capture> captures_of(size_t count) {
    std::vector<Capture> captures;
    for (size_t i = 0; i < count; ++i) captures.push_back(a_capture("s" + std::to_string(i)));
    return captures;
}

TEST(DefaultChoices, ProductionThenApprovalThenPhotosThenTimeChooseThePrimary) {
    auto captures = captures_of(3);
    captures[1].submitted_at = test::kNoon;  // the earliest
    EXPECT_EQ(default_merge_choices(captures).primary, 1U);
    captures[1].photos[0].reset();
    EXPECT_EQ(default_merge_choices(captures).primary, 0U);
    captures[2] = decided(captures[2], Decision::approved);
    EXPECT_EQ(default_merge_choices(captures).primary, 2U);
    captures[1].synced_to_production = true;
    EXPECT_EQ(default_merge_choices(captures).primary, 1U);
}

TEST(DefaultChoices, BestAccuracyGivesThePosition) {
    auto captures = captures_of(3);
    captures[0].gps_accuracy_m = 12;
    captures[1].gps_accuracy_m = 3;
    captures[1].gps = GeoPoint{0, 0};  // not usable, however accurate it claims to be
    captures[2].gps_accuracy_m = 5;
    captures[2].gps = GeoPoint{-26.3801, 27.8001};
    const auto plan = merge_captures(captures, default_merge_choices(captures));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->merged.gps, captures[2].gps);
    EXPECT_EQ(plan->merged.gps_accuracy_m, 5);
}

TEST(DefaultChoices, PhotosAreUnitedAndTheBestOfEachSlotWins) {
    auto captures = captures_of(2);
    captures[0].photos[index_of(Slot::depth)].reset();
    captures[1].photos[index_of(Slot::front)]->bytes = 900'000;
    captures[1].photos[index_of(Slot::side)]->bytes = 900'000;
    captures[1].photos[index_of(Slot::side)]->upload_failed = true;
    captures[0].photos[index_of(Slot::before)]->captured_at = test::kNoon + base::hours(1);
    const auto plan = merge_captures(captures, default_merge_choices(captures));
    ASSERT_TRUE(plan);
    const auto from = [&](Slot slot, size_t i) {
        return plan->merged.photos[index_of(slot)] == captures[i].photos[index_of(slot)];
    };
    EXPECT_TRUE(from(Slot::depth, 1));
    EXPECT_TRUE(from(Slot::front, 1));
    EXPECT_TRUE(from(Slot::side, 0));
    EXPECT_TRUE(from(Slot::before, 1));  // the earlier one
    EXPECT_TRUE(from(Slot::concrete, 0));
}

TEST(DefaultChoices, BlankTextIsFilledFromTheOthers) {
    auto captures = captures_of(2);
    captures[0].pole_number = " ";
    captures[0].notes = "";
    captures[1].notes = "two";
    const auto plan = merge_captures(captures, default_merge_choices(captures));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->merged.pole_number, "LAW.P.A001");
    EXPECT_EQ(plan->merged.notes, "two");
    EXPECT_EQ(plan->merged.staging_id, "s0");
    EXPECT_EQ(plan->merged.offline_id, "offline_s0");
    EXPECT_EQ(plan->superseded, (std::vector<std::string>{"s1"}));
}

TEST(DefaultChoices, StatusIsTheLatestUnlessAPersonDecided) {
    auto captures = captures_of(2);
    captures[1].submitted_at = test::kNoon + base::hours(9);
    captures[1].validation_status = ValidationStatus::validated;
    EXPECT_EQ(merge_captures(captures, default_merge_choices(captures))->merged.validation_status,
              ValidationStatus::validated);
    captures[0] = decided(captures[0], Decision::approved);
    EXPECT_EQ(merge_captures(captures, default_merge_choices(captures))->merged.validation_status,
              ValidationStatus::pending);
}

TEST(MergeCaptures, RefusesWhatMakesNoSense) {
    const auto refused = [](const std::vector<Capture>& captures, const MergeChoices& choices) {
        const auto plan = merge_captures(captures, choices);
        return !plan && plan.error().kind == base::ErrorKind::invalid_argument && !plan.error().what.empty();
    };
    EXPECT_TRUE(refused({}, {}));
    EXPECT_TRUE(refused(captures_of(1), {}));
    EXPECT_TRUE(refused(captures_of(9), {}));
    EXPECT_FALSE(refused(captures_of(8), {}));
    EXPECT_TRUE(refused(captures_of(2), {2, {}}));
    EXPECT_TRUE(refused(captures_of(2), {0, {{CaptureField::notes, 2}}}));
    EXPECT_TRUE(refused(captures_of(2), {0, {{CaptureField::review, 1}}}));
    EXPECT_TRUE(refused(captures_of(2), {0, {{CaptureField::production_id, 1}}}));
    EXPECT_TRUE(refused({a_capture("s0"), a_capture("s0")}, {}));
    auto captures = captures_of(2);
    captures[1].synced_to_production = true;
    EXPECT_TRUE(refused(captures, {0, {}}));
    EXPECT_FALSE(refused(captures, {1, {}}));
    captures = captures_of(2);
    captures[1].shape = SourceShape::field_pole_captures;
    EXPECT_TRUE(refused(captures, {}));
    captures[1] = decided(a_capture("s1"), Decision::superseded);
    EXPECT_TRUE(refused(captures, {}));
}

TEST(MergeCaptures, TheOperationGivesThePlannedCapture) {
    auto captures = captures_of(3);
    captures[2].photos[1] = test::a_photo("better", 2'000'000);
    captures[1].notes = "from one";
    MergeChoices choices = default_merge_choices(captures);
    choices.from[CaptureField::notes] = 1;
    const auto plan = merge_captures(captures, choices);
    ASSERT_TRUE(plan);
    Operation operation = an_operation(OperationKind::merge);
    operation.staging_id = operation.target = plan->merged.staging_id;
    operation.extra = plan->extra;
    const Capture applied = apply(captures[choices.primary], operation);
    for (const CaptureField field : all_fields())
        EXPECT_TRUE(same(field, applied, plan->merged)) << wire_name_of(field);
    EXPECT_EQ(fields_set_by(operation, captures[choices.primary]), plan->changed);
    EXPECT_TRUE(operation_from_json(to_json(operation)));
}

TEST(MergeCaptures, NoPhotoIsEverLost) {
    std::mt19937_64 random(8);
    for (int round = 0; round < 2000; ++round) {
        auto captures = captures_of(2 + random() % 7);
        for (Capture& capture : captures) {
            for (const Slot slot : kSlots) {
                auto& photo = capture.photos[index_of(slot)];
                if (random() % 3 == 0) photo.reset();
                if (photo && random() % 4 == 0) photo->upload_failed = true;
                if (photo && random() % 3 == 0)
                    photo = test::a_photo("shared-" + std::to_string(random() % 4), random() % 1'000'000);
            }
        }
        MergeChoices choices = default_merge_choices(captures);
        if (random() % 2 == 0) {
            choices.primary = random() % captures.size();
            for (const CaptureField field : mergeable_fields()) choices.from[field] = random() % captures.size();
        }
        const auto plan = merge_captures(captures, choices);
        ASSERT_TRUE(plan);
        ASSERT_EQ(plan->superseded.size(), captures.size() - 1);
        for (const Capture& capture : captures) {
            for (const Slot slot : kSlots) {
                const auto& photo = capture.photos[index_of(slot)];
                if (!photo || plan->merged.photos[index_of(slot)] == photo) continue;
                const UnusedPhoto unused = {capture.staging_id, slot, *photo};
                ASSERT_NE(std::find(plan->not_used.begin(), plan->not_used.end(), unused), plan->not_used.end());
            }
        }
        // The union holds every slot that any of them holds, by default.
        if (choices == default_merge_choices(captures)) {
            SlotMask any = 0;
            for (const Capture& capture : captures) any = static_cast<SlotMask>(any | capture.photo_mask());
            ASSERT_EQ(plan->merged.photo_mask(), any);
        }
    }
}

}  // namespace
}  // namespace linesman::model
