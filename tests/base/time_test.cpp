#include "base/time.h"

#include <gtest/gtest.h>

#include "base/backoff.h"

namespace linesman::base {
namespace {

int64_t micros(std::string_view text) {
    return parse_rfc3339(text).value().us;
}

TEST(Rfc3339, ReadsWhatFirestoreWrites) {
    EXPECT_EQ(micros("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(micros("2025-01-30T08:15:00Z"), 1'738'224'900'000'000);
    EXPECT_EQ(micros("2025-01-30T08:15:00.5Z"), 1'738'224'900'500'000);
    EXPECT_EQ(micros("2025-01-30T08:15:00.123456Z"), 1'738'224'900'123'456);
    EXPECT_EQ(micros("2025-01-30T08:15:00.123456789Z"), 1'738'224'900'123'456) << "nanoseconds are cut, not rounded";
    EXPECT_EQ(micros("2025-01-30T10:15:00+02:00"), micros("2025-01-30T08:15:00Z"));
    EXPECT_EQ(micros("2025-01-30T02:45:00-05:30"), micros("2025-01-30T08:15:00Z"));
    EXPECT_EQ(micros("2024-02-29T00:00:00Z"), 1'709'164'800'000'000);
    EXPECT_EQ(micros("1969-12-31T23:59:59.999999Z"), -1);
    EXPECT_EQ(micros("0001-01-01T00:00:00Z"), -62'135'596'800'000'000);
    EXPECT_EQ(micros("9999-12-31T23:59:59Z"), 253'402'300'799'000'000);
}

TEST(Rfc3339, RefusesEverythingElse) {
    for (const char* text : {"",
                             "2025",
                             "2025-01-30",
                             "2025-01-30T08:15:00",
                             "2025-1-30T08:15:00Z",
                             "2025-02-29T00:00:00Z",
                             "2025-13-01T00:00:00Z",
                             "2025-00-10T00:00:00Z",
                             "2025-01-30T24:00:00Z",
                             "2025-01-30T08:60:00Z",
                             "2025-01-30T08:15:61Z",
                             "2025-01-30T08:15:00.Z",
                             "2025-01-30T08:15:00.1234567890Z",
                             "2025-01-30T08:15:00+0200",
                             "2025-01-30T08:15:00+25:00",
                             "2025-01-30T08:15:00Z ",
                             " 2025-01-30T08:15:00Z",
                             "2025-01-30T08:15:00ZZ",
                             "2025-01-30T-8:15:00Z",
                             "+025-01-30T08:15:00Z",
                             "abcd-ef-ghTij:kl:mnZ"}) {
        const auto parsed = parse_rfc3339(text);
        ASSERT_FALSE(parsed.ok()) << text;
        EXPECT_EQ(parsed.error().kind, ErrorKind::corrupt);
    }
    EXPECT_LT(parse_rfc3339(std::string(100'000, '9')).error().detail.size(), 200U)
        << "a hostile text does not fill the log";
}

TEST(Rfc3339, EveryTimeComesBackWithTheDigitsItNeeds) {
    EXPECT_EQ(format_rfc3339({0}), "1970-01-01T00:00:00Z");
    EXPECT_EQ(format_rfc3339({120'000}), "1970-01-01T00:00:00.120Z");
    EXPECT_EQ(format_rfc3339({120'001}), "1970-01-01T00:00:00.120001Z");
    EXPECT_EQ(format_rfc3339({-1}), "1969-12-31T23:59:59.999999Z");
    for (int64_t us = -3'000'000'000'000'000; us < 3'000'000'000'000'000; us += 7'654'321'987'654)
        EXPECT_EQ(micros(format_rfc3339({us})), us);
}

TEST(FormatLocal, AppliesTheOffset) {
    const Timestamp time = parse_rfc3339("2025-01-30T22:30:15Z").value();
    EXPECT_EQ(format_local(time, 120), "2025-01-31 00:30");
    EXPECT_EQ(format_local(time, 120, true), "2025-01-31 00:30:15");
    EXPECT_EQ(format_local(time, -300), "2025-01-30 17:30");
}

TEST(LocalDay, ChangesAtLocalMidnightAlsoBefore1970) {
    EXPECT_EQ(local_day(parse_rfc3339("2025-01-30T21:59:59Z").value(), 120) + 1,
              local_day(parse_rfc3339("2025-01-30T22:00:00Z").value(), 120));
    EXPECT_EQ(local_day({0}, 0), 0);
    EXPECT_EQ(local_day({-1}, 0), -1);
    EXPECT_EQ(local_day({-1}, 120), 0);
}

TEST(FormatAge, SpeaksInTheUnitThatMatters) {
    EXPECT_EQ(format_age(seconds(0)), "just now");
    EXPECT_EQ(format_age(seconds(59)), "just now");
    EXPECT_EQ(format_age(seconds(60)), "1 min");
    EXPECT_EQ(format_age(minutes(59)), "59 min");
    EXPECT_EQ(format_age(hours(3)), "3 h");
    EXPECT_EQ(format_age(hours(49)), "2 days");
    EXPECT_EQ(format_age(seconds(-10)), "just now") << "clocks differ a little";
    EXPECT_EQ(format_age(hours(-1)), "in the future");
}

TEST(ManualClock, MovesOnlyByHandAndSteadyTimeIgnoresSet) {
    ManualClock clock({1000});
    EXPECT_EQ(clock.now().us, 1000);
    clock.advance(seconds(2));
    EXPECT_EQ(clock.now().us, 2'001'000);
    clock.set({5});
    EXPECT_EQ(clock.now().us, 5);
    EXPECT_EQ(clock.steady(), seconds(2));
}

TEST(SystemClock, SteadyTimeNeverGoesBack) {
    const SystemClock clock;
    Duration before = clock.steady();
    for (int i = 0; i < 1000; ++i) {
        const Duration now = clock.steady();
        ASSERT_GE(now, before);
        before = now;
    }
    EXPECT_GT(clock.now().us, 1'700'000'000'000'000);
}

TEST(Backoff, GrowsByTheFactorUpToTheMaximumWithinTheJitter) {
    Backoff backoff({}, 1);
    double base_s = 1;
    for (int i = 0; i < 30; ++i) {
        const double delay = backoff.next().seconds();
        EXPECT_GE(delay, base_s * 0.5 - 1e-6);
        EXPECT_LE(delay, base_s * 1.5 + 1e-6);
        base_s = std::min(60.0, base_s * 1.5);
    }
    EXPECT_EQ(backoff.attempts(), 30);
}

TEST(Backoff, ServersDelayIsALowerBound) {
    Backoff backoff({}, 1);
    EXPECT_GE(backoff.next(120), seconds(120));
}

TEST(Backoff, ResetStartsAnewAndJumpGoesToTheMaximum) {
    Backoff backoff({.initial = seconds(1), .factor = 2, .max = seconds(60), .jitter = 0}, 1);
    for (int i = 0; i < 5; ++i) backoff.next();
    backoff.reset();
    EXPECT_EQ(backoff.next(), seconds(1));
    backoff.jump_to_max();
    EXPECT_EQ(backoff.next(), seconds(60));
    EXPECT_EQ(backoff.next(), seconds(60));
}

TEST(Backoff, DevicesSpreadTheirAttempts) {
    Backoff one({}, 1), two({}, 2);
    EXPECT_NE(one.next(), two.next());
}

}  // namespace
}  // namespace linesman::base
