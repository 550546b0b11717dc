#include "ui/selection.h"

#include <gtest/gtest.h>

namespace linesman::ui {
namespace {

class SelectionTest : public testing::Test {
  protected:
    SelectionTest() {
        model::ColumnsBuilder builder;
        for (const char* id : {"a", "b", "c", "d", "e"}) {
            model::RowValues values;
            values.staging_id = id;
            builder.put(values);
        }
        columns_ = builder.publish();
    }
    static app::RowList list_of(std::vector<model::Row> rows) {
        app::RowList list;
        list.rows = std::move(rows);
        return list;
    }
    model::Columns columns_;
    Selection selection_;
};

TEST_F(SelectionTest, StartsAtTheTopOfTheFirstList) {
    selection_.sync(list_of({3, 1, 2}), columns_);
    EXPECT_EQ(selection_.staging_id(), "d");
    EXPECT_EQ(selection_.place(), 0U);
}

TEST_F(SelectionTest, StaysOnItsCaptureWhenTheListIsSortedAnew) {
    selection_.sync(list_of({0, 1, 2}), columns_);
    const auto sorted = list_of({2, 1, 0});
    selection_.sync(sorted, columns_);
    EXPECT_EQ(selection_.staging_id(), "a");
    EXPECT_EQ(selection_.place(), 2U);
}

TEST_F(SelectionTest, AdvanceSkipsWhatWasDecidedSinceTheListWasMade) {
    const auto list = list_of({0, 1, 2, 3});
    selection_.sync(list, columns_);
    EXPECT_TRUE(selection_.advance(&list, columns_));
    EXPECT_EQ(selection_.row(), 1U);
    selection_.move_by(-1, &list, columns_);
    EXPECT_TRUE(selection_.advance(&list, columns_));
    EXPECT_EQ(selection_.row(), 1U);
}

TEST_F(SelectionTest, AdvanceAtTheEndGoesToTheNearestBeforeAndThenToNothing) {
    const auto list = list_of({0, 1});
    selection_.sync(list, columns_);
    selection_.move_by(1, &list, columns_);
    EXPECT_TRUE(selection_.advance(&list, columns_));
    EXPECT_EQ(selection_.row(), 0U);
    EXPECT_FALSE(selection_.advance(&list, columns_));
    EXPECT_FALSE(selection_.any());
}

TEST_F(SelectionTest, ADecidedCaptureThatLeavesTheListDoesNotMoveTheDesk) {
    const auto before = list_of({0, 1, 2});
    selection_.sync(before, columns_);
    selection_.advance(&before, columns_);
    selection_.sync(list_of({1, 2}), columns_);
    EXPECT_EQ(selection_.row(), 1U);
    EXPECT_EQ(selection_.place(), 0U);
}

TEST_F(SelectionTest, ACaptureOutsideTheListStaysUntilTheDeskMovesOn) {
    const auto list = list_of({1, 2, 3});
    selection_.sync(list, columns_);
    selection_.move_by(1, &list, columns_);
    const auto without = list_of({1, 3});
    selection_.sync(without, columns_);
    EXPECT_EQ(selection_.row(), 2U);
    EXPECT_FALSE(selection_.place());
    EXPECT_TRUE(selection_.move_by(1, &without, columns_));
    EXPECT_EQ(selection_.row(), 3U) << "its place is now taken by the one after it";
}

TEST_F(SelectionTest, AnotherFilterStartsAtTheTop) {
    selection_.sync(list_of({0, 1, 2}), columns_);
    selection_.restart_with_next_list();
    selection_.sync(list_of({4, 3}), columns_);
    EXPECT_EQ(selection_.staging_id(), "e");
    selection_.restart_with_next_list();
    selection_.sync(list_of({}), columns_);
    EXPECT_FALSE(selection_.any());
}

TEST_F(SelectionTest, MovesStopAtBothEnds) {
    const auto list = list_of({0, 1, 2});
    selection_.sync(list, columns_);
    EXPECT_FALSE(selection_.move_by(-1, &list, columns_));
    EXPECT_TRUE(selection_.move_by(100, &list, columns_));
    EXPECT_EQ(selection_.row(), 2U);
    EXPECT_FALSE(selection_.move_by(1, nullptr, columns_));
}

TEST_F(SelectionTest, UpcomingAreTheNextUndecided) {
    const auto list = list_of({0, 1, 2, 3, 4});
    selection_.sync(list, columns_);
    EXPECT_EQ(selection_.upcoming(&list, 2), (std::vector<model::Row>{1, 2}));
    selection_.advance(&list, columns_);
    EXPECT_EQ(selection_.upcoming(&list, 9), (std::vector<model::Row>{2, 3, 4}));
}

}  // namespace
}  // namespace linesman::ui
