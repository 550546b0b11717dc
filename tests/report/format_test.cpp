#include "report/format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace linesman::report {
namespace {

std::string number(double value, int decimals) {
    std::string out;
    EXPECT_TRUE(append_number(out, value, decimals));
    return out;
}
std::string time(int64_t us, int offset = 120) {
    std::string out;
    append_time(out, us, offset);
    return out;
}

TEST(Format, NumbersHaveFixedDecimalsAndNoNegativeZero) {
    EXPECT_EQ(number(-26.38, 7), "-26.3800000");
    EXPECT_EQ(number(0.05, 1), "0.1");
    EXPECT_EQ(number(-0.04, 1), "0.0");
    EXPECT_EQ(number(0.004, 3), "0.004");
    EXPECT_EQ(number(-0.004, 3), "-0.004");
    EXPECT_EQ(number(12, 0), "12");
    EXPECT_EQ(number(1e18, 2), "1000000000000000000.00");
    std::string nothing;
    EXPECT_FALSE(append_number(nothing, std::nan(""), 2));
    EXPECT_FALSE(append_number(nothing, std::numeric_limits<double>::infinity(), 2));
    EXPECT_EQ(nothing, "");
}

TEST(Format, WhatIsReadBackIsWhatWasRounded) {
    for (const double value : {-26.3812345678, 27.80000005, 0.1 + 0.2, -0.00000004}) {
        EXPECT_EQ(rounded(value, 7), std::stod(number(value, 7)));
        EXPECT_EQ(number(rounded(value, 7), 7), number(value, 7));
    }
}

TEST(Format, TimesAreInTheZoneWithTheFractionTheyNeed) {
    EXPECT_EQ(time(1'750'000'000'000'000), "2025-06-15T17:06:40+02:00");
    EXPECT_EQ(time(1'750'000'000'250'000), "2025-06-15T17:06:40.250+02:00");
    EXPECT_EQ(time(1'750'000'000'250'001, 0), "2025-06-15T15:06:40.250001+00:00");
    EXPECT_EQ(time(0, -330), "1969-12-31T18:30:00-05:30");
    EXPECT_EQ(time(-1), "1970-01-01T01:59:59.999999+02:00");
}

TEST(Format, TimesOfBrokenClocksAreKeptAsMicroseconds) {
    EXPECT_EQ(time(INT64_MIN), "us:-9223372036854775808");
    EXPECT_EQ(time(INT64_MAX), "us:9223372036854775807");
}

TEST(Format, DaysBeginAtMidnightOfTheZone) {
    EXPECT_EQ(day_text(1'750'024'799'000'000, 120), "2025-06-15");  // 23:59:59
    EXPECT_EQ(day_text(1'750'024'800'000'000, 120), "2025-06-16");
}

TEST(Format, ZonesAreNamed) {
    EXPECT_EQ(zone_name(120), "Africa/Johannesburg (UTC+02:00)");
    EXPECT_EQ(zone_name(-90), "UTC-01:30");
}

TEST(Format, CountsAreGroupedAndSharesRounded) {
    EXPECT_EQ(grouped(1234567), "1\u202f234\u202f567");
    EXPECT_EQ(grouped(-12), "-12");
    EXPECT_EQ(percent(1, 3), "33.3 %");
    EXPECT_EQ(percent(0, 0), "–");
}

}  // namespace
}  // namespace linesman::report
