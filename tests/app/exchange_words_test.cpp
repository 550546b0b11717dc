#include "app/exchange_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linesman::app {
namespace {

using base::ErrorKind;
using testing::HasSubstr;
using testing::Not;

base::Error of(ErrorKind kind) {
    return base::make_error(kind, "It went wrong.");
}

TEST(ExchangeWords, NoErrorOfTheExchangeSendsAPersonToThePassword) {
    for (int i = 0; i <= static_cast<int>(ErrorKind::unsupported); ++i) {
        const auto cure = cure_for(of(static_cast<ErrorKind>(i)));
        EXPECT_NE(cure, "") << i;
        EXPECT_THAT(cure, Not(HasSubstr("password"))) << i;
    }
    EXPECT_THAT(cure_for(of(ErrorKind::permission_denied)), HasSubstr("role"));
    EXPECT_THAT(cure_for(of(ErrorKind::unavailable)), HasSubstr("by itself"));
    EXPECT_THAT(cure_for(of(ErrorKind::invalid_argument)), Not(HasSubstr("by itself")));
}

TEST(ExchangeWords, ASignInIsNotTriedAgainByItselfAndIsNotAboutRoles) {
    for (int i = 0; i <= static_cast<int>(ErrorKind::unsupported); ++i) {
        const auto cure = cure_for_sign_in(of(static_cast<ErrorKind>(i)));
        EXPECT_THAT(cure, Not(HasSubstr("by itself"))) << i;
        EXPECT_THAT(cure, Not(HasSubstr("role"))) << i;
    }
    EXPECT_THAT(cure_for_sign_in(of(ErrorKind::offline)), HasSubstr("sign in again"));
    EXPECT_EQ(cure_for_sign_in(of(ErrorKind::rate_limited)), "") << "the words of the refusal say how long to wait";
}

}  // namespace
}  // namespace linesman::app
