#include "model/capture.h"

#include <gtest/gtest.h>

#include "model/builders.h"
#include "model/finding.h"

namespace linesman::model {
namespace {

using test::a_capture;
using test::decided;

TEST(Capture, NamesAreReadBack) {
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(validation_status_from_name(name_of(static_cast<ValidationStatus>(i))),
                  static_cast<ValidationStatus>(i));
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(decision_from_name(name_of(static_cast<Decision>(i))), static_cast<Decision>(i));
    EXPECT_FALSE(validation_status_from_name("done"));
    EXPECT_FALSE(decision_from_name(""));
}

TEST(Capture, PhotosCountWhenTheyArrived) {
    Capture capture = a_capture();
    EXPECT_EQ(capture.photo_mask(), kAllSlots);
    EXPECT_EQ(capture.lost_photo_mask(), 0);
    capture.photos[index_of(Slot::side)].reset();
    capture.photos[index_of(Slot::depth)]->upload_failed = true;
    EXPECT_EQ(capture.photo_mask(), kAllSlots & ~bit(Slot::side) & ~bit(Slot::depth));
    EXPECT_EQ(capture.lost_photo_mask(), bit(Slot::depth));  // its device says so
    capture.expected_photos = kAllSlots;
    EXPECT_EQ(capture.lost_photo_mask(), bit(Slot::side) | bit(Slot::depth));
}

TEST(Capture, QueueIsUndecidedHeldOrResubmitted) {
    EXPECT_TRUE(a_capture().in_queue());
    EXPECT_TRUE(decided(a_capture(), Decision::held).in_queue());
    for (const Decision decision : {Decision::approved, Decision::rejected, Decision::superseded}) {
        Capture capture = decided(a_capture(), decision);
        EXPECT_FALSE(capture.in_queue());
        capture.resubmission = 1;
        EXPECT_TRUE(capture.in_queue());
    }
}

TEST(Capture, ValidatedAloneIsNoApproval) {
    Capture capture = a_capture();
    capture.validation_status = ValidationStatus::validated;
    EXPECT_TRUE(capture.in_queue());
    EXPECT_EQ(capture.decision(), Decision::none);
}

TEST(Capture, PromotedWithoutReviewDoesNotWait) {
    Capture capture = a_capture();
    capture.synced_to_production = true;
    EXPECT_FALSE(capture.in_queue());
}

TEST(Finding, EveryRuleHasItsOwnCodeAndTitle) {
    for (size_t i = 0; i < kRuleCount; ++i) {
        const auto rule = static_cast<Rule>(i);
        EXPECT_FALSE(title_of(rule).empty());
        EXPECT_EQ(rule_from_code(code_of(rule)), rule);
    }
    EXPECT_EQ(code_of(Rule::gps_accuracy), "gps_accuracy");
    EXPECT_EQ(code_of(Rule::device_reported), "device_reported");
    EXPECT_FALSE(rule_from_code("nothing"));
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(severity_from_name(name_of(static_cast<Severity>(i))), static_cast<Severity>(i));
}

TEST(Finding, IdDependsOnEveryPart) {
    const std::string id = finding_id("s1", Rule::near_duplicate, "gpsLocation", "offline_2");
    EXPECT_EQ(id.size(), 16U);
    EXPECT_EQ(id, finding_id("s1", Rule::near_duplicate, "gpsLocation", "offline_2"));
    EXPECT_NE(id, finding_id("s2", Rule::near_duplicate, "gpsLocation", "offline_2"));
    EXPECT_NE(id, finding_id("s1", Rule::duplicate_number, "gpsLocation", "offline_2"));
    EXPECT_NE(id, finding_id("s1", Rule::near_duplicate, "poleNumber", "offline_2"));
    EXPECT_NE(id, finding_id("s1", Rule::near_duplicate, "gpsLocation", "offline_3"));
}

TEST(Finding, WorstPassesOverIgnoredOnes) {
    std::vector<Finding> findings = {test::a_finding(Rule::gps_accuracy, Severity::warning, "a"),
                                     test::a_finding(Rule::photos_missing, Severity::error, "b")};
    EXPECT_EQ(worst_of(findings), Severity::error);
    findings[1].ignored = true;
    EXPECT_EQ(worst_of(findings), Severity::warning);
    EXPECT_EQ(worst_of({}), Severity::none);
}

}  // namespace
}  // namespace linesman::model
