// Selecting many and deciding about them, through the real window.
#include "ui/window_fixture.h"

namespace linesman::ui {
namespace {

size_t changed(test::FakeDesk& desk) {
    return desk.snapshot()->batches.empty() ? 0 : desk.snapshot()->batches[0].total;
}

class BulkWindow : public WindowTest {};

TEST_F(BulkWindow, ShiftAndArrowsSelectARangeAndADryRunComesBeforeAnythingIsWritten) {
    test::FakeDesk desk(small());
    const auto before = run(desk, with_script("wait-idle\nkey Shift+Down\nkey Shift+Down\nkey Shift+Down\nwait-idle\n"
                                              "key Shift+R\nwait-idle\nquit"));
    ASSERT_TRUE(before) << before.error().full();
    const auto plan = desk.bulk_plan();
    ASSERT_NE(plan, nullptr);
    EXPECT_EQ(plan->items.size(), 4U);
    EXPECT_EQ(plan->request.draft.kind, model::OperationKind::reject);
    EXPECT_FALSE(plan->request.draft.reason.empty());
    EXPECT_EQ(changed(desk), 0U);
    EXPECT_TRUE(desk.decided.empty());
}

TEST_F(BulkWindow, StartingTheDryRunMakesABatchWithReceiptsAndEmptiesTheSelection) {
    test::FakeDesk desk(small());
    // The button stands at the lower left of the overlay: 900 x 630 in a window of 1280 x 720.
    const auto result = run(desk, with_script("wait-idle\nkey Ctrl+A\nkey Shift+H\nwait-idle\nscreenshot " + folder_ +
                                              "/plan.png\nmouse 250 643\nclick\nwait-idle\nscreenshot " + folder_ +
                                              "/batches.png\nkey Escape\nwait-idle\nkey Shift+A\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    ASSERT_EQ(desk.snapshot()->batches.size(), 1U);
    EXPECT_GT(changed(desk), 20U);
    EXPECT_EQ(desk.bulk_plan(), nullptr);  // Shift+A had nothing selected
    const auto receipts = desk.batch_receipts(desk.snapshot()->batches[0].batch_id);
    ASSERT_NE(receipts, nullptr);
    EXPECT_EQ(receipts->items.size(), changed(desk));
}

TEST_F(BulkWindow, ClosingTheDryRunDropsIt) {
    test::FakeDesk desk(small());
    const auto result = run(desk, with_script("wait-idle\nkey X\nkey Shift+A\nwait-idle\nkey Escape\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(desk.bulk_plan(), nullptr);
    EXPECT_EQ(changed(desk), 0U);
}

TEST_F(BulkWindow, CtrlClickAddsAndAPlainClickStartsAnew) {
    test::FakeDesk desk(small());
    const auto result = run(desk, with_script("wait-idle\nhold Ctrl\nmouse 120 260\nclick\nmouse 120 340\nclick\n"
                                              "release Ctrl\nwait-idle\nkey Shift+H\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    ASSERT_NE(desk.bulk_plan(), nullptr);
    EXPECT_EQ(desk.bulk_plan()->items.size(), 2U);
    test::FakeDesk other(small());
    const auto again = run(other, with_script("wait-idle\nhold Ctrl\nmouse 120 260\nclick\nrelease Ctrl\nmouse 120 "
                                              "340\nclick\nwait-idle\nkey Shift+H\nwait-idle\nquit"));
    ASSERT_TRUE(again) << again.error().full();
    EXPECT_EQ(other.bulk_plan(), nullptr);
}

TEST_F(BulkWindow, ReceiptsAndProgressAreDrawnInEveryState) {
    test::FakeDesk desk(small());
    for (const char* act : {"", "pause", "cancel"}) {
        app::BulkRequest request;
        request.draft.kind = model::OperationKind::hold;
        for (size_t i = 0; i < 30; ++i) request.staging_ids.push_back(desk.capture(i).staging_id);
        const auto start = desk.start_bulk(desk.plan_bulk(std::move(request)));
        ASSERT_EQ(start.state, app::BulkStart::State::durable);
        desk.advance_batches(10);
        if (std::string_view(act) == "pause") desk.pause_batch(start.batch_id);
        if (std::string_view(act) == "cancel") desk.cancel_batch(start.batch_id);
    }
    const auto result =
        run(desk, with_script("wait-idle\nkey Ctrl+B\nwait-idle\nmouse 300 180\nclick\nwait-idle\nmouse "
                              "300 240\nclick\nwait-idle\nquit"));
    ASSERT_TRUE(result) << result.error().full();
    EXPECT_EQ(result->layout_errors, 0);
}

}  // namespace
}  // namespace linesman::ui
