#include "store/searched_text.h"

#include <gtest/gtest.h>

namespace linesman::store {
namespace {

TEST(SearchedText, IsTheTextOfTheMemberWhereverItStands) {
    EXPECT_EQ(searched_text(R"({"notes":{"stringValue":"near the school"}})", "notes"), "near the school");
    EXPECT_EQ(searched_text(R"({"a":{"arrayValue":{"values":[{"stringValue":"}]"}]}},"b":{"nullValue":null},)"
                            R"("notes":{"stringValue":"here"},"z":{"doubleValue":-1.5e3}})",
                            "notes"),
              "here");
    EXPECT_EQ(
        searched_text("{ \"n\" : { \"integerValue\" : \"1\" } ,\n \"notes\" : { \"stringValue\" : \"x\" } }", "notes"),
        "x");
}

TEST(SearchedText, EscapesAreResolved) {
    EXPECT_EQ(searched_text(R"({"k\"ey":{"stringValue":"\\\""},"notes":{"stringValue":"a \"b\" \\ \u00e9"}})", "notes"),
              "a \"b\" \\ \xC3\xA9");
}

TEST(SearchedText, AMemberOfTheSameNameFurtherInDoesNotCount) {
    EXPECT_EQ(searched_text(R"({"review":{"mapValue":{"fields":{"notes":{"stringValue":"inside"}}}}})", "notes"), "");
    EXPECT_EQ(searched_text(R"({"a":{"stringValue":"\"notes\":{\"stringValue\":\"no\"}"}})", "notes"), "");
}

TEST(SearchedText, WhatIsNoTextOrNoJsonGivesNothing) {
    for (const char* text : {"", "{", "null", "[1]", "{notes: rock", R"({"notes":{"nullValue":null}})",
                             R"({"notes":null})", R"({"notes":{"stringValue":5}})", R"({"notes":{"stringValue":"cut)",
                             R"({"a":"\)", R"({"a":)", R"({"a" "notes":{"stringValue":"x"}})"})
        EXPECT_EQ(searched_text(text, "notes"), "") << text;
}

}  // namespace
}  // namespace linesman::store
