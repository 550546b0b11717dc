#include "app/board.h"

#include <gtest/gtest.h>

namespace linesman::app {
namespace {

struct BoardTest : testing::Test {
    base::ManualClock clock;
    Board board{clock};
};

TEST_F(BoardTest, AChangeMakesANewValueAndLeavesTheOldOneAsItWas) {
    const auto before = board.snapshot();
    board.update([](Snapshot& s) { s.profile = "north"; });
    EXPECT_EQ(before->profile, "");
    EXPECT_EQ(board.snapshot()->profile, "north");
    EXPECT_GT(board.snapshot()->generation, before->generation);
}

TEST_F(BoardTest, RowListsBecomeDueOnlyWhenRowsChanged) {
    const auto before = board.snapshot()->rows_generation;
    board.update([](Snapshot& s) { s.profile = "north"; });
    EXPECT_EQ(board.snapshot()->rows_generation, before);
    board.update([](Snapshot&) {}, true);
    EXPECT_EQ(board.snapshot()->rows_generation, before + 1);
}

TEST_F(BoardTest, WakesOffTheLockSoThatTheWindowMayReadAtOnce) {
    std::string seen;
    board.on_change([&] { seen = board.snapshot()->profile; });
    board.update([](Snapshot& s) { s.profile = "north"; });
    EXPECT_EQ(seen, "north");
    board.on_change({});
    board.update([](Snapshot& s) { s.profile = "south"; });
    EXPECT_EQ(seen, "north");
}

TEST_F(BoardTest, TheSameNoticeIsNotRepeatedWithinAMinute) {
    board.notify(NoticeLevel::error, "The disk is full.");
    board.notify(NoticeLevel::error, "The disk is full.");
    EXPECT_EQ(board.snapshot()->notices.size(), 1U);
    board.notify(NoticeLevel::error, "The disk is full.", "", "stg1");
    EXPECT_EQ(board.snapshot()->notices.size(), 2U) << "about another capture it is another notice";
    clock.advance(base::minutes(1));
    board.notify(NoticeLevel::error, "The disk is full.");
    EXPECT_EQ(board.snapshot()->notices.size(), 3U);
}

TEST_F(BoardTest, KeepsTheLast200NoticesWithIdsThatAreNeverReused) {
    for (int i = 0; i < 205; ++i) board.notify(NoticeLevel::info, std::string("notice ").append(std::to_string(i)));
    const auto notices = board.snapshot()->notices;
    ASSERT_EQ(notices.size(), 200U);
    EXPECT_EQ(notices.front().text, "notice 5");
    EXPECT_EQ(notices.back().text, "notice 204");
    for (size_t i = 1; i < notices.size(); ++i) EXPECT_LT(notices[i - 1].id, notices[i].id);
}

TEST_F(BoardTest, DismissingTakesAwayThatNoticeOnly) {
    board.notify(NoticeLevel::info, "one");
    board.notify(NoticeLevel::info, "two");
    board.dismiss(board.snapshot()->notices.front().id);
    ASSERT_EQ(board.snapshot()->notices.size(), 1U);
    EXPECT_EQ(board.snapshot()->notices.front().text, "two");
    board.dismiss(4711);
    EXPECT_EQ(board.snapshot()->notices.size(), 1U);
}

}  // namespace
}  // namespace linesman::app
