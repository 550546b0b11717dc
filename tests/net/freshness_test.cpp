#include "net/freshness.h"

#include <gtest/gtest.h>

namespace linesman::net {
namespace {

constexpr base::Timestamp kNow{1'763'800'000'000'000};  // Sat, 22 Nov 2025 08:26:40 GMT
constexpr base::Duration kFallback = base::hours(24);

int64_t seconds_fresh(Headers headers) {
    Response response;
    response.status = 200;
    response.headers = std::move(headers);
    return (freshness_of(response, kNow, kFallback).fresh_until - kNow).us / base::kMicrosPerSecond;
}

TEST(Freshness, MaxAgeCountsFromNowLessWhatAProxyHeldIt) {
    EXPECT_EQ(seconds_fresh({{"Cache-Control", "public, max-age=3600"}}), 3600);
    EXPECT_EQ(seconds_fresh({{"cache-control", "Max-Age=\"3600\""}, {"Age", "600"}}), 3000);
    EXPECT_EQ(seconds_fresh({{"Cache-Control", "max-age=60"}, {"Age", "600"}}), 0);
}

TEST(Freshness, MaxAgeWinsOverExpires) {
    EXPECT_EQ(seconds_fresh({{"Cache-Control", "max-age=10"}, {"Expires", "Sun, 23 Nov 2025 08:26:40 GMT"}}), 10);
}

TEST(Freshness, ExpiresIsMeasuredByTheServersOwnClock) {
    EXPECT_EQ(seconds_fresh({{"Expires", "Sat, 22 Nov 2025 09:26:40 GMT"}}), 3600);
    EXPECT_EQ(seconds_fresh({{"Expires", "Sat, 22 Nov 2025 09:26:40 GMT"}, {"Date", "Sat, 22 Nov 2025 09:16:40 GMT"}}),
              600);
    EXPECT_EQ(seconds_fresh({{"Expires", "0"}}), 0);
    EXPECT_EQ(seconds_fresh({{"Expires", "Sat, 22 Nov 2025 07:26:40 GMT"}}), 0);
}

TEST(Freshness, WithoutAWordTheFallbackCounts) {
    EXPECT_EQ(seconds_fresh({}), 24 * 3600);
}

TEST(Freshness, NoCacheIsKeptAndAskedAboutNoStoreIsNotKept) {
    Response response;
    response.headers = {{"Cache-Control", "no-cache, max-age=60"}};
    EXPECT_TRUE(freshness_of(response, kNow, kFallback).store);
    EXPECT_EQ(freshness_of(response, kNow, kFallback).fresh_until, kNow);
    response.headers = {{"Cache-Control", "private, no-store"}};
    EXPECT_FALSE(freshness_of(response, kNow, kFallback).store);
}

TEST(Freshness, NonsenseAsksAgainAndAHugeAgeIsAYear) {
    EXPECT_EQ(seconds_fresh({{"Cache-Control", "max-age=soon"}}), 0);
    EXPECT_EQ(seconds_fresh({{"Cache-Control", "max-age=-5"}}), 0);
    EXPECT_EQ(seconds_fresh({{"Cache-Control", "max-age=99999999999999999999"}}), 365LL * 24 * 3600);
    EXPECT_EQ(seconds_fresh({{"Cache-Control", ",,=,"}}), 24 * 3600);
}

}  // namespace
}  // namespace linesman::net
