#include "sync/google_sign_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>

#include "net/url.h"
#include "support/test_server.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using test::TestReply;
using test::TestRequest;
using test::TestServer;
using ::testing::HasSubstr;

std::map<std::string, std::string> fields_of(std::string_view query) {
    std::map<std::string, std::string> out;
    while (!query.empty()) {
        const size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        const size_t equals = pair.find('=');
        out[std::string(pair.substr(0, equals))] = net::url_decode(pair.substr(equals + 1)).value_or("?");
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    }
    return out;
}

class GoogleSignInTest : public ::testing::Test {
  protected:
    GoogleClient client() {
        GoogleClient c;
        c.client_id = "client one";
        c.client_secret = "s";
        c.token_url = google.url("/token");
        return c;
    }
    // The browser: what it visits after the person agreed, given the fields of the authorization address.
    using Browser = std::function<std::vector<std::string>(std::map<std::string, std::string>)>;
    base::Result<std::string> run(GoogleClient c, const Browser& browser) {
        std::promise<base::Result<std::string>> promise;
        std::vector<net::Call> visits;
        net::Call call;
        queue.post([&] {
            call = google_sign_in(
                c, *http, queue,
                [&](const std::string& url) -> base::Status {
                    asked = fields_of(net::parse_url(url)->query);
                    for (const auto& target : browser(asked)) {
                        net::Request request;
                        request.url = target;
                        visits.push_back(http->send(request, queue, [&](base::Result<net::Response> r) {
                            if (r) pages.push_back(std::to_string(r->status) + " " + r->body);
                        }));
                    }
                    return {};
                },
                [&](base::Result<std::string> r) { promise.set_value(std::move(r)); });
        });
        auto result = promise.get_future().get();
        std::promise<void> ended;
        queue.post([&] {
            call.cancel();
            visits.clear();
            ended.set_value();
        });
        ended.get_future().wait();
        return result;
    }

    TestReply token_reply{.body = R"({"id_token":"google-token"})"};
    TestServer google{[this](const TestRequest&) { return token_reply; }};
    base::ThreadQueue queue{"test"};
    std::unique_ptr<net::Http> http = net::make_http({});
    std::map<std::string, std::string> asked;
    std::vector<std::string> pages;
};

TEST_F(GoogleSignInTest, CodeIsTradedWithTheVerifierOfTheChallenge) {
    const auto result =
        run(client(), [](auto f) { return std::vector{f["redirect_uri"] + "/?state=" + f["state"] + "&code=c%2F1"}; });
    ASSERT_TRUE(result.ok()) << result.error().full();
    EXPECT_EQ(*result, "google-token");
    EXPECT_EQ(asked["client_id"], "client one");
    EXPECT_EQ(asked["code_challenge_method"], "S256");
    EXPECT_THAT(asked["redirect_uri"], ::testing::StartsWith("http://127.0.0.1:"));
    auto sent = fields_of(google.requests().at(0).body);
    EXPECT_EQ(sent["code"], "c/1");
    EXPECT_EQ(pkce_challenge(sent["code_verifier"]), asked["code_challenge"]);
    EXPECT_EQ(sent["redirect_uri"], asked["redirect_uri"]);
    EXPECT_EQ(google.requests().at(0).header("content-type"), "application/x-www-form-urlencoded");
}

TEST_F(GoogleSignInTest, WrongStateIsIgnoredAndTheRightOneStillWorks) {
    const auto result = run(client(), [](auto f) {
        return std::vector{f["redirect_uri"] + "/?state=forged&code=evil", f["redirect_uri"] + "/favicon.ico",
                           f["redirect_uri"] + "/?state=" + f["state"] + "&code=good"};
    });
    ASSERT_TRUE(result.ok());
    ASSERT_EQ(google.requests().size(), 1U);
    EXPECT_EQ(fields_of(google.requests()[0].body)["code"], "good");
}

TEST_F(GoogleSignInTest, DeclinedInTheBrowser) {
    const auto result = run(client(), [](auto f) {
        return std::vector{f["redirect_uri"] + "/?state=" + f["state"] + "&error=access_denied"};
    });
    EXPECT_EQ(result.error().kind, ErrorKind::permission_denied);
}

TEST_F(GoogleSignInTest, RefusedCodeMissingClientAndTimeout) {
    const auto agree = [](auto f) { return std::vector{f["redirect_uri"] + "/?state=" + f["state"] + "&code=c"}; };
    token_reply = {.status = 400, .body = R"({"error":"invalid_grant","error_description":"Bad"})"};
    EXPECT_EQ(run(client(), agree).error().kind, ErrorKind::configuration);
    token_reply = {.status = 503, .body = "busy"};
    EXPECT_EQ(run(client(), agree).error().kind, ErrorKind::unavailable);
    EXPECT_EQ(run({}, agree).error().kind, ErrorKind::configuration);
    GoogleClient hasty = client();
    hasty.timeout = base::milliseconds(20);
    EXPECT_EQ(run(hasty, [](auto) { return std::vector<std::string>(); }).error().kind, ErrorKind::timed_out);
}

TEST(PkceChallenge, MatchesTheExampleOfRfc7636) {
    EXPECT_EQ(pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

}  // namespace
}  // namespace linesman::sync
