#include "sync/api_reply.h"

#include <gtest/gtest.h>

namespace linesman::sync {
namespace {

using base::ErrorKind;

ErrorKind kind_of(int code, std::string status, std::string message) {
    return error_of_api({code, std::move(status), std::move(message)}).kind;
}

TEST(ApiReply, TheCanonicalStatusDecidesBeforeTheCodeOfHttp) {
    EXPECT_EQ(kind_of(400, "FAILED_PRECONDITION", "the stored version does not match"), ErrorKind::precondition_failed);
    EXPECT_EQ(kind_of(400, "", ""), ErrorKind::invalid_argument);
    EXPECT_EQ(kind_of(503, "", ""), ErrorKind::unavailable);
}

TEST(ApiReply, ATokenThatTheEmulatorCannotReadEndsTheSessionLikeAnyBadToken) {
    EXPECT_EQ(kind_of(400, "INVALID_ARGUMENT", "invalid jwt"), ErrorKind::unauthenticated);
    EXPECT_EQ(kind_of(401, "UNAUTHENTICATED", "Missing or invalid authentication."), ErrorKind::unauthenticated);
    EXPECT_EQ(kind_of(400, "INVALID_ARGUMENT", "Document name is not valid."), ErrorKind::invalid_argument);
}

TEST(ApiReply, AMissingIndexSaysWhatAnAdministratorDoes) {
    const auto error = error_of_api({400, "FAILED_PRECONDITION", "The query requires an index. Create it here: ..."});
    EXPECT_NE(error.what.find("deploy the project's indexes"), std::string::npos);
}

}  // namespace
}  // namespace linesman::sync
