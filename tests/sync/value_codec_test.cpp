#include "sync/value_codec.h"

#include <gtest/gtest.h>

#include <cmath>

namespace linesman::sync::value {
namespace {

using base::Json;

TEST(ValueCodec, IntegersAreDecimalStringsAndNumbersAreAccepted) {
    EXPECT_EQ(integer(-7).dump(), R"({"integerValue":"-7"})");
    EXPECT_EQ(as_integer(Json::parse(R"({"integerValue":"9223372036854775807"})")), INT64_MAX);
    EXPECT_EQ(as_integer(Json::parse(R"({"integerValue":12})")), 12);
    EXPECT_EQ(as_integer(Json::parse(R"({"integerValue":"9223372036854775808"})")), std::nullopt);
    EXPECT_EQ(as_integer(Json::parse(R"({"integerValue":"12x"})")), std::nullopt);
}

TEST(ValueCodec, DoublesThatJsonCannotHoldAreWords) {
    EXPECT_EQ(number(NAN).dump(), R"({"doubleValue":"NaN"})");
    EXPECT_TRUE(std::isnan(as_number(number(NAN)).value()));
    EXPECT_EQ(as_number(number(-HUGE_VAL)), -HUGE_VAL);
    EXPECT_EQ(as_number(Json::parse(R"({"integerValue":"3"})")), 3.0);
}

TEST(ValueCodec, EmptyMapsAndArraysComeWithoutTheirInnerKey) {
    EXPECT_EQ(map().dump(), R"({"mapValue":{}})");
    EXPECT_EQ(array().dump(), R"({"arrayValue":{}})");
    ASSERT_NE(as_map(map()), nullptr);
    EXPECT_TRUE(as_map(map())->empty());
    ASSERT_NE(as_array(array()), nullptr);
    EXPECT_EQ(as_map(array()), nullptr);
}

TEST(ValueCodec, PositionsAreReadInEveryFormThatIsWritten) {
    const model::GeoPoint expected{-26.5, 27.25};
    for (const char* form :
         {R"({"geoPointValue":{"latitude":-26.5,"longitude":27.25}})",
          R"({"mapValue":{"fields":{"latitude":{"doubleValue":-26.5},"longitude":{"doubleValue":27.25}}}})",
          R"({"mapValue":{"fields":{"lat":{"doubleValue":-26.5},"lng":{"doubleValue":27.25}}}})",
          R"({"stringValue":"-26.5, 27.25"})"}) {
        EXPECT_EQ(as_position(Json::parse(form)), expected) << form;
    }
    EXPECT_EQ(as_position(Json::parse(R"({"geoPointValue":{"longitude":1}})")), (model::GeoPoint{0, 1}));
    EXPECT_EQ(as_position(Json::parse(R"({"stringValue":"somewhere"})")), std::nullopt);
}

TEST(ValueCodec, TimesAreReadAsTimestampTextOrMilliseconds) {
    const base::Timestamp expected{1'738'224'900'250'000};
    EXPECT_EQ(as_timestamp(Json::parse(R"({"timestampValue":"2025-01-30T08:15:00.250Z"})")), expected);
    EXPECT_EQ(as_timestamp(Json::parse(R"({"stringValue":"2025-01-30T10:15:00.250+02:00"})")), expected);
    EXPECT_EQ(as_timestamp(Json::parse(R"({"integerValue":"1738224900250"})")), expected);
    EXPECT_EQ(as_timestamp(Json::parse(R"({"doubleValue":1e300})")), std::nullopt);
    EXPECT_EQ(as_timestamp(Json::parse(R"({"booleanValue":true})")), std::nullopt);
}

TEST(ValueCodec, FieldPathsAreQuotedWhereTheyNeedIt) {
    EXPECT_EQ(field_path({"review", "decision"}), "review.decision");
    EXPECT_EQ(field_path({"a b", "c`d\\e", "1x"}), "`a b`.`c\\`d\\\\e`.`1x`");
}

TEST(ValueCodec, PlainJsonSurvivesBothWays) {
    const Json plain = Json::parse(R"({"a":[1,2.5,"x",null,true,{"b":[]}],"c":{}})");
    EXPECT_EQ(fields_to_plain(fields_from_plain(plain)), plain);
}

TEST(ValueCodec, BrokenTextIsSanitisedBeforeItIsSent) {
    EXPECT_NO_THROW((void)text("a\xff").dump());
    EXPECT_EQ(as_text(text("a\xff")), "a\xEF\xBF\xBD");
}

TEST(ValueCodec, ReadersAnswerAbsentForAnythingThatIsNoValue) {
    for (const char* junk :
         {"null", "3", "\"x\"", "[]", "{}", R"({"mapValue":3})", R"({"arrayValue":[]})", R"({"geoPointValue":1})"}) {
        const Json value = Json::parse(junk);
        EXPECT_EQ(as_text(value), std::nullopt);
        EXPECT_EQ(as_number(value), std::nullopt);
        EXPECT_EQ(as_position(value), std::nullopt);
        EXPECT_EQ(as_timestamp(value), std::nullopt);
        EXPECT_EQ(as_map(value), nullptr);
        EXPECT_EQ(as_array(value), nullptr);
    }
}

}  // namespace
}  // namespace linesman::sync::value
