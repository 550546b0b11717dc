#include "model/period.h"

#include <gtest/gtest.h>

namespace linesman::model {
namespace {

TEST(ParseWhen, ADayBeginsAtMidnightOfItsZone) {
    EXPECT_EQ(base::format_rfc3339(*parse_when("2026-11-22", 120, false)), "2026-11-21T22:00:00Z");
    EXPECT_EQ(base::format_rfc3339(*parse_when("2026-11-22", 0, false)), "2026-11-22T00:00:00Z");
}

TEST(ParseWhen, ADayEndsWhereTheNextBegins) {
    EXPECT_EQ(*parse_when("2026-02-28", 120, true), *parse_when("2026-03-01", 120, false));
    EXPECT_EQ(*parse_when("2028-02-28", 120, true), *parse_when("2028-02-29", 120, false));
}

TEST(ParseWhen, ATimeIsTakenAsItIs) {
    EXPECT_EQ(base::format_rfc3339(*parse_when("2026-11-22T08:00:00+02:00", 0, true)), "2026-11-22T06:00:00Z");
}

TEST(ParseWhen, WhatIsNeitherIsNamed) {
    for (const char* text : {"", "2026-13-01", "2026-02-30", "22.11.2026", "yesterday", "2026-1-1", "2026-11-22x"}) {
        const auto wrong = parse_when(text, 120, false);
        ASSERT_FALSE(wrong.ok()) << text;
        EXPECT_EQ(wrong.error().kind, base::ErrorKind::invalid_argument);
        EXPECT_NE(wrong.error().what.find(text), std::string::npos);
    }
}

TEST(DayOf, IsTheLocalDay) {
    const auto late = *base::parse_rfc3339("2026-11-22T22:30:00Z");
    EXPECT_EQ(day_of(late, 120), "2026-11-23");
    EXPECT_EQ(day_of(late, 0), "2026-11-22");
}

TEST(OffsetWords, NameTheZone) {
    EXPECT_EQ(offset_words(120), "UTC+02:00");
    EXPECT_EQ(offset_words(-210), "UTC-03:30");
    EXPECT_EQ(offset_words(0), "UTC");
}

}  // namespace
}  // namespace linesman::model
