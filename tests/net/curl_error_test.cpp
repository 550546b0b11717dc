#include "net/curl_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linesman::net {
namespace {

using base::ErrorKind;
using ::testing::HasSubstr;

base::Error of(CURLcode code, bool connected = false, bool answered = false) {
    FailureFacts facts;
    facts.code = code;
    facts.host = "firestore.example";
    facts.connected = connected;
    facts.answer_began = answered;
    return error_of(facts);
}

// What may be tried again is told from what a person must mend: the outbox parks the one and goes on with the other.
TEST(CurlError, WhatTheLineDoesIsTriedAgain) {
    for (const CURLcode code :
         {CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
          CURLE_OPERATION_TIMEDOUT, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_GOT_NOTHING,
          CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_READ_ERROR}) {
        EXPECT_EQ(of(code).kind, ErrorKind::offline) << code;
        EXPECT_TRUE(of(code).retryable()) << code;
    }
    EXPECT_EQ(of(CURLE_OPERATION_TIMEDOUT, true).kind, ErrorKind::timed_out);
}

TEST(CurlError, AnAnswerThatBeganAndEndedIsACut) {
    for (const CURLcode code :
         {CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_HTTP2_STREAM, CURLE_GOT_NOTHING, CURLE_READ_ERROR})
        EXPECT_EQ(of(code, true, true).kind, ErrorKind::corrupt) << code;
    EXPECT_THAT(of(CURLE_RECV_ERROR, true, true).what, HasSubstr("cut off"));
}

TEST(CurlError, WhatAPersonMustMendSaysWhichSetting) {
    EXPECT_EQ(of(CURLE_SSL_CACERT_BADFILE).kind, ErrorKind::configuration);
    EXPECT_THAT(of(CURLE_SSL_CACERT_BADFILE).what, HasSubstr("ca_file"));
    EXPECT_EQ(of(CURLE_URL_MALFORMAT).kind, ErrorKind::configuration);
    EXPECT_EQ(of(CURLE_UNSUPPORTED_PROTOCOL).kind, ErrorKind::configuration);
    EXPECT_EQ(of(CURLE_UNSUPPORTED_PROTOCOL, true).kind, ErrorKind::corrupt) << "the server speaks something else";
    EXPECT_THAT(of(CURLE_PEER_FAILED_VERIFICATION).what, HasSubstr("portal"));
    EXPECT_THAT(of(CURLE_COULDNT_RESOLVE_PROXY).what, HasSubstr("https_proxy"));
}

TEST(CurlError, AProxyThatAsksForASignInIsToldFromOneThatRefuses) {
    FailureFacts facts;
    facts.code = CURLE_COULDNT_CONNECT;
    facts.host = "firestore.example";
    facts.proxy_status = 407;
    EXPECT_THAT(error_of(facts).what, HasSubstr("name and password"));
    facts.proxy_status = 403;
    EXPECT_THAT(error_of(facts).what, HasSubstr("refused the connection to firestore.example"));
    facts.proxy_status = 200;
    EXPECT_THAT(error_of(facts).what, HasSubstr("No connection to firestore.example"));
}

TEST(CurlError, WhatWeStoppedOurselvesNamesItsReason) {
    FailureFacts facts;
    facts.code = CURLE_ABORTED_BY_CALLBACK;
    facts.host = "firestore.example";
    const std::pair<StopReason, ErrorKind> reasons[] = {{StopReason::too_large, ErrorKind::too_large},
                                                        {StopReason::stalled, ErrorKind::timed_out},
                                                        {StopReason::receiver_stopped, ErrorKind::cancelled}};
    for (const auto& [reason, kind] : reasons) {
        facts.stopped = reason;
        EXPECT_EQ(error_of(facts).kind, kind);
        EXPECT_THAT(error_of(facts).what, HasSubstr("firestore.example"));
        EXPECT_THAT(error_of(facts).detail, HasSubstr("libcurl"));
    }
}

}  // namespace
}  // namespace linesman::net
