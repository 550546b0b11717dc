#include "base/json.h"

#include <gtest/gtest.h>

namespace linesman::base {
namespace {

std::string nested(int depth) {
    return std::string(static_cast<size_t>(depth), '[') + std::string(static_cast<size_t>(depth), ']');
}

TEST(ParseJson, ReadsAndWritesCanonically) {
    const auto json = parse_json(R"({"b":1,"a":{"d":[1,2.5,"x",null,true],"c":""}})", "test");
    ASSERT_TRUE(json.ok());
    EXPECT_EQ(to_text(*json), R"({"a":{"c":"","d":[1,2.5,"x",null,true]},"b":1})");
}

TEST(ParseJson, GarbageIsCorruptAndNamesTheItem) {
    for (const char* text : {"", " ", "{", "}", "[1,]", "{\"a\"}", "{\"a\":1,}", "nul", "\"open", "1e999999", "[1] [2]",
                             "{'a':1}", "\xFF\xFE", "\"\xC3\"", "\"a\nb\"", "01", "<html>"}) {
        const auto json = parse_json(text, "The reply of the server");
        ASSERT_FALSE(json.ok()) << text;
        EXPECT_EQ(json.error().kind, ErrorKind::corrupt);
        EXPECT_EQ(json.error().what.find("The reply of the server"), 0U);
    }
}

TEST(ParseJson, DepthIsLimitedAndHostileDepthIsHarmless) {
    EXPECT_TRUE(parse_json(nested(kMaxJsonDepth), "x").ok());
    EXPECT_FALSE(parse_json(nested(kMaxJsonDepth + 2), "x").ok());
    EXPECT_FALSE(parse_json(nested(2'000'000), "x").ok());
    EXPECT_FALSE(parse_json(std::string(2'000'000, '['), "x").ok());
    std::string objects;
    for (int i = 0; i < 200'000; ++i) objects += "{\"a\":";
    EXPECT_FALSE(parse_json(objects, "x").ok());
}

TEST(ParseJson, ErrorsNeverQuoteTheText) {
    const auto json = parse_json(R"({"token":"secret-abc",)", "x");
    ASSERT_FALSE(json.ok());
    EXPECT_EQ(json.error().full().find("secret-abc"), std::string::npos);
}

TEST(ToText, BrokenUtf8BecomesTheReplacementCharacter) {
    EXPECT_EQ(to_text(Json("a\xFF")), "\"a\xEF\xBF\xBD\"");
}

TEST(JsonLookups, GiveNothingForTheWrongType) {
    const Json json =
        parse_json(R"({"s":"x","i":5,"d":1.5,"b":true,"n":null,"u":18446744073709551615,"m":-9223372036854775808})",
                   "x")
            .value();
    EXPECT_EQ(string_at(json, "s"), "x");
    EXPECT_EQ(int_at(json, "i"), 5);
    EXPECT_EQ(int_at(json, "m"), INT64_MIN);
    EXPECT_EQ(number_at(json, "d"), 1.5);
    EXPECT_EQ(number_at(json, "i"), 5.0);
    EXPECT_EQ(bool_at(json, "b"), true);
    EXPECT_FALSE(string_at(json, "i") || int_at(json, "d") || int_at(json, "s") || number_at(json, "s") ||
                 bool_at(json, "i"));
    EXPECT_FALSE(int_at(json, "u")) << "would come out negative";
    EXPECT_FALSE(string_at(json, "n") || string_at(json, "absent"));
    ASSERT_TRUE(find(json, "n"));
    EXPECT_TRUE(find(json, "n")->is_null());
    EXPECT_EQ(find(json, "absent"), nullptr);
    EXPECT_EQ(find(Json::array({1}), "s"), nullptr);
    EXPECT_EQ(find(Json(), "s"), nullptr);
}

}  // namespace
}  // namespace linesman::base
