#include "cli/exit_codes.h"

#include <gtest/gtest.h>

namespace linesman::cli {
namespace {

using base::ErrorKind;

TEST(ExitCodes, StayAsScriptsKnowThem) {
    EXPECT_EQ(kOk, 0);
    EXPECT_EQ(kFindings, 1);
    EXPECT_EQ(kUsage, 2);
    EXPECT_EQ(exit_code(ErrorKind::offline), 69);
    EXPECT_EQ(exit_code(ErrorKind::permission_denied), 77);
    EXPECT_EQ(exit_code(ErrorKind::unauthenticated), 77);
    EXPECT_EQ(exit_code(ErrorKind::configuration), 78);
    EXPECT_EQ(exit_code(ErrorKind::invalid_argument), 2);
    EXPECT_EQ(exit_code(ErrorKind::not_found), 1);
}

TEST(ExitCodes, WhatMaySucceedLaterSaysSo) {
    for (int i = 0; i <= static_cast<int>(ErrorKind::unsupported); ++i) {
        const auto kind = static_cast<ErrorKind>(i);
        const int code = exit_code(kind);
        EXPECT_NE(code, kOk) << base::name_of(kind);
        // Without a session a retry is pointless to a script until somebody signs in.
        if (!base::is_retryable(kind) || kind == ErrorKind::unauthenticated) continue;
        EXPECT_TRUE(code == kTryLater || code == kOffline) << base::name_of(kind);
    }
}

}  // namespace
}  // namespace linesman::cli
