#include "backend/server.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <filesystem>

#include "backend/backend_test_support.h"

namespace linesman::backend {
namespace {

TEST(Server, RefusesAnAddressThatIsNotLoopback) {
    ServerOptions options;
    options.address = "0.0.0.0";
    Server server(options);
    const auto started = server.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().kind, base::ErrorKind::configuration);
    EXPECT_NE(started.error().what.find("loopback"), std::string::npos);
}

TEST(Server, ServesAllThreeServicesOnOnePort) {
    ServerOptions options;
    options.demo_users = true;
    Server server(options);
    ASSERT_TRUE(server.start());
    httplib::Client client("127.0.0.1", server.port());
    EXPECT_EQ(client.Get((kRoot + "/a/b").c_str())->status, 404);
    EXPECT_EQ(client.Get("/v0/b/bucket/o")->status, 200);
    const auto signed_in =
        client.Post("/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=k",
                    R"({"email":"supervisor@demo.linesman.test","password":"linesman"})", "application/json");
    EXPECT_EQ(signed_in->status, 200);
    EXPECT_EQ(client.Get("/nowhere")->status, 404);
}

TEST(Server, ADroppedReplyLeavesTheCommitInPlace) {
    Server server;
    ASSERT_TRUE(server.start());
    server.faults().next(FaultRule::Kind::drop_reply, 1, ":commit");
    httplib::Client client("127.0.0.1", server.port());
    EXPECT_FALSE(
        client.Post((kRoot + ":commit").c_str(), "{\"writes\":[" + update_of("a/1", 1) + "]}", "application/json"));
    EXPECT_EQ(client.Get((kRoot + "/a/1").c_str())->status, 200);
}

TEST(Server, AResetConnectionHasNoEffect) {
    Server server;
    ASSERT_TRUE(server.start());
    server.faults().next(FaultRule::Kind::reset, 1, ":commit");
    httplib::Client client("127.0.0.1", server.port());
    EXPECT_FALSE(
        client.Post((kRoot + ":commit").c_str(), "{\"writes\":[" + update_of("a/1", 1) + "]}", "application/json"));
    EXPECT_EQ(client.Get((kRoot + "/a/1").c_str())->status, 404);
}

TEST(Server, ACutBodyIsShorterThanAnnounced) {
    Server server;
    ASSERT_TRUE(server.start());
    put(server, "a/1", 1);
    server.faults().next(FaultRule::Kind::cut_body, 1);
    httplib::Client client("127.0.0.1", server.port());
    EXPECT_FALSE(client.Get((kRoot + "/a/1").c_str()));
    EXPECT_EQ(client.Get((kRoot + "/a/1").c_str())->status, 200);
}

TEST(Server, KeepsEverythingOverARestart) {
    char folder[] = "/tmp/linesman-backend-XXXXXX";
    ASSERT_NE(::mkdtemp(folder), nullptr);
    ServerOptions options;
    options.data_folder = folder;
    options.demo_users = true;
    std::string before;
    {
        Server server(options);
        ASSERT_TRUE(server.start());
        put(server, "a/1", 1);
        put(server, "a/2", 2);
        call(server, "DELETE", kRoot + "/a/2");
        call(server, "POST", "/v0/b/b/o?name=x%2Fy.jpg", "bytes", {{"content-type", "image/jpeg"}});
        before = call(server, "GET", kRoot + "/a/1").body;
    }
    Server again(options);
    ASSERT_TRUE(again.start());
    EXPECT_EQ(call(again, "GET", kRoot + "/a/1").body, before);
    EXPECT_EQ(call(again, "GET", kRoot + "/a/2").status, 404);
    EXPECT_EQ(call(again, "GET", "/v0/b/b/o/x%2Fy.jpg?alt=media").body, "bytes");
    EXPECT_EQ(again.users().all().size(), 6U);
    std::filesystem::remove_all(folder);
}

TEST(Server, WithRequireAuthAnalystsReadButDoNotWrite) {
    ServerOptions options;
    options.demo_users = true;
    options.require_auth = true;
    Server server(options);
    const auto as = [&](const char* who) {
        const auto user = server.users().by_email(std::string(who) + "@demo.linesman.test");
        return std::map<std::string, std::string>{
            {"authorization", "Bearer " + server.users().id_token(*user, server.clock().now())}};
    };
    const std::string commit = "{\"writes\":[" + update_of("a/1", 1) + "]}";
    EXPECT_EQ(call(server, "POST", kRoot + ":commit", commit, {}).status, 403);
    EXPECT_EQ(call(server, "POST", kRoot + ":commit", commit, as("analyst")).status, 403);
    EXPECT_EQ(call(server, "POST", kRoot + ":commit", commit, as("supervisor")).status, 200);
    EXPECT_EQ(call(server, "GET", kRoot + "/a/1", "", as("analyst")).status, 200);
    EXPECT_EQ(call(server, "GET", kRoot + "/a/1", "", {{"authorization", "Bearer nonsense"}}).status, 401);
}

TEST(Server, ATokenExpiresByTheServersClock) {
    ServerOptions options;
    options.demo_users = true;
    Server server(options);
    const auto user = server.users().by_email("admin@demo.linesman.test");
    const std::map<std::string, std::string> headers = {
        {"authorization", "Bearer " + server.users().id_token(*user, server.clock().now())}};
    EXPECT_EQ(call(server, "GET", kRoot + "/a/1", "", headers).status, 404);
    server.clock().set_offset(base::seconds(3601));
    EXPECT_EQ(call(server, "GET", kRoot + "/a/1", "", headers).status, 401);
}

TEST(Server, AReadTimeOlderThanAnHourIsRefused) {
    base::ManualClock clock;
    ServerOptions options;
    options.clock = &clock;
    Server server(options);
    put(server, "a/1", 1);
    const std::string then = base::format_rfc3339(clock.now() + base::seconds(1));
    clock.advance(base::seconds(2));
    put(server, "a/1", 2);
    const auto value = [&] { return json_of(call(server, "GET", kRoot + "/a/1?readTime=" + then)); };
    EXPECT_EQ(value()["fields"]["n"]["integerValue"], "1");
    clock.advance(base::minutes(59));
    put(server, "a/2", 1);
    EXPECT_EQ(value()["fields"]["n"]["integerValue"], "1") << "kept for an hour";
    clock.advance(base::minutes(2));
    EXPECT_EQ(value()["error"]["status"], "FAILED_PRECONDITION");
}

TEST(Server, CommitTimesAscendWhileTheClockStandsStill) {
    base::ManualClock clock;
    ServerOptions options;
    options.clock = &clock;
    Server server(options);
    const std::string first = json_of(put(server, "a/1", 1))["commitTime"],
                      second = json_of(put(server, "a/1", 2))["commitTime"];
    EXPECT_LT(base::parse_rfc3339(first)->us, base::parse_rfc3339(second)->us);
}

TEST(Server, TheChangeFeedGivesEachCommitOnceAndInOrder) {
    Server server;
    std::vector<uint64_t> heard;
    const auto id = server.documents().subscribe([&](const CommitPtr& commit) { heard.push_back(commit->sequence); });
    put(server, "a/1", 1);
    put(server, "a/1", 1);  // changes nothing
    put(server, "a/1", 2);
    server.documents().unsubscribe(id);
    put(server, "a/1", 3);
    EXPECT_EQ(heard, (std::vector<uint64_t>{1, 2}));
    const auto since = server.documents().commits_after(1);
    ASSERT_TRUE(since);
    ASSERT_EQ(since->size(), 2U);
    EXPECT_EQ((*since)[0]->changes[0].before->update_time, server.documents().commits_after(0)->at(0)->time);
}

TEST(Server, AnotherDatabaseInAWriteIsRefused) {
    Server server;
    const std::string write = R"({"writes":[{"update":{"name":"projects/other/databases/(default)/documents/a/b"}}]})";
    EXPECT_EQ(call(server, "POST", kRoot + ":commit", write).status, 400);
}

TEST(Server, AdminLoadsReadsAndCounts) {
    Server server;
    const std::string load = R"({"documents":[{"name":"c/1","fields":{"n":{"integerValue":"1"}}},{"name":"c/2"}]})";
    ASSERT_EQ(call(server, "PUT", "/linesman-admin/documents", load).status, 200);
    EXPECT_EQ(json_of(call(server, "GET", "/linesman-admin/documents"))["documents"].size(), 2U);
    EXPECT_EQ(json_of(call(server, "GET", "/linesman-admin/status"))["documents"], 2);
    call(server, "GET", "/v1/projects/demo-linesman/databases/(default)/documents/c/1");
    const auto counters = json_of(call(server, "GET", "/linesman-admin/counters"));
    EXPECT_EQ(counters["requests"]["get"], 1);
    EXPECT_EQ(counters["documentsRead"], 1);
    EXPECT_EQ(call(server, "PUT", "/linesman-admin/documents", R"({"documents":[{"name":"odd"}]})").status, 400);
}

}  // namespace
}  // namespace linesman::backend
