#include "app/day_usage.h"

#include <gtest/gtest.h>

namespace linesman::app {
namespace {

constexpr base::Timestamp kNoon{1'763'805'600'000'000};  // 2025-11-22, 12:00 in Johannesburg

TEST(DayUsage, RunsOfOneDayAddUp) {
    DayUsage first(120);
    first.load("", kNoon);
    first.note(100, 5, kNoon);
    first.note(130, 6, kNoon + base::minutes(1));
    EXPECT_EQ(first.reads(), 130U);
    DayUsage second(120);
    second.load(first.text(), kNoon + base::hours(2));
    second.note(7, 1, kNoon + base::hours(2));
    EXPECT_EQ(second.reads(), 137U);
    EXPECT_EQ(second.writes(), 7U);
}

TEST(DayUsage, ALocalMidnightBeginsAtNothingAndKeepsTheRun) {
    DayUsage usage(120);
    usage.load("", kNoon);
    usage.note(100, 5, kNoon);
    usage.note(110, 5, kNoon + base::minutes(11 * 60 + 59));
    EXPECT_EQ(usage.reads(), 110U);
    usage.note(111, 5, kNoon + base::minutes(12 * 60 + 1));
    EXPECT_EQ(usage.reads(), 1U);
    EXPECT_EQ(usage.writes(), 0U);
    DayUsage next(120);
    next.load(usage.text(), kNoon + base::hours(48));
    EXPECT_EQ(next.reads(), 0U);
}

TEST(DayUsage, ForeignTextCountsAsNothing) {
    for (const char* text : {"{", "[]", "{\"day\":\"x\"}", "{\"day\":20414,\"reads\":-5}"}) {
        DayUsage usage(120);
        usage.load(text, kNoon);
        EXPECT_EQ(usage.reads(), 0U) << text;
    }
}

}  // namespace
}  // namespace linesman::app
