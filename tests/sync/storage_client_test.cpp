#include "sync/storage_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "base/ids.h"
#include "base/json.h"
#include "support/test_server.h"

namespace linesman::sync {
namespace {

using base::ErrorKind;
using test::Fault;
using test::TestReply;
using test::TestRequest;
using test::TestServer;
using ::testing::HasSubstr;

class FixedToken final : public TokenSource {
  public:
    std::atomic<int> forced = 0;
    void token(bool force, base::Queue& queue, std::function<void(base::Result<std::string>)> done) override {
        if (force) ++forced;
        queue.post([this, done = std::move(done)] { done(std::string(forced > 0 ? "new" : "old")); });
    }
};

std::string photo(size_t size) {
    std::string bytes = "\xFF\xD8\xFF";
    while (bytes.size() < size) bytes += static_cast<char>(bytes.size() * 31 % 251);
    return bytes;
}

class StorageTest : public ::testing::Test {
  protected:
    void serve(TestServer::Handler handler) {
        server = std::make_unique<TestServer>(std::move(handler));
        Endpoints e;
        e.project_id = "demo";
        e.bucket = "demo.appspot.com";
        e.storage = server->url();
        storage = make_storage(e, *http, tokens, queue);
    }
    template <typename T, typename Start>
    base::Result<T> wait(Start start) {
        std::promise<base::Result<T>> promise;
        auto future = promise.get_future();
        net::Call call;
        queue.post([&] { call = start([&](base::Result<T> r) { promise.set_value(std::move(r)); }); });
        auto result = future.get();
        std::promise<void> dropped;
        queue.post([&] {
            call.cancel();
            dropped.set_value();
        });
        dropped.get_future().wait();
        return result;
    }
    base::Result<Download> fetch(DownloadOptions options = {}, std::shared_ptr<PartialDownload> partial = nullptr) {
        return wait<Download>([&](auto done) {
            return storage->download({"demo.appspot.com", "poles/a b.jpg"}, options, partial, done);
        });
    }
    base::Result<ObjectInfo> put(Upload upload) {
        return wait<ObjectInfo>([&](auto done) { return storage->upload(upload, done); });
    }
    // A storage that serves `bytes` properly, with ranges.
    static TestReply media(const TestRequest& r, const std::string& bytes, const std::string& generation = "7") {
        TestReply reply{200,
                        {{"Content-Type", "image/jpeg"},
                         {"x-goog-generation", generation},
                         {"x-goog-hash", "crc32c=AAAA==,md5=" + base::md5_base64(bytes)}},
                        bytes};
        const std::string range = r.header("range");
        if (range.empty()) return reply;
        const size_t from = std::stoul(range.substr(6));
        reply.status = 206;
        reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(from) + "-" +
                                                        std::to_string(bytes.size() - 1) + "/" +
                                                        std::to_string(bytes.size()));
        reply.body = bytes.substr(from);
        return reply;
    }

    base::ThreadQueue queue{"test"};
    std::unique_ptr<net::Http> http = net::make_http({});
    FixedToken tokens;
    std::unique_ptr<TestServer> server;
    std::unique_ptr<Storage> storage;
};

TEST_F(StorageTest, DownloadGivesVerifiedBytes) {
    const std::string bytes = photo(5000);
    serve([&](const TestRequest& r) { return media(r, bytes); });
    const auto result = fetch();
    ASSERT_TRUE(result.ok()) << result.error().full();
    EXPECT_EQ(result->bytes, bytes);
    EXPECT_EQ(result->generation, "7");
    EXPECT_EQ(result->md5_base64, base::md5_base64(bytes));
    const auto sent = server->requests().at(0);
    EXPECT_EQ(sent.target, "/v0/b/demo.appspot.com/o/poles%2Fa%20b.jpg?alt=media");
    EXPECT_EQ(sent.header("authorization"), "Firebase old");
}

TEST_F(StorageTest, CutDownloadGoesOnWhereItStopped) {
    const std::string bytes = photo(300'000);
    std::atomic<int> n = 0;
    serve([&](const TestRequest& r) {
        TestReply reply = media(r, bytes);
        if (n++ < 2) {
            reply.fault = Fault::cut_body;
            reply.keep = 100'000;
        }
        return reply;
    });
    const auto result = fetch();
    ASSERT_TRUE(result.ok()) << result.error().full();
    EXPECT_EQ(result->bytes, bytes);
    ASSERT_EQ(server->requests().size(), 3U);
    EXPECT_EQ(server->requests()[1].header("range"), "bytes=100000-");
    EXPECT_EQ(server->requests()[2].header("range"), "bytes=200000-");
}

TEST_F(StorageTest, PartSurvivesInThePartialWhenTheLineGoesDown) {
    const std::string bytes = photo(50'000);
    std::atomic<int> n = 0;
    serve([&](const TestRequest& r) {
        TestReply reply = media(r, bytes);
        if (n == 0) reply = {.body = reply.body, .fault = Fault::cut_body, .keep = 0};
        if (n == 1) {
            reply.fault = Fault::cut_body;
            reply.keep = 20'000;
        }
        if (n == 2) reply.fault = Fault::reset;
        ++n;
        return reply;
    });
    auto partial = std::make_shared<PartialDownload>();
    EXPECT_EQ(fetch({}, partial).error().kind, ErrorKind::offline);
    EXPECT_EQ(fetch({}, partial).error().kind, ErrorKind::offline);
    EXPECT_EQ(partial->bytes.size(), 20'000U);
    const auto result = fetch({}, partial);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->bytes, bytes);
    EXPECT_EQ(server->requests().back().header("range"), "bytes=20000-");
    EXPECT_TRUE(partial->bytes.empty());
}

TEST_F(StorageTest, OverwrittenPhotoIsFetchedAnewAndNeverMixed) {
    const std::string old_bytes = photo(60'000);
    const std::string new_bytes = photo(70'000);
    std::atomic<int> n = 0;
    serve([&](const TestRequest& r) {
        if (n++ > 0) return media(r, new_bytes, "8");
        TestReply reply = media(r, old_bytes, "7");
        reply.fault = Fault::cut_body;
        reply.keep = 30'000;
        return reply;
    });
    const auto result = fetch();
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->bytes, new_bytes);
    EXPECT_EQ(result->generation, "8");
}

TEST_F(StorageTest, WholeAnswerToARangeReplacesThePart) {
    const std::string bytes = photo(1000);
    serve([&](const TestRequest&) { return media(TestRequest{}, bytes); });  // the emulator's answer beyond the end
    auto partial = std::make_shared<PartialDownload>(PartialDownload{photo(2000), "7"});
    const auto result = fetch({}, partial);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->bytes, bytes);
}

TEST_F(StorageTest, WrongRangeIsNotAppended) {
    const std::string bytes = photo(1000);
    std::atomic<int> n = 0;
    serve([&](const TestRequest& r) {
        TestReply reply = media(r, bytes);
        if (n++ == 0) reply.headers.back().second = "bytes 0-999/1000";
        return reply;
    });
    auto partial = std::make_shared<PartialDownload>(PartialDownload{bytes.substr(0, 400), "7"});
    const auto result = fetch({}, partial);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->bytes, bytes);
}

TEST_F(StorageTest, FailuresAreToldApart) {
    TestReply next;
    serve([&](const TestRequest&) { return next; });
    const auto kind = [&](TestReply reply) {
        next = std::move(reply);
        const auto result = fetch();
        EXPECT_FALSE(result.ok());
        EXPECT_TRUE(result.ok() || !result.error().what.empty());
        return result.ok() ? ErrorKind::cancelled : result.error().kind;
    };
    EXPECT_EQ(kind({404, {{"Content-Type", "text/plain"}}, "Not Found"}), ErrorKind::not_found);
    EXPECT_EQ(kind({404, {}, R"({"error":{"code":404,"message":"Not Found."}})"}), ErrorKind::not_found);
    EXPECT_EQ(kind({403, {}, R"({"error":{"code":403,"message":"Permission denied."}})"}),
              ErrorKind::permission_denied);
    EXPECT_EQ(kind({200, {{"Content-Type", "application/pdf"}, {"x-goog-generation", "1"}}, "%PDF-1.7"}),
              ErrorKind::unsupported);
    EXPECT_EQ(kind({200, {{"Content-Type", "text/html"}}, "<html>portal"}), ErrorKind::offline);
    EXPECT_EQ(kind({302, {{"Location", "http://127.0.0.1:1/"}}, ""}), ErrorKind::offline);
    EXPECT_EQ(kind({503, {{"Retry-After", "9"}}, "busy"}), ErrorKind::unavailable);
    EXPECT_EQ(kind({200, {{"x-goog-generation", "1"}, {"x-goog-hash", "md5=AAAAAAAAAAAAAAAAAAAAAA=="}}, photo(10)}),
              ErrorKind::corrupt);
    EXPECT_EQ(kind({.fault = Fault::reset}), ErrorKind::offline);
}

TEST_F(StorageTest, HugePhotoIsTooLarge) {
    serve([&](const TestRequest& r) { return media(r, photo(50'000)); });
    EXPECT_EQ(fetch({.max_bytes = 10'000}).error().kind, ErrorKind::too_large);
}

TEST_F(StorageTest, RefusedTokenIsRefreshedOnce) {
    const std::string bytes = photo(100);
    serve([&](const TestRequest& r) {
        if (r.header("authorization") == "Firebase old")
            return TestReply{401, {}, R"({"error":{"code":401,"message":"expired"}})"};
        return media(r, bytes);
    });
    EXPECT_TRUE(fetch().ok());
    EXPECT_EQ(tokens.forced, 1);
}

TEST_F(StorageTest, ListAndMetadataAndRemove) {
    serve([&](const TestRequest& r) {
        if (r.method == "DELETE") return TestReply{204, {}, ""};
        if (r.target.find("/o?") != std::string::npos)
            return TestReply{
                .body = R"({"prefixes":[],"items":[{"name":"a/1.jpg"},{"name":"a/2.jpg"}],"nextPageToken":"N"})"};
        return TestReply{
            .body =
                R"({"name":"a/1.jpg","generation":"5","md5Hash":"M","contentType":"image/jpeg","size":"77","updated":"U"})"};
    });
    const auto page = wait<ListPage>([&](auto done) { return storage->list("a/", "T", 50, done); });
    ASSERT_TRUE(page.ok());
    EXPECT_THAT(page->paths, ::testing::ElementsAre("a/1.jpg", "a/2.jpg"));
    EXPECT_EQ(page->next_page_token, "N");
    EXPECT_EQ(server->requests().back().target, "/v0/b/demo.appspot.com/o?prefix=a%2F&maxResults=50&pageToken=T");
    const auto info = wait<ObjectInfo>([&](auto done) {
        return storage->metadata({"demo.appspot.com", "a/1.jpg"}, done);
    });
    ASSERT_TRUE(info.ok());
    EXPECT_EQ(info->size, 77U);
    EXPECT_TRUE(wait<bool>([&](auto done) { return storage->remove("a/1.jpg", done); }).ok());
}

TEST_F(StorageTest, SmallUploadIsOneMultipartRequest) {
    const auto bytes = std::make_shared<const std::string>(photo(1000));
    serve([&](const TestRequest&) {
        return TestReply{.body = R"({"name":"p.jpg","md5Hash":")" + base::md5_base64(*bytes) + R"("})"};
    });
    ASSERT_TRUE(put({.path = "p.jpg", .bytes = bytes, .metadata = {{"slot", "front"}}}).ok());
    const auto sent = server->requests().at(0);
    EXPECT_EQ(sent.header("x-goog-upload-protocol"), "multipart");
    EXPECT_THAT(sent.header("content-type"), HasSubstr("multipart/related; boundary="));
    EXPECT_THAT(sent.body, HasSubstr(*bytes));
    EXPECT_THAT(sent.body, HasSubstr(R"("slot":"front")"));
}

TEST_F(StorageTest, DamagedUploadIsNoticed) {
    serve([&](const TestRequest&) {
        return TestReply{.body = R"({"name":"p.jpg","md5Hash":"AAAAAAAAAAAAAAAAAAAAAA=="})"};
    });
    EXPECT_EQ(put({.path = "p.jpg", .bytes = std::make_shared<const std::string>(photo(10))}).error().kind,
              ErrorKind::corrupt);
}

// A storage with resumable sessions; `fail` says which chunk requests lose their answer, after (or before) taking the
// bytes.
struct Resumable {
    std::mutex mutex;
    std::string stored;
    bool final = false;
    int chunks = 0;
    std::function<Fault(int chunk)> fail = [](int) { return Fault::none; };
    bool keep_lost = true;
    std::string session = "/session";

    TestReply answer(const TestRequest& r, const std::string& base) {
        const std::lock_guard lock(mutex);
        const std::string command = r.header("x-goog-upload-command");
        const std::string info = R"({"name":"p.jpg","md5Hash":")" + base::md5_base64(stored) + R"("})";
        if (r.method == "GET") return {.body = info};
        if (command == "start")
            return {200,
                    {{"x-goog-upload-url", session.starts_with("http") ? session : base + session},
                     {"x-goog-upload-status", "active"}},
                    ""};
        if (command == "query") {
            return {200,
                    {{"x-goog-upload-status", final ? "final" : "active"},
                     {"x-goog-upload-size-received", std::to_string(stored.size())}},
                    ""};
        }
        const Fault fault = fail(chunks++);
        if (fault != Fault::none && !keep_lost) return {.fault = fault};
        if (std::stoul(r.header("x-goog-upload-offset")) != stored.size())
            return {400, {}, R"({"error":{"code":400,"message":"bad offset"}})"};
        stored += r.body;
        if (command.find("finalize") != std::string::npos) final = true;
        if (fault != Fault::none) return {.fault = fault};
        return {.body = final ? R"({"name":"p.jpg","md5Hash":")" + base::md5_base64(stored) + R"("})" : ""};
    }
};

TEST_F(StorageTest, ResumableUploadSurvivesLostAnswers) {
    const auto bytes = std::make_shared<const std::string>(photo(3 * kUploadChunk + 1234));
    for (const bool keep_lost : {true, false}) {
        for (const int lost : {0, 1, 3}) {  // 3 is the last chunk with its finalize
            Resumable backend;
            backend.keep_lost = keep_lost;
            backend.fail = [&](int chunk) { return chunk == lost ? Fault::close : Fault::none; };
            serve([&](const TestRequest& r) { return backend.answer(r, server->url()); });
            std::vector<uint64_t> progress;
            std::string session;
            const auto result = put({.path = "p.jpg",
                                     .bytes = bytes,
                                     .on_session = [&](const std::string& url) { session = url; },
                                     .on_progress = [&](uint64_t n) { progress.push_back(n); }});
            ASSERT_TRUE(result.ok()) << result.error().full();
            EXPECT_EQ(backend.stored, *bytes);
            EXPECT_EQ(session, server->url("/session"));
            EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
            EXPECT_EQ(progress.back(), bytes->size());
            server.reset();
        }
    }
}

TEST_F(StorageTest, UploadTakesUpAnEarlierSession) {
    const auto bytes = std::make_shared<const std::string>(photo(2 * kUploadChunk));
    Resumable backend;
    backend.stored = bytes->substr(0, kUploadChunk);
    serve([&](const TestRequest& r) { return backend.answer(r, server->url()); });
    ASSERT_TRUE(put({.path = "p.jpg", .bytes = bytes, .session_url = server->url("/session")}).ok());
    EXPECT_EQ(backend.stored, *bytes);
    EXPECT_EQ(backend.chunks, 1);
}

TEST_F(StorageTest, UploadGivesUpWithoutProgressAndRefusesForeignSessions) {
    const auto bytes = std::make_shared<const std::string>(photo(2 * kUploadChunk));
    Resumable backend;
    backend.keep_lost = false;
    backend.fail = [](int) { return Fault::reset; };
    serve([&](const TestRequest& r) { return backend.answer(r, server->url()); });
    EXPECT_EQ(put({.path = "p.jpg", .bytes = bytes}).error().kind, ErrorKind::offline);
    EXPECT_LE(backend.chunks, 8) << "four tries, each repeated once by libcurl when a kept connection turns out dead";
    backend.session = "http://127.0.0.2:9/evil";
    EXPECT_EQ(put({.path = "p.jpg", .bytes = bytes}).error().kind, ErrorKind::corrupt);
}

TEST(ParsePhotoUrl, TakesOnlyTheConfiguredHost) {
    Endpoints e;
    e.bucket = "b1";
    const auto good = parse_photo_url(
        "https://firebasestorage.googleapis.com/v0/b/demo.appspot.com/o/poles%2Fstaging%2Fa%20b.jpg?alt=media&token=T1",
        e);
    ASSERT_TRUE(good.ok());
    EXPECT_EQ(good->bucket, "demo.appspot.com");
    EXPECT_EQ(good->path, "poles/staging/a b.jpg");
    EXPECT_EQ(good->token, "T1");
    EXPECT_EQ(parse_photo_url("gs://b2/x/y.jpg", e)->key(), "b2/x/y.jpg");
    EXPECT_EQ(parse_photo_url("poles/x.jpg", e)->key(), "b1/poles/x.jpg");
    for (const std::string foreign :
         {"https://evil.example/v0/b/x/o/y", "http://firebasestorage.googleapis.com/v0/b/x/o/y",
          "https://firebasestorage.googleapis.com.evil.example/v0/b/x/o/y",
          "https://firebasestorage.googleapis.com@evil.example/v0/b/x/o/y",
          "https://firebasestorage.googleapis.com:444/v0/b/x/o/y", "http://169.254.169.254/v0/b/x/o/y"}) {
        const auto result = parse_photo_url(foreign, e);
        ASSERT_FALSE(result.ok()) << foreign;
        EXPECT_EQ(result.error().kind, ErrorKind::unsupported) << foreign;
    }
    EXPECT_THAT(parse_photo_url("https://evil.example/x", e).error().what, HasSubstr("evil.example"));
    for (const std::string bad :
         {"", "https://firebasestorage.googleapis.com/other", "https://firebasestorage.googleapis.com/v0/b/x/o/%zz",
          "https://firebasestorage.googleapis.com/v0/b/x%2F..%2Fy/o/z", "gs://b", "file:///etc/passwd",
          "javascript:alert(1)//://"}) {
        EXPECT_FALSE(parse_photo_url(bad, e).ok()) << bad;
    }
    e.storage = "http://127.0.0.1:9199";
    EXPECT_TRUE(parse_photo_url("http://localhost:9199/v0/b/x/o/y", e).ok());
    EXPECT_FALSE(parse_photo_url("http://localhost:9198/v0/b/x/o/y", e).ok());
}

}  // namespace
}  // namespace linesman::sync
