#include "ui/review_flow.h"

#include <gtest/gtest.h>

#include "model/reasons.h"
#include "support/fake_desk.h"
#include "ui/photo_seen.h"

namespace linesman::ui {
namespace {

using Mode = ReviewFlow::Mode;

class ReviewFlowTest : public testing::Test {
  protected:
    explicit ReviewFlowTest(bool slow_disk = false) : desk_(options(slow_disk)) {
        // One that passes every rule.
        for (size_t i = 0; i < desk_.size(); ++i) {
            model::Capture& capture = desk_.capture(i);
            if (!capture.gps || capture.project_id.empty()) continue;
            if (capture.pole_number.starts_with("LAW.P.") && good_.empty()) good_ = capture.staging_id;
            if (capture.pole_number.empty() && nameless_.empty()) nameless_ = capture.staging_id;
        }
        flow_.selected(desk_, good_);
    }
    static test::FakeDeskOptions options(bool slow_disk) {
        test::FakeDeskOptions options;
        options.captures = 200;
        options.plain_photos = true;
        options.slow_disk = slow_disk;
        return options;
    }
    test::FakeDesk desk_;
    ReviewFlow flow_;
    std::string good_, nameless_;
};

class SlowDiskTest : public ReviewFlowTest {
  protected:
    SlowDiskTest() : ReviewFlowTest(true) {}
};

TEST_F(ReviewFlowTest, ADurableDecisionAdvancesAtOnce) {
    const Step step = flow_.approve(desk_, {});
    EXPECT_TRUE(step.advance);
    ASSERT_EQ(desk_.decided.size(), 1U);
    EXPECT_EQ(desk_.decided[0].staging_id, good_);
    EXPECT_EQ(desk_.decided[0].kind, model::OperationKind::approve);
}

TEST_F(SlowDiskTest, AWaitingDecisionAdvancesWhenItIsOnDisk) {
    EXPECT_FALSE(flow_.approve(desk_, {}).advance);
    EXPECT_TRUE(flow_.waiting());
    EXPECT_EQ(flow_.waiting_for(), good_);
    EXPECT_FALSE(flow_.poll(desk_).advance);
    EXPECT_FALSE(flow_.approve(desk_, {}).advance) << "one at a time";
    EXPECT_EQ(desk_.decided.size(), 1U);
    desk_.finish_writes();
    EXPECT_TRUE(flow_.poll(desk_).advance);
    EXPECT_FALSE(flow_.waiting());
}

TEST_F(ReviewFlowTest, RejectTakesAReasonAndRemembersIt) {
    flow_.begin(Mode::rejecting);
    EXPECT_TRUE(flow_.reject(desk_, 3, {}).advance);
    EXPECT_EQ(desk_.decided[0].reason, model::kRejectReasons[3].code);
    EXPECT_EQ(flow_.last_reason(), 3U);
    EXPECT_EQ(flow_.mode(), Mode::idle);
}

TEST_F(ReviewFlowTest, AnErrorAsksForAnOverrideAndAReason) {
    flow_.selected(desk_, nameless_);
    EXPECT_FALSE(flow_.approve(desk_, {}).advance);
    ASSERT_EQ(flow_.mode(), Mode::overriding);
    EXPECT_FALSE(flow_.override_and_approve(desk_, "", {}).advance);
    EXPECT_TRUE(desk_.decided.empty());
    EXPECT_TRUE(flow_.override_and_approve(desk_, "Number is on photo 2", {}).advance);
    ASSERT_EQ(desk_.decided[0].overrides.size(), 1U);
    EXPECT_EQ(desk_.decided[0].overrides[0].reason, "Number is on photo 2");
}

TEST_F(ReviewFlowTest, UndoGoesBackToItsCapture) {
    flow_.approve(desk_, {});
    flow_.selected(desk_, nameless_);
    const Step step = flow_.undo(desk_);
    EXPECT_EQ(step.go_to, good_);
    EXPECT_FALSE(step.advance);
    EXPECT_EQ(flow_.undo(desk_).level, app::NoticeLevel::warning);
}

TEST_F(ReviewFlowTest, ACommentGoesWithTheDecisionAndIsKeptAsADraftUntilThen) {
    flow_.set_comment(desk_, "Check the depth again");
    EXPECT_EQ(desk_.drafts[good_], "Check the depth again");
    flow_.selected(desk_, nameless_);
    EXPECT_EQ(flow_.comment(), "");
    flow_.selected(desk_, good_);
    EXPECT_EQ(flow_.comment(), "Check the depth again");
    flow_.approve(desk_, {});
    EXPECT_EQ(desk_.decided[0].comment, "Check the depth again");
    EXPECT_EQ(desk_.drafts[good_], "");
}

TEST_F(ReviewFlowTest, ACorrectionStaysOnTheCapture) {
    flow_.begin(Mode::correcting);
    EXPECT_FALSE(flow_.correct(desk_, {}).advance);
    EXPECT_TRUE(desk_.decided.empty());
    model::Correction correction;
    correction.pole_number = std::string("LAW.P.A001");
    const Step step = flow_.correct(desk_, correction);
    EXPECT_FALSE(step.advance);
    EXPECT_EQ(step.level, app::NoticeLevel::good);
    EXPECT_EQ(desk_.decided[0].correction.pole_number, "LAW.P.A001");
}

TEST_F(ReviewFlowTest, ChangingTheCaptureClosesAnOpenStrip) {
    flow_.begin(Mode::rejecting);
    flow_.selected(desk_, nameless_);
    EXPECT_EQ(flow_.mode(), Mode::idle);
}

TEST_F(ReviewFlowTest, ARefusalSaysWhyAndStays) {
    desk_.change([](app::Snapshot& snapshot) { snapshot.session.signed_in = false; });
    const Step step = flow_.approve(desk_, {});
    EXPECT_FALSE(step.advance);
    EXPECT_EQ(step.said, "Sign in to decide.");
}

TEST(PhotoSeen, CountsOnlyWhatWasLargeEnoughForLongEnough) {
    PhotoSeenTracker tracker;
    tracker.start("a");
    tracker.frame({{model::Slot::front, "m1", 800}, {model::Slot::side, "m2", 120}}, base::milliseconds(1000));
    tracker.frame({{model::Slot::before, "m3", 900}}, base::milliseconds(1400));
    const PhotosSeen seen = tracker.seen(base::milliseconds(1500));
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen.at(model::Slot::front).shown_ms, 400U);
    EXPECT_EQ(seen.at(model::Slot::front).md5, "m1");
    EXPECT_EQ(seen.at(model::Slot::front).max_px, 800U);
    EXPECT_EQ(tracker.seen(base::milliseconds(1701)).size(), 2U) << "the photo on the screen counts up to the decision";
}

TEST(PhotoSeen, AnotherCaptureOrAnotherPhotoStartsAnew) {
    PhotoSeenTracker tracker;
    tracker.start("a");
    tracker.frame({{model::Slot::front, "m1", 800}}, base::milliseconds(0));
    tracker.frame({{model::Slot::front, "m2", 800}}, base::milliseconds(500));
    EXPECT_TRUE(tracker.is_seen(model::Slot::front));
    EXPECT_EQ(tracker.seen(base::milliseconds(900)).at(model::Slot::front).shown_ms, 400U);
    tracker.start("b");
    EXPECT_TRUE(tracker.seen(base::milliseconds(5000)).empty());
}

}  // namespace
}  // namespace linesman::ui
