#include "net/url.h"

#include <gtest/gtest.h>

namespace linesman::net {
namespace {

TEST(ParseUrl, SplitsTheParts) {
    const auto url = parse_url("HTTPS://Storage.Example:8443/a%2Fb/c?x=1&y=2#frag");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme, "https");
    EXPECT_EQ(url->host, "storage.example");
    EXPECT_EQ(url->port, 8443);
    EXPECT_EQ(url->path, "/a%2Fb/c");
    EXPECT_EQ(url->query, "x=1&y=2");
    EXPECT_EQ(url->origin(), "https://storage.example:8443");
    EXPECT_EQ(parse_url("http://[::1]:9/")->host, "::1");
    EXPECT_EQ(parse_url("http://[::1]")->origin(), "http://[::1]:80");
}

TEST(ParseUrl, UserInfoNeverPassesForTheHost) {
    const auto url = parse_url("https://good.example@evil.example/");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "evil.example");
    EXPECT_TRUE(url->has_user_info);
    EXPECT_EQ(parse_url("https://good.example?@evil.example/")->host, "good.example");
    EXPECT_EQ(parse_url("https://good.example#@evil.example/")->host, "good.example");
    EXPECT_FALSE(parse_url("https://good.example\\@evil.example/"));
}

TEST(ParseUrl, RefusesWhatIsNoHttpUrl) {
    for (const char* bad : {"", "ftp://a/", "http://", "http:///x", "http://a:0/", "http://a:70000/", "http://a:x/",
                            "http://a b/", "//a/", "http://[::1"}) {
        EXPECT_FALSE(parse_url(bad)) << bad;
    }
}

TEST(IsLoopback, OnlyThisMachine) {
    EXPECT_TRUE(is_loopback("localhost"));
    EXPECT_TRUE(is_loopback("127.0.0.1"));
    EXPECT_TRUE(is_loopback("::1"));
    EXPECT_FALSE(is_loopback("127.0.0.1.evil.example"));
    EXPECT_FALSE(is_loopback("10.0.0.1"));
}

TEST(UrlDecode, RefusesBrokenEscapes) {
    EXPECT_EQ(url_decode("a%2Fb+c").value(), "a/b+c");
    for (const char* bad : {"%", "%2", "%zz", "a%"}) EXPECT_FALSE(url_decode(bad)) << bad;
}

}  // namespace
}  // namespace linesman::net
