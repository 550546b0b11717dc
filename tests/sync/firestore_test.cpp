#include "sync/firestore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_http.h"
#include "sync/api_reply.h"
#include "sync/endpoints.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using base::Json;
using test::reply;
using ::testing::HasSubstr;

class CountingTokens final : public TokenSource {
  public:
    std::string text = "t1";
    int asked = 0;
    int forced = 0;
    std::optional<base::Error> error;
    void token(bool force_refresh, base::Queue& queue, std::function<void(base::Result<std::string>)> done) override {
        ++asked;
        if (force_refresh) {
            ++forced;
            text = "t2";
        }
        queue.post([this, done = std::move(done)] {
            done(error ? base::Result<std::string>(*error) : base::Result<std::string>(text));
        });
    }
};

class FirestoreTest : public ::testing::Test {
  protected:
    Endpoints endpoints() {
        Endpoints e;
        e.project_id = "demo";
        return e;
    }
    base::Result<std::string> query(const net::Response& answer) {
        http.script.push_back(answer);
        return query();
    }
    base::Result<std::string> query() {
        base::Result<std::string> out = base::make_error(ErrorKind::internal, "no answer came");
        const net::Call call =
            firestore->run_query(Json{{"limit", 1}}, "", [&](base::Result<std::string> r) { out = std::move(r); });
        queue.run_ready();
        return out;
    }
    base::Result<CommitReply> commit(Json writes) {
        base::Result<CommitReply> out = base::make_error(ErrorKind::internal, "no answer came");
        const net::Call call =
            firestore->commit(std::move(writes), [&](base::Result<CommitReply> r) { out = std::move(r); });
        queue.run_ready();
        return out;
    }
    ErrorKind kind_of(int status, const std::string& body, const std::string& type = "application/json") {
        const auto result = query(reply(status, body, {{"Content-Type", type}}));
        EXPECT_FALSE(result.ok());
        return result.ok() ? ErrorKind::cancelled : result.error().kind;
    }
    static Json one_write() { return Json::array({{{"delete", "projects/demo/databases/(default)/documents/a/b"}}}); }

    base::ManualClock clock;
    base::ManualQueue queue{clock};
    test::FakeHttp http;
    CountingTokens tokens;
    std::unique_ptr<Firestore> firestore = make_firestore(endpoints(), http, tokens, queue);
};

std::string refusal(int code, const std::string& status) {
    return R"({"error":{"code":)" + std::to_string(code) + R"(,"message":"m","status":")" + status + "\"}}";
}

TEST_F(FirestoreTest, QuerySendsTokenAndRoutingHeaders) {
    ASSERT_TRUE(query(reply(200, R"([{"readTime":"2026-01-01T00:00:00Z"}])")).ok());
    const auto& sent = http.requests.at(0);
    EXPECT_EQ(sent.method, "POST");
    EXPECT_EQ(sent.url, "https://firestore.googleapis.com/v1/projects/demo/databases/(default)/documents:runQuery");
    EXPECT_THAT(sent.headers, ::testing::Contains(std::pair<std::string, std::string>("Authorization", "Bearer t1")));
    EXPECT_THAT(sent.headers, ::testing::Contains(std::pair<std::string, std::string>(
                                  "google-cloud-resource-prefix", "projects/demo/databases/(default)")));
    EXPECT_THAT(sent.headers,
                ::testing::Contains(std::pair<std::string, std::string>("x-goog-request-params", "project_id=demo")));
    EXPECT_EQ(sent.body, R"({"structuredQuery":{"limit":1}})");
}

TEST_F(FirestoreTest, EmptyTokenSendsNoAuthorization) {
    tokens.text.clear();
    ASSERT_TRUE(query(reply(200, "[{}]")).ok());
    for (const auto& [name, value] : http.requests.at(0).headers) EXPECT_NE(name, "Authorization");
}

TEST_F(FirestoreTest, StatusNameDecidesNotTheHttpCode) {
    EXPECT_EQ(kind_of(409, refusal(409, "ALREADY_EXISTS")), ErrorKind::already_exists);
    EXPECT_EQ(kind_of(409, refusal(409, "ABORTED")), ErrorKind::aborted);
    EXPECT_EQ(kind_of(400, refusal(400, "FAILED_PRECONDITION")), ErrorKind::precondition_failed);
    EXPECT_EQ(kind_of(400, refusal(400, "INVALID_ARGUMENT")), ErrorKind::invalid_argument);
    EXPECT_EQ(kind_of(403, "[" + refusal(403, "PERMISSION_DENIED") + "]"), ErrorKind::permission_denied);
    EXPECT_EQ(kind_of(404, refusal(404, "NOT_FOUND")), ErrorKind::not_found);
    EXPECT_EQ(kind_of(429, refusal(429, "RESOURCE_EXHAUSTED")), ErrorKind::rate_limited);
    EXPECT_EQ(kind_of(504, refusal(504, "DEADLINE_EXCEEDED")), ErrorKind::timed_out);
    EXPECT_EQ(kind_of(500, refusal(500, "INTERNAL")), ErrorKind::internal);
    EXPECT_EQ(kind_of(501, refusal(501, "UNIMPLEMENTED")), ErrorKind::unsupported);
}

TEST_F(FirestoreTest, ErrorAtTheEndOfASuccessfulArrayIsAnError) {
    const auto result =
        query(reply(200, R"([{"document":{"name":"x"}},{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}])"));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
}

TEST_F(FirestoreTest, AFieldNamedErrorIsNoError) {
    EXPECT_TRUE(query(reply(200, R"([{"document":{"name":"x","fields":{"error":{"stringValue":"error"}}}}])")).ok());
}

TEST_F(FirestoreTest, RetryAfterIsHandedOn) {
    const auto result = query(reply(503, refusal(503, "UNAVAILABLE"), {{"Retry-After", "12"}}));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().retry_after_s, 12);
}

TEST_F(FirestoreTest, PortalsProxiesAndRedirectsAreOfflineInWords) {
    const std::string html = "<html>Welcome to the hotel</html>";
    for (const int status : {200, 302, 403, 404, 407}) {
        const auto result = query(reply(status, html, {{"Content-Type", "text/html"}}));
        ASSERT_FALSE(result.ok()) << status;
        EXPECT_EQ(result.error().kind, ErrorKind::offline) << status;
        EXPECT_THAT(result.error().what, ::testing::AnyOf(HasSubstr("portal"), HasSubstr("proxy")));
    }
    EXPECT_EQ(kind_of(503, html, "text/html"), ErrorKind::unavailable) << "a gateway's own page";
    EXPECT_EQ(kind_of(502, html, "text/html"), ErrorKind::unavailable);
}

TEST_F(FirestoreTest, RefusedTokenIsRefreshedOnceForReadsAndCommits) {
    http.script = {reply(401, refusal(401, "UNAUTHENTICATED")), reply(200, "[{}]")};
    EXPECT_TRUE(query().ok());
    EXPECT_EQ(tokens.forced, 1);
    http.script = {reply(401, refusal(401, "UNAUTHENTICATED")),
                   reply(200, R"({"commitTime":"T","writeResults":[{"updateTime":"U"}]})")};
    const auto done = commit(one_write());
    ASSERT_TRUE(done.ok());
    EXPECT_EQ(done->commit_time, "T");
    EXPECT_THAT(done->update_times, ::testing::ElementsAre("U"));
    EXPECT_EQ(tokens.forced, 2);
    EXPECT_THAT(http.requests.back().headers,
                ::testing::Contains(std::pair<std::string, std::string>("Authorization", "Bearer t2")));
}

TEST_F(FirestoreTest, ASecondRefusalIsFinal) {
    http.script = {reply(401, refusal(401, "UNAUTHENTICATED")), reply(401, refusal(401, "UNAUTHENTICATED"))};
    const auto result = query();
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::unauthenticated);
    EXPECT_EQ(http.requests.size(), 2U);
}

TEST_F(FirestoreTest, NothingElseIsRetried) {
    http.script = {reply(503, refusal(503, "UNAVAILABLE"))};
    EXPECT_FALSE(query().ok());
    EXPECT_EQ(http.requests.size(), 1U);
}

TEST_F(FirestoreTest, FailedTokenSendsNothing) {
    tokens.error = base::make_error(ErrorKind::unauthenticated, "Sign in.");
    const auto result = query();
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().what, "Sign in.");
    EXPECT_TRUE(http.requests.empty());
}

TEST_F(FirestoreTest, CutReplyIsOfflineSinceItMaySucceedAgain) {
    http.script.push_back(base::make_error(ErrorKind::corrupt, "cut"));
    EXPECT_EQ(query().error().kind, ErrorKind::offline);
}

TEST_F(FirestoreTest, OversizedCommitIsRefusedBeforeSending) {
    Json many = Json::array();
    for (int i = 0; i < 501; ++i) many.push_back({{"delete", "x"}});
    EXPECT_EQ(commit(many).error().kind, ErrorKind::too_large);
    const Json fat = Json::array({{{"delete", std::string(5 << 20, 'x')}}});
    EXPECT_EQ(commit(fat).error().kind, ErrorKind::too_large);
    EXPECT_EQ(commit(Json::array()).error().kind, ErrorKind::invalid_argument);
    EXPECT_TRUE(http.requests.empty());
}

TEST_F(FirestoreTest, UnreadableCommitAnswerIsCorrupt) {
    http.script = {reply(200, R"({"commitTime":)")};
    EXPECT_EQ(commit(one_write()).error().kind, ErrorKind::corrupt);
    http.script = {reply(200, "{}")};
    EXPECT_EQ(commit(one_write()).error().kind, ErrorKind::corrupt);
}

TEST_F(FirestoreTest, CountReadsBothNumberShapes) {
    for (const std::string value : {R"("2500")", "2500"}) {
        http.script = {reply(
            200, R"([{"result":{"aggregateFields":{"count":{"integerValue":)" + value + R"(}}},"readTime":"R"}])")};
        base::Result<CountReply> out = base::make_error(ErrorKind::internal, "");
        const net::Call call =
            firestore->count(Json::object(), "RT", [&](base::Result<CountReply> r) { out = std::move(r); });
        queue.run_ready();
        ASSERT_TRUE(out.ok());
        EXPECT_EQ(out->count, 2500);
        EXPECT_EQ(out->read_time, "R");
    }
    EXPECT_EQ(firestore->usage().documents_read, 6U) << "one read per thousand entries";
    EXPECT_THAT(http.requests.back().body, HasSubstr(R"("readTime":"RT")"));
}

TEST_F(FirestoreTest, BatchGetBoundsItsNames) {
    base::Result<std::string> out = base::make_error(ErrorKind::internal, "");
    const net::Call call = firestore->batch_get(std::vector<std::string>(301, "n"), {}, "",
                                                [&](base::Result<std::string> r) { out = std::move(r); });
    EXPECT_EQ(out.error().kind, ErrorKind::internal) << "not answered from within the call";
    queue.run_ready();
    EXPECT_EQ(out.error().kind, ErrorKind::invalid_argument);
}

TEST_F(FirestoreTest, UsageCountsDocumentsRequestsAndWrites) {
    (void)query(reply(
        200,
        R"([{"document":{"name":"a"}},{"document" : {"name":"b","fields":{"document":{"stringValue":"\"document\":"}}}},{"readTime":"x"}])"));
    (void)query(reply(200, R"([{"readTime":"x"}])"));
    http.script = {reply(200, R"({"commitTime":"T"})")};
    ASSERT_TRUE(commit(one_write()).ok());
    const Usage usage = firestore->usage();
    EXPECT_EQ(usage.requests, 3U);
    EXPECT_EQ(usage.documents_written, 1U);
    EXPECT_GE(usage.documents_read, 3U);
    EXPECT_GT(usage.bytes_received, 0U);
}

TEST_F(FirestoreTest, DroppedCallIsNeverAnswered) {
    {
        http.script = {reply(200, "[{}]")};
        const net::Call call =
            firestore->run_query(Json::object(), "", [](base::Result<std::string>) { ADD_FAILURE(); });
    }
    queue.run_ready();
    {
        const net::Call call = firestore->commit(Json::array(), [](base::Result<CommitReply>) { ADD_FAILURE(); });
    }
    queue.run_ready();
}

TEST_F(FirestoreTest, HandleMayOutliveTheClient) {
    http.script = {reply(200, "[{}]")};
    bool answered = false;
    const net::Call call =
        firestore->run_query(Json::object(), "", [&](base::Result<std::string>) { answered = true; });
    firestore.reset();
    queue.run_ready();
    EXPECT_TRUE(answered);
}

TEST(CheckEndpoints, PlainHttpOnlyOnThisMachine) {
    Endpoints e;
    EXPECT_EQ(check_endpoints(e).error().kind, ErrorKind::configuration) << "no project";
    e.project_id = "demo";
    EXPECT_TRUE(check_endpoints(e).ok());
    e.firestore = "http://127.0.0.1:8080";
    EXPECT_TRUE(check_endpoints(e).ok());
    for (const std::string bad :
         {"http://10.0.0.4:8080", "http://127.0.0.1.evil.example", "firestore", "https://a@b", "https://host/path"}) {
        e.firestore = bad;
        EXPECT_FALSE(check_endpoints(e).ok()) << bad;
    }
}

}  // namespace
}  // namespace linesman::sync
