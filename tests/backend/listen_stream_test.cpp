#include "backend/listen_stream.h"

#include "backend/bloom_filter.h"
#include "backend/channel_client.h"
#include "base/ids.h"

namespace linesman::backend {
namespace {

void remove(Server& server, const std::string& path) {
    call(server, "DELETE", kRoot + "/" + path);
}

// A client that has seen a/1, a/2, a/3 through target 2 and left with the token it returns.
std::string seen_three(Server& server) {
    for (int i = 1; i <= 3; ++i) put(server, "a/" + std::to_string(i), i);
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    const std::string token = token_of(client.listen(until_snapshot()));
    client.terminate();
    return token;
}

TEST(ListenStream, AnInitialResultIsAddedCurrentAndOneSnapshot) {
    Server server;
    put(server, "a/1", 1);
    put(server, "a/2", 200);
    put(server, "b/1", 1);
    put(server, "a/3", 3);
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    const auto reader = client.listen(until_snapshot());
    EXPECT_EQ(words(reader), (Words{"ADD 2", "change a/1 [2]", "change a/3 [2]", "CURRENT 2", "snapshot"}));
    const base::Json& current = reader.messages()[3]["targetChange"];
    const base::Json& snapshot = reader.messages()[4]["targetChange"];
    EXPECT_EQ(current["resumeToken"], snapshot["resumeToken"]);
    EXPECT_FALSE(snapshot.contains("targetChangeType"));
    EXPECT_TRUE(base::parse_rfc3339(snapshot["readTime"].get<std::string>()));
    EXPECT_EQ(server.counters().documents_listened(), 2U);
}

TEST(ListenStream, TheSnapshotOfAnEmptyStoreHasATime) {
    Server server;
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    const auto reader = client.listen(until_snapshot());
    EXPECT_EQ(words(reader), (Words{"ADD 2", "CURRENT 2", "snapshot"}));
    EXPECT_GT(base::parse_rfc3339(reader.messages()[2]["targetChange"]["readTime"].get<std::string>()).value().us, 0);
}

TEST(ListenStream, ACommitIsOneSnapshotOfAllItsChanges) {
    Server server;
    for (int i = 1; i <= 3; ++i) put(server, "a/" + std::to_string(i), i);
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    client.listen(until_snapshot());
    call(server, "POST", kRoot + ":commit",
         "{\"writes\":[" + update_of("a/1", 11) + "," + update_of("a/2", 500) + "," + update_of("a/4", 4) +
             R"(,{"delete":"projects/p/databases/(default)/documents/a/3"}]})");
    const auto reader = client.listen(until_snapshot());
    EXPECT_EQ(words(reader),
              (Words{"change a/1 [2]", "change a/2 -[2]", "delete a/3 [2]", "change a/4 [2]", "snapshot"}));
}

TEST(ListenStream, RemovalsCanBeBare) {
    Server server;
    put(server, "a/1", 1);
    StreamSettings settings;
    settings.bare_removals = true;
    server.stream_rules().set(settings);
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    client.listen(until_snapshot());
    put(server, "a/1", 500);
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"remove a/1 [2]", "snapshot"}));
}

TEST(ListenStream, OneDocumentOfSeveralTargetsIsSentOnce) {
    Server server;
    ChannelClient client(server, "Listen");
    client.open({add_query(2), add_query(4, {}, 10), add_documents(6, {"a/1"})});
    client.listen(until_messages(10));
    put(server, "a/1", 1);
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"change a/1 [2,4,6]", "snapshot"}));
    put(server, "a/1", 50);
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"change a/1 [2,6] -[4]", "snapshot"}));
    remove(server, "a/1");
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"delete a/1 [2,6]", "snapshot"}));
}

TEST(ListenStream, ALimitPullsInAndPushesOut) {
    Server server;
    for (int i = 1; i <= 4; ++i) put(server, "a/" + std::to_string(i), i * 10);
    ChannelClient client(server, "Listen");
    client.open({add_query(2, {{"limit", 2}})});
    EXPECT_EQ(words(client.listen(until_snapshot()))[2], "change a/2 [2]");
    put(server, "a/9", 5);
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"remove a/2 [2]", "change a/9 [2]", "snapshot"}));
    remove(server, "a/1");
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"delete a/1 [2]", "change a/2 [2]", "snapshot"}));
}

TEST(ListenStream, NamedDocumentsThatAreMissingAreDeleted) {
    Server server;
    put(server, "a/1", 1);
    ChannelClient client(server, "Listen");
    client.open({add_documents(2, {"a/1", "a/none"})});
    EXPECT_EQ(words(client.listen(until_snapshot())),
              (Words{"ADD 2", "change a/1 [2]", "delete a/none [2]", "CURRENT 2", "snapshot"}));
}

TEST(ListenStream, AResumedTargetGetsOnlyWhatChanged) {
    Server server;
    const std::string token = seen_three(server);
    put(server, "a/1", 11);
    put(server, "a/2", 500);
    remove(server, "a/3");
    put(server, "a/4", 4);
    put(server, "a/5", 5);
    remove(server, "a/5");
    server.counters().reset();
    ChannelClient client(server, "Listen");
    client.open({add_query(2, {{"resumeToken", token}, {"expectedCount", 3}})});
    EXPECT_EQ(words(client.listen(until_snapshot())),
              (Words{"ADD 2", "change a/1 [2]", "change a/2 -[2]", "delete a/3 [2]", "change a/4 [2]", "CURRENT 2",
                     "snapshot"}));
    EXPECT_EQ(server.counters().documents_listened(), 3U);
}

TEST(ListenStream, ALimitedTargetResumesToo) {
    Server server;
    for (int i = 1; i <= 4; ++i) put(server, "a/" + std::to_string(i), i * 10);
    ChannelClient first(server, "Listen");
    first.open({add_query(2, {{"limit", 2}})});
    const std::string token = token_of(first.listen(until_snapshot()));
    remove(server, "a/1");
    ChannelClient client(server, "Listen");
    client.open({add_query(2, {{"limit", 2}, {"resumeToken", token}})});
    EXPECT_EQ(words(client.listen(until_snapshot())),
              (Words{"ADD 2", "delete a/1 [2]", "change a/3 [2]", "CURRENT 2", "snapshot"}));
}

TEST(ListenStream, AReadTimeActsAsAToken) {
    Server server;
    put(server, "a/1", 1);
    const std::string time = base::format_rfc3339(server.documents().read_time());
    put(server, "a/2", 2);
    ChannelClient client(server, "Listen");
    client.open({add_query(2, {{"readTime", time}})});
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"ADD 2", "change a/2 [2]", "CURRENT 2", "snapshot"}));
}

TEST(ListenStream, AClientThatMissesDocumentsGetsAFilter) {
    Server server;
    const std::string token = seen_three(server);
    ChannelClient client(server, "Listen");
    client.open({add_query(2, {{"resumeToken", token}, {"expectedCount", 4}})});
    const auto reader = client.listen(until_snapshot());
    EXPECT_EQ(words(reader), (Words{"ADD 2", "filter 2 3", "CURRENT 2", "snapshot"}));
    const base::Json& names = reader.messages()[1]["filter"]["unchangedNames"];
    EXPECT_EQ(names["hashCount"], 7);
    EXPECT_EQ(names["bits"]["padding"], 2);  // 30 bits in 4 bytes
    EXPECT_EQ(base::base64_decode(names["bits"]["bitmap"].get<std::string>()).value().size(), 4U);
}

TEST(ListenStream, ForgottenRemovalsAreShownByTheFilterOnly) {
    Server server;
    const std::string token = seen_three(server);
    remove(server, "a/3");
    put(server, "a/2", 22);
    StreamSettings settings;
    settings.forget_removals = true;
    settings.wrong_count = 5;
    server.stream_rules().set(settings);
    ChannelClient client(server, "Listen");
    client.open({add_query(2, {{"resumeToken", token}, {"expectedCount", 3}})});
    EXPECT_EQ(words(client.listen(until_snapshot())),
              (Words{"ADD 2", "change a/2 [2]", "filter 2 7", "CURRENT 2", "snapshot"}));
}

TEST(ListenStream, ExpiredTokensGiveEverythingAgain) {
    Server server;
    const std::string token = seen_three(server);
    const Words everything = {"ADD 2",          "RESET 2",   "change a/1 [2]", "change a/2 [2]",
                              "change a/3 [2]", "CURRENT 2", "snapshot"};
    const auto resume = [&](const std::string& with) {
        ChannelClient client(server, "Listen");
        client.open({add_query(2, {{"resumeToken", with}, {"expectedCount", 3}})});
        return words(client.listen(until_snapshot()));
    };
    EXPECT_EQ(resume(token), (Words{"ADD 2", "CURRENT 2", "snapshot"}));
    EXPECT_EQ(resume("bm9uc2Vuc2U="), everything);
    server.stream_rules().expire_tokens();
    EXPECT_EQ(resume(token), everything);
    EXPECT_EQ(server.stream_rules().stats().targets_expired, 2U);
}

TEST(ListenStream, TokensAgeWithTheClock) {
    Server server;
    const std::string token = seen_three(server);
    ASSERT_EQ(call(server, "PUT", "/linesman-admin/listen", R"({"tokenAgeS":1800,"expiredCause":9})").status, 200);
    server.clock().set_offset(base::minutes(31));
    ChannelClient client(server, "Listen");
    client.open({add_query(2, {{"resumeToken", token}})});
    EXPECT_EQ(words(client.listen(until_snapshot()))[0], "REMOVE 2 cause 9");
}

TEST(ListenStream, AReloadResetsLiveTargets) {
    Server server;
    put(server, "a/1", 1);
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    client.listen(until_snapshot());
    call(
        server, "PUT", "/linesman-admin/documents",
        R"({"documents":[{"name":"projects/p/databases/(default)/documents/a/7","fields":{"n":{"integerValue":"7"}}}]})");
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"RESET 2", "change a/7 [2]", "CURRENT 2", "snapshot"}));
}

TEST(ListenStream, OnceEndsTheTarget) {
    Server server;
    put(server, "a/1", 1);
    ChannelClient client(server, "Listen");
    client.open({add_query(2, {{"once", true}})});
    EXPECT_EQ(words(client.listen(until_messages(5))),
              (Words{"ADD 2", "change a/1 [2]", "CURRENT 2", "snapshot", "REMOVE 2"}));
    put(server, "a/2", 2);
    client.send({add_query(4, {}, 0)});
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"ADD 4", "CURRENT 4", "snapshot"}));
}

TEST(ListenStream, ARemovedTargetIsSilent) {
    Server server;
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    client.listen(until_snapshot());
    client.send({request("removeTarget", 2)});
    put(server, "a/1", 1);
    client.send({add_documents(4, {"a/1"})});
    EXPECT_EQ(words(client.listen(until_snapshot())),
              (Words{"REMOVE 2", "ADD 4", "change a/1 [4]", "CURRENT 4", "snapshot"}));
}

TEST(ListenStream, WhoMayNotReadIsToldThroughTheTarget) {
    ServerOptions options;
    options.require_auth = options.demo_users = true;
    Server server(options);
    ChannelClient anonymous(server, "Listen");
    anonymous.open({add_query(2)});
    EXPECT_EQ(words(anonymous.listen(until_snapshot())), (Words{"REMOVE 2 cause 7"}));

    const auto user = server.users().by_email("supervisor@demo.linesman.test");
    const std::string token = server.users().id_token(*user, server.clock().now());
    ChannelClient signed_in(server, "Listen", "Bearer " + token);
    signed_in.open({add_query(2)});
    EXPECT_EQ(words(signed_in.listen(until_snapshot())), (Words{"ADD 2", "CURRENT 2", "snapshot"}));

    server.clock().set_offset(base::minutes(61));
    signed_in.send({add_query(4)});
    EXPECT_EQ(words(signed_in.listen(until_snapshot())), (Words{"error UNAUTHENTICATED"}));
    ChannelClient late(server, "Listen", "Bearer " + token);
    late.open({add_query(2)});
    EXPECT_EQ(words(late.listen(until_snapshot())), (Words{"error UNAUTHENTICATED"}));
}

TEST(ListenStream, RefusedTargetsCarryTheirCause) {
    Server server;
    ASSERT_EQ(call(server, "PUT", "/linesman-admin/listen", R"({"refuse":{"code":8,"count":1}})").status, 200);
    ChannelClient client(server, "Listen");
    client.open({add_query(2), request("addTarget", {{"targetId", 4}, {"query", base::Json::object()}})});
    EXPECT_EQ(words(client.listen(until_messages(2))), (Words{"REMOVE 2 cause 8", "REMOVE 4 cause 3"}));
    client.send({add_query(2)});
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"ADD 2", "CURRENT 2", "snapshot"}));
    client.send({add_query(2)});
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"error INVALID_ARGUMENT"}));
}

TEST(ListenStream, ACommitThatConcernsNobodySendsNothingButAFreshTokenLater) {
    Server server;
    StreamSettings settings;
    settings.keep_alive_ms = 20;
    server.stream_rules().set(settings);
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    const std::string token = token_of(client.listen(until_snapshot()));
    put(server, "b/1", 1);
    const auto reader = client.listen(until_snapshot());
    EXPECT_EQ(words(reader), (Words{"snapshot"}));
    EXPECT_NE(token_of(reader), token);
}

TEST(BloomFilter, ContainsWhatWasPutInAndLittleElse) {
    BloomFilter filter(1000);
    const auto name = [](int i) { return "projects/p/databases/(default)/documents/a/" + std::to_string(i); };
    for (int i = 0; i < 1000; ++i) filter.insert(name(i));
    int others = 0;
    for (int i = 0; i < 1000; ++i) {
        EXPECT_TRUE(filter.might_contain(name(i)));
        others += filter.might_contain(name(i + 1000)) ? 1 : 0;
    }
    EXPECT_LT(others, 30);
    EXPECT_FALSE(BloomFilter(0).might_contain(name(1)));
}

}  // namespace
}  // namespace linesman::backend
