#include "ui/picks.h"

#include <gtest/gtest.h>

namespace linesman::ui {
namespace {

app::RowList list_of(std::vector<model::Row> rows) {
    app::RowList list;
    list.rows = std::move(rows);
    return list;
}

TEST(Picks, RangeGrowsAndShrinksFromWhereItBegan) {
    const auto list = list_of({5, 3, 9, 1, 7});
    Picks picks;
    picks.toggle(3);
    picks.range(list, 3, 1);
    EXPECT_EQ(picks.rows(list, 10), (std::vector<model::Row>{3, 9, 1}));
    picks.range(list, 1, 5);  // past the anchor to the other side
    EXPECT_EQ(picks.rows(list, 10), (std::vector<model::Row>{5, 3}));
}

TEST(Picks, WithoutAnAnchorTheRangeBeginsWhereTheDeskIs) {
    const auto list = list_of({5, 3, 9, 1, 7});
    Picks picks;
    picks.range(list, 9, 7);
    EXPECT_EQ(picks.rows(list, 10), (std::vector<model::Row>{9, 1, 7}));
}

TEST(Picks, AnotherClickTakesOut) {
    Picks picks;
    picks.toggle(3);
    picks.toggle(4);
    picks.toggle(3);
    EXPECT_EQ(picks.count(), 1U);
    EXPECT_FALSE(picks.has(3));
    EXPECT_TRUE(picks.has(4));
}

TEST(Picks, WhatLeavesTheListLeavesTheSelection) {
    Picks picks;
    picks.all(list_of({1, 2, 3, 4}));
    picks.retain(list_of({4, 2, 8}));
    EXPECT_EQ(picks.count(), 2U);
    EXPECT_FALSE(picks.has(1));
    EXPECT_FALSE(picks.has(8));
}

TEST(Picks, ALassoAddsOnlyWhatTheListShows) {
    const auto list = list_of({1, 2, 3});
    Picks picks;
    picks.toggle(1);
    picks.add(list, {2, 77});
    EXPECT_EQ(picks.rows(list, 10), (std::vector<model::Row>{1, 2}));
    EXPECT_EQ(picks.count(), 2U);
}

}  // namespace
}  // namespace linesman::ui
