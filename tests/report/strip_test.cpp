#include "report/strip.h"

#include <gtest/gtest.h>

namespace linesman::report {
namespace {

std::string stripped(std::string_view text) {
    std::string buffer;
    return std::string(without_tokens(text, buffer));
}

TEST(Strip, RemovesTheTokenOfAPhotoUrlAndNothingElse) {
    EXPECT_EQ(stripped("https://storage.example/v0/b/b/o/p%2Ffront.jpg?alt=media&token=2f1c-77&x=1"),
              "https://storage.example/v0/b/b/o/p%2Ffront.jpg?alt=media&token=removed&x=1");
    EXPECT_EQ(stripped("see https://s/o/a?token=abc-def now"), "see https://s/o/a?token=removed now");
}

TEST(Strip, RemovesEveryTokenHoweverItIsSpelled) {
    EXPECT_EQ(stripped("TOKEN=secret1 Token=secret2"), "TOKEN=removed Token=removed");
    EXPECT_EQ(stripped("u%3Ftoken%3Dsecret%26a%3Db"), "u%3Ftoken%3Dremoved%26a%3Db");
    EXPECT_EQ(stripped("(https://s/o?token=secret)"), "(https://s/o?token=removed)");
}

TEST(Strip, LeavesOtherTextsAsTheyAre) {
    const std::string text = "a note with = and % but no secret";
    std::string buffer;
    EXPECT_EQ(without_tokens(text, buffer).data(), text.data());
    EXPECT_EQ(stripped("token"), "token");
    EXPECT_EQ(stripped(""), "");
}

}  // namespace
}  // namespace linesman::report
