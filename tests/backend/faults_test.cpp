#include "backend/faults.h"

#include <gtest/gtest.h>

namespace linesman::backend {
namespace {

TEST(Faults, CountedRulesStopAfterTheirCount) {
    Faults faults;
    faults.next(FaultRule::Kind::unavailable, 2, ":commit");
    EXPECT_FALSE(faults.decide("POST", "/v1/x:runQuery").reply);
    EXPECT_EQ(faults.decide("POST", "/v1/x:commit").reply->status, 503);
    EXPECT_EQ(faults.decide("POST", "/v1/x:commit").reply->status, 503);
    EXPECT_FALSE(faults.decide("POST", "/v1/x:commit").reply);
    EXPECT_EQ(faults.hits(), 2U);
}

TEST(Faults, RateLimitingNamesARetryAfter) {
    Faults faults;
    ASSERT_TRUE(faults.from_json(base::Json::parse(R"({"rules":[{"kind":"rate_limited","retryAfterS":7}]})")));
    const auto decision = faults.decide("GET", "/any");
    ASSERT_TRUE(decision.reply);
    EXPECT_EQ(decision.reply->status, 429);
    EXPECT_EQ(decision.reply->headers.at(0), (std::pair<std::string, std::string>("Retry-After", "7")));
}

TEST(Faults, TheSameSeedGivesTheSameRun) {
    const auto run = [] {
        Faults faults(42);
        FaultRule rule;
        rule.kind = FaultRule::Kind::reset;
        rule.probability = 0.5;
        faults.add(rule);
        std::string text;
        for (int i = 0; i < 64; ++i) text += faults.decide("GET", "/").reset ? '1' : '0';
        return text;
    };
    EXPECT_EQ(run(), run());
    EXPECT_NE(run().find('1'), std::string::npos);
    EXPECT_NE(run().find('0'), std::string::npos);
}

TEST(Faults, SeveralRulesActOnOneRequest) {
    Faults faults;
    ASSERT_TRUE(faults.from_json(
        base::Json::parse(R"({"rules":[{"kind":"delay","delayMs":3},{"kind":"cut_body","method":"GET"}]})")));
    EXPECT_EQ(faults.decide("GET", "/").delay, base::milliseconds(3));
    EXPECT_TRUE(faults.decide("GET", "/").cut_body);
    EXPECT_FALSE(faults.decide("POST", "/").cut_body);
}

TEST(Faults, AnUnknownKindChangesNothing) {
    Faults faults;
    faults.next(FaultRule::Kind::reset, -1);
    EXPECT_FALSE(faults.from_json(base::Json::parse(R"({"rules":[{"kind":"gremlins"}]})")));
    EXPECT_TRUE(faults.decide("GET", "/").reset);
}

}  // namespace
}  // namespace linesman::backend
