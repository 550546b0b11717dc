#include "net/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <future>

#include "support/test_server.h"

namespace linesman::net {
namespace {

using base::ErrorKind;
using test::Fault;
using test::TestReply;
using test::TestRequest;
using test::TestServer;

class HttpTest : public ::testing::Test {
  protected:
    Request get(const TestServer& server, const std::string& path = "/") {
        Request request;
        request.url = server.url(path);
        return request;
    }
    base::Result<Response> fetch(Request request, Http* with = nullptr) {
        std::promise<base::Result<Response>> promise;
        auto future = promise.get_future();
        const Call call =
            (with != nullptr ? *with : *http_).send(std::move(request), queue_, [&](base::Result<Response> r) {
                EXPECT_TRUE(queue_.on_queue());
                promise.set_value(std::move(r));
            });
        return future.get();
    }
    ErrorKind kind_for(TestReply reply) {
        TestServer server([&](const TestRequest&) { return reply; });
        const auto result = fetch(get(server));
        EXPECT_FALSE(result.ok());
        if (result) return ErrorKind::internal;
        EXPECT_FALSE(result.error().what.empty());
        EXPECT_EQ(result.error().full().find("secret"), std::string::npos);
        return result.error().kind;
    }

    base::ThreadQueue queue_{"test"};
    std::unique_ptr<Http> http_ = make_http({});
};

// A gzip stream of `runs` × 258 zero bytes: one literal, then length/distance pairs in a fixed-Huffman block (RFC
// 1951).
std::string gzip_bomb(size_t runs) {
    std::string out("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
    uint32_t bits = 0;
    int filled = 0;
    const auto put = [&](uint32_t value, int count) {
        for (int i = 0; i < count; ++i) {
            bits |= ((value >> i) & 1U) << filled;
            if (++filled == 8) {
                out += static_cast<char>(bits);
                bits = 0;
                filled = 0;
            }
        }
    };
    put(1, 1);           // last block
    put(1, 2);           // fixed Huffman
    put(0b00001100, 8);  // literal 0 = 00110000, most significant bit first
    for (size_t i = 0; i < runs; ++i) {
        put(0b10100011, 8);  // length 258 = 11000101
        put(0, 5);           // distance 1
    }
    put(0, 7);  // end of block
    if (filled > 0) out += static_cast<char>(bits);
    return out;
}

TEST_F(HttpTest, AnswerHasStatusHeadersAndBody) {
    TestServer server([](const TestRequest&) {
        return TestReply{404, {{"Content-Type", "text/plain"}, {"X-Thing", " a:b "}}, "gone"};
    });
    const auto result = fetch(get(server, "/a?b=c"));
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->status, 404);
    EXPECT_EQ(result->header("x-thing"), "a:b");
    EXPECT_EQ(result->body, "gone");
    EXPECT_EQ(server.requests().at(0).target, "/a?b=c");
}

TEST_F(HttpTest, PostSendsBodyWithJsonContentTypeAndNoExpect) {
    TestServer server([](const TestRequest&) { return TestReply{}; });
    Request request = get(server);
    request.method = "POST";
    request.body = std::string(200'000, 'x');
    request.headers = {{"Authorization", "Bearer abc"}};
    ASSERT_TRUE(fetch(request).ok());
    const TestRequest seen = server.requests().at(0);
    EXPECT_EQ(seen.method, "POST");
    EXPECT_EQ(seen.body.size(), 200'000U);
    EXPECT_EQ(seen.header("content-type"), "application/json");
    EXPECT_EQ(seen.header("authorization"), "Bearer abc");
    EXPECT_EQ(seen.header("expect"), "");
}

TEST_F(HttpTest, OwnContentTypeWinsAndOtherMethodsArrive) {
    TestServer server([](const TestRequest&) { return TestReply{}; });
    for (const std::string method : {"PATCH", "PUT", "DELETE", "POST"}) {
        Request request = get(server);
        request.method = method;
        request.headers = {{"content-type", "text/x"}};
        ASSERT_TRUE(fetch(request).ok()) << method;
        EXPECT_EQ(server.requests().back().method, method);
        EXPECT_EQ(server.requests().back().header("content-type"), "text/x");
    }
}

TEST_F(HttpTest, ConnectionIsKeptAliveBetweenRequests) {
    TestServer server([](const TestRequest&) { return TestReply{}; });
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(fetch(get(server)).ok());
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpTest, RedirectIsAnAnswerAndNotFollowed) {
    TestServer server([](const TestRequest&) {
        return TestReply{302, {{"Location", "http://127.0.0.1:1/login"}}, ""};
    });
    const auto result = fetch(get(server));
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->status, 302);
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(HttpTest, NothingListeningIsOffline) {
    std::string url;
    {
        url = TestServer([](const TestRequest&) { return TestReply{}; }).url("/?token=secret");
    }
    Request request;
    request.url = url;
    const auto result = fetch(request);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::offline);
    EXPECT_EQ(result.error().full().find("secret"), std::string::npos);
}

TEST_F(HttpTest, ResetOrCloseBeforeAnAnswerIsOffline) {
    EXPECT_EQ(kind_for({.fault = Fault::reset}), ErrorKind::offline);
    EXPECT_EQ(kind_for({.fault = Fault::close}), ErrorKind::offline);
}

TEST_F(HttpTest, CutBodyIsCorruptHoweverItIsCut) {
    const std::string body(100'000, 'a');
    EXPECT_EQ(kind_for({.body = body, .fault = Fault::cut_body, .keep = 5000}), ErrorKind::corrupt);
    EXPECT_EQ(kind_for({.body = body, .fault = Fault::cut_body, .keep = 5000, .chunked = true}), ErrorKind::corrupt);
    EXPECT_EQ(kind_for({.body = body, .fault = Fault::reset_body, .keep = 5000}), ErrorKind::corrupt);
}

TEST_F(HttpTest, SomethingThatIsNoHttpIsCorrupt) {
    EXPECT_EQ(kind_for({.body = "220 mail.example ESMTP\r\n", .fault = Fault::raw}), ErrorKind::corrupt);
}

TEST_F(HttpTest, SlowAnswerTimesOut) {
    TestServer server([](const TestRequest&) { return TestReply{.fault = Fault::hold}; });
    Request request = get(server);
    request.timeout = base::milliseconds(80);
    const auto result = fetch(request);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::timed_out);
}

TEST_F(HttpTest, StalledBodyTimesOutLongBeforeTheWholeTimeout) {
    TestServer server([](const TestRequest&) {
        return TestReply{.body = std::string(1000, 'x'), .fault = Fault::hold_body, .keep = 10};
    });
    Request request = get(server);
    request.timeout = base::hours(1);
    request.stall_timeout = base::milliseconds(80);
    const auto result = fetch(request);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::timed_out);
    EXPECT_THAT(result.error().what, ::testing::HasSubstr("stalled"));
}

TEST_F(HttpTest, BodyOverTheLimitIsTooLargeAnnouncedOrNot) {
    for (const bool chunked : {false, true}) {
        TestServer server(
            [&](const TestRequest&) { return TestReply{.body = std::string(50'000, 'x'), .chunked = chunked}; });
        Request request = get(server);
        request.max_body_bytes = 10'000;
        const auto result = fetch(request);
        ASSERT_FALSE(result.ok());
        EXPECT_EQ(result.error().kind, ErrorKind::too_large);
        request.max_body_bytes = 50'000;
        EXPECT_TRUE(fetch(request).ok());
    }
}

TEST_F(HttpTest, GzipIsDecodedAndABombIsTooLarge) {
    TestServer server([](const TestRequest& r) {
        return TestReply{200, {{"Content-Encoding", "gzip"}}, gzip_bomb(r.target == "/bomb" ? 200'000 : 3)};
    });
    // The little stream lacks the gzip trailer on purpose here too: what counts is that its bytes are counted after
    // decompression.
    Request bomb = get(server, "/bomb");
    bomb.max_body_bytes = 1 << 20;
    const auto result = fetch(bomb);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::too_large);
    EXPECT_EQ(server.requests().at(0).header("accept-encoding"), "gzip");
    Request plain = get(server, "/small");
    plain.accept_gzip = false;
    const auto stored = fetch(plain);
    ASSERT_TRUE(stored.ok());
    EXPECT_EQ(stored->body, gzip_bomb(3)) << "without accept_gzip the stored bytes arrive as they are";
}

TEST_F(HttpTest, DamagedGzipIsCorrupt) {
    EXPECT_EQ(kind_for({200, {{"Content-Encoding", "gzip"}}, "this is not gzip at all"}), ErrorKind::corrupt);
}

TEST_F(HttpTest, StreamedBodyArrivesInPiecesAndErrorBodiesAreCollected) {
    TestServer server([](const TestRequest& r) {
        return TestReply{.status = r.target == "/no" ? 403 : 200, .body = std::string(30'000, 'z'), .chunked = true};
    });
    std::atomic<size_t> seen = 0;
    Request request = get(server);
    request.on_data = [&](std::string_view bytes) {
        seen += bytes.size();
        return true;
    };
    auto result = fetch(request);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(seen, 30'000U);
    EXPECT_TRUE(result->body.empty());
    seen = 0;
    request.url = server.url("/no");
    result = fetch(request);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(seen, 0U);
    EXPECT_EQ(result->body.size(), 30'000U);
}

TEST_F(HttpTest, ReceiverMayStopAStream) {
    TestServer server([](const TestRequest&) { return TestReply{.body = std::string(500'000, 'z')}; });
    Request request = get(server);
    request.on_data = [](std::string_view) { return false; };
    const auto result = fetch(request);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
}

TEST_F(HttpTest, BadUrlsAndHeadersAreConfigurationErrors) {
    for (const std::string url : {"", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:99999/", "http://a b/",
                                  "file:///etc/passwd", "http://me:pw@127.0.0.1/"}) {
        Request request;
        request.url = url;
        const auto result = fetch(request);
        ASSERT_FALSE(result.ok()) << url;
        EXPECT_EQ(result.error().kind, ErrorKind::configuration) << url;
    }
    Request request;
    request.url = "http://127.0.0.1:1/";
    request.headers = {{"X-A", "b\r\nX-Evil: 1"}};
    const auto result = fetch(request);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::configuration);
}

TEST_F(HttpTest, UnreadableCaFileIsSaidAndNothingIsSent) {
    TestServer server([](const TestRequest&) { return TestReply{}; });
    const auto http = make_http({.ca_file = "/nonexistent/ca.pem"});
    const auto result = fetch(get(server), http.get());
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::configuration);
    EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpTest, PlainServerBehindHttpsIsOfflineNotAHang) {
    TestServer server([](const TestRequest&) { return TestReply{}; });
    Request request;
    request.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
    // The server waits for the end of a request line that never comes, so it is the client that must notice.
    request.timeout = base::milliseconds(300);
    request.connect_timeout = base::milliseconds(300);
    const auto result = fetch(request);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::offline);
}

TEST_F(HttpTest, DroppedCallNeverCallsBack) {
    TestServer server([](const TestRequest&) { return TestReply{}; });
    std::atomic<int> calls = 0;
    for (int i = 0; i < 50; ++i) {
        std::promise<void> dropped;
        queue_.post([&] {  // dropped on the queue's thread, before or after the answer arrived
            auto call = std::make_shared<Call>();
            *call = http_->send(get(server), queue_, [&](base::Result<Response>) { ++calls; });
            if (i % 2 == 1) server.wait_for_requests(static_cast<size_t>(i / 2 + 1));
            call->cancel();
            dropped.set_value();
        });
        dropped.get_future().wait();
    }
    ASSERT_TRUE(fetch(get(server)).ok());
    EXPECT_EQ(calls, 0);
}

TEST_F(HttpTest, DroppedCallEndsAHeldTransfer) {
    TestServer server([](const TestRequest&) { return TestReply{.fault = Fault::hold}; });
    Call call = http_->send(get(server), queue_, [](base::Result<Response>) { ADD_FAILURE(); });
    server.wait_for_requests(1);
    call.cancel();
    server.release();
    ASSERT_TRUE(fetch(get(server)).ok());
}

TEST_F(HttpTest, DestructionAnswersCancelledToWhoStillListens) {
    TestServer server([](const TestRequest&) { return TestReply{.fault = Fault::hold}; });
    std::promise<base::Result<Response>> promise;
    const Call call =
        http_->send(get(server), queue_, [&](base::Result<Response> r) { promise.set_value(std::move(r)); });
    server.wait_for_requests(1);
    http_.reset();
    const auto result = promise.get_future().get();
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::cancelled);
}

TEST_F(HttpTest, HandleMayOutliveTheHttp) {
    TestServer server([](const TestRequest&) { return TestReply{.fault = Fault::hold}; });
    Call call = http_->send(get(server), queue_, [](base::Result<Response>) {});
    http_.reset();
    call.cancel();
}

TEST_F(HttpTest, PrefetchWaitsBehindWhatIsOnTheScreen) {
    std::mutex mutex;
    std::vector<std::string> order;
    TestServer server([&](const TestRequest& r) {
        const std::lock_guard lock(mutex);
        order.push_back(r.target);
        return TestReply{.fault = r.target == "/first" ? Fault::hold : Fault::none};
    });
    const auto http = make_http({.max_connections_per_host = 1});
    std::promise<void> all;
    std::atomic<int> left = 5;
    std::vector<Call> calls;
    const auto send = [&](const std::string& path, bool prefetch) {
        Request request = get(server, path);
        request.prefetch = prefetch;
        calls.push_back(http->send(request, queue_, [&](base::Result<Response>) {
            if (--left == 0) all.set_value();
        }));
    };
    send("/first", false);
    server.wait_for_requests(1);
    send("/p1", true);
    send("/p2", true);
    send("/s1", false);
    send("/s2", false);
    server.release();
    all.get_future().wait();
    EXPECT_THAT(order, ::testing::ElementsAre("/first", "/s1", "/s2", "/p1", "/p2"));
    EXPECT_EQ(server.connections(), 1U);
}

TEST_F(HttpTest, RequestsInFlightPerHostAreBoundedButStreamsAreNot) {
    TestServer server(
        [](const TestRequest& r) { return TestReply{.fault = r.target == "/last" ? Fault::none : Fault::hold}; });
    const auto http = make_http({.max_connections_per_host = 2});
    std::promise<void> all;
    std::atomic<int> left = 8;
    std::vector<Call> calls;
    for (int i = 0; i < 8; ++i) {
        Request request = get(server, i < 6 ? "/r" : "/stream");
        if (i >= 6) request.timeout = {};
        calls.push_back(http->send(request, queue_, [&](base::Result<Response>) {
            if (--left == 0) all.set_value();
        }));
    }
    server.wait_for_requests(4);
    EXPECT_EQ(server.connections(), 4U) << "two requests and two streams";
    server.release();
    all.get_future().wait();
    EXPECT_LE(server.connections(), 5U);
}

TEST_F(HttpTest, ObserverSeesAnswersAndFailures) {
    std::mutex mutex;
    std::vector<Sample> samples;
    const auto http = make_http({.observe = [&](const Sample& s) {
        const std::lock_guard lock(mutex);
        samples.push_back(s);
    }});
    std::string dead;
    {
        TestServer server(
            [](const TestRequest&) { return TestReply{.status = 503, .body = std::string(10'000, 'x')}; });
        ASSERT_TRUE(fetch(get(server), http.get()).ok());
        dead = server.url();
    }
    Request request;
    request.url = dead;
    ASSERT_FALSE(fetch(request, http.get()).ok());
    const std::lock_guard lock(mutex);
    ASSERT_EQ(samples.size(), 2U);
    EXPECT_TRUE(samples[0].answered);
    EXPECT_TRUE(samples[0].server_busy);
    EXPECT_EQ(samples[0].bytes, 10'000U);
    EXPECT_FALSE(samples[1].answered);
}

TEST_F(HttpTest, ProxyOfTheEnvironmentIsUsedAndItsRefusalIsSaid) {
    TestServer proxy([](const TestRequest&) { return TestReply{.status = 407, .body = "no"}; });
    setenv("https_proxy", proxy.url().c_str(), 1);
    Request request;
    request.url = "https://firestore.invalid/v1/x";
    const auto result = fetch(request);
    unsetenv("https_proxy");
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().kind, ErrorKind::offline);
    EXPECT_THAT(result.error().what, ::testing::HasSubstr("proxy"));
    EXPECT_EQ(proxy.requests().at(0).method, "CONNECT");
}

TEST(Response, RetryAfterReadsSecondsAndDates) {
    Response response;
    EXPECT_EQ(response.retry_after_s(), 0);
    response.headers = {{"retry-after", "7"}};
    EXPECT_EQ(response.retry_after_s(), 7);
    response.headers = {{"Retry-After", "Wed, 21 Oct 2026 07:28:30 GMT"}, {"Date", "Wed, 21 Oct 2026 07:28:00 GMT"}};
    EXPECT_EQ(response.retry_after_s(), 30);
    response.headers = {{"Retry-After", "soon"}};
    EXPECT_EQ(response.retry_after_s(), 0);
    response.headers = {{"Retry-After", "-5"}};
    EXPECT_EQ(response.retry_after_s(), 0);
}

TEST(UrlEncode, KeepsOnlyUnreservedCharacters) {
    EXPECT_EQ(url_encode("aZ9-._~"), "aZ9-._~");
    EXPECT_EQ(url_encode("a/b c+\xC3\xA9%"), "a%2Fb%20c%2B%C3%A9%25");
}

}  // namespace
}  // namespace linesman::net
