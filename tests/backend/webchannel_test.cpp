#include "backend/webchannel.h"

#include <httplib.h>

#include <future>

#include "backend/channel_client.h"

namespace linesman::backend {
namespace {

TEST(WebChannelWire, LengthsCountUtf16Units) {
    EXPECT_EQ(utf16_units("abc"), 3U);
    EXPECT_EQ(utf16_units("ü€"), 2U);
    EXPECT_EQ(utf16_units("😀"), 2U);
    EXPECT_EQ(frame("[\"ü😀\"]"), "7\n[\"ü😀\"]");
}

TEST(WebChannelWire, AFormMustHoldWhatItAnnounces) {
    const auto form = parse_forward_form(
        "headers=Authorization%3ABearer%20x%0D%0AA-B%3Ac%0D%0A&count=2&ofs=7&"
        "req0___data__=%7B%7D&req1___data__=a%2Bb%26c");
    ASSERT_TRUE(form);
    EXPECT_EQ(form->offset, 7U);
    EXPECT_EQ(form->messages, (std::vector<std::string>{"{}", "a+b&c"}));
    EXPECT_EQ(form->headers.at("authorization"), "Bearer x");
    EXPECT_EQ(form->headers.at("a-b"), "c");
    EXPECT_FALSE(parse_forward_form("count=2&ofs=0&req0___data__=a"));
    EXPECT_FALSE(parse_forward_form("count=99999999999999999999"));
    EXPECT_FALSE(parse_forward_form("count=1x"));
}

TEST(WebChannel, TheHandshakeAnswersWithTheSession) {
    Server server;
    ChannelClient client(server, "Listen");
    const HttpReply reply = client.open({add_query(2)});
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "52\n[[0,[\"c\",\"" + client.sid() + "\",\"\",8,12,30000]]]");
    EXPECT_EQ(reply.content_type, "text/plain; charset=utf-8");
    EXPECT_FALSE(header_of(reply, "X-HTTP-Session-Id").empty());
}

TEST(WebChannel, ABackChannelThatStartsAgainRepeatsWhatWasNotAcknowledged) {
    Server server;
    put(server, "a/1", 1);
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    client.listen(until_snapshot());  // 1 to 4
    const auto again = client.listen(until_snapshot(), false, 2);
    EXPECT_EQ(again.ids(), (std::vector<uint64_t>{3, 4}));
    EXPECT_EQ(words(again), (Words{"CURRENT 2", "snapshot"}));
}

TEST(WebChannel, ForwardRepliesTellTheStateOfTheBackChannel) {
    Server server;
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    EXPECT_EQ(client.send({request("removeTarget", 2)}).body, "7\n[0,0,0]");
    client.listen(until_messages(4));
    EXPECT_EQ(client.send({request("removeTarget", 2)}).body, "7\n[0,4,0]");
}

TEST(WebChannel, ARepeatedRequestIsTakenOnceAndAGapRefused) {
    Server server;
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    const std::string body = client.form({request("removeTarget", 2)});
    EXPECT_EQ(client.again(body).status, 200);
    EXPECT_EQ(client.again(body).status, 200);
    EXPECT_EQ(words(client.listen(until_messages(4))), (Words{"ADD 2", "CURRENT 2", "snapshot", "REMOVE 2"}));
    client.form({add_query(4)});  // lost on the way
    EXPECT_EQ(client.send({add_query(6)}).status, 400);
}

TEST(WebChannel, LongPollsEndAfterEachBatch) {
    Server server;
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    const auto never = [](const auto&) { return false; };
    EXPECT_EQ(words(client.listen(never, true)), (Words{"ADD 2", "CURRENT 2", "snapshot"}));
    auto waiting = std::async(std::launch::async, [&] { return words(client.listen(never, true)); });
    while (server.stream_rules().stats().back_channels < 2) std::this_thread::yield();
    put(server, "a/1", 1);
    EXPECT_EQ(waiting.get(), (Words{"change a/1 [2]", "snapshot"}));
}

TEST(WebChannel, AnUnknownOrForgottenSessionIsRefused) {
    Server server;
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    EXPECT_EQ(client.terminate().status, 200);
    client.listen(until_snapshot());
    EXPECT_EQ(client.status(), 400);
    const HttpReply reply = client.send({add_query(4)});
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.body, "Unknown SID");

    ChannelClient careless(server, "Listen");
    careless.open({add_query(2)});
    careless.forget_session();
    EXPECT_EQ(careless.send({add_query(4)}).status, 400);

    ChannelClient dropped(server, "Listen");
    dropped.open({add_query(2)});
    EXPECT_EQ(call(server, "POST", "/linesman-admin/listen/drop-channels").status, 200);
    EXPECT_EQ(dropped.send({add_query(4)}).status, 400);
}

TEST(WebChannel, MessagesThatAreNoJsonEndTheStream) {
    Server server;
    ChannelClient client(server, "Listen");
    client.open({});
    EXPECT_EQ(client.again("count=1&ofs=0&req0___data__=%7Bnope").status, 200);
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"error INVALID_ARGUMENT"}));
    EXPECT_EQ(client.send({}).status, 400);  // over
}

TEST(WebChannel, ASilentServerSendsNothingUntilItSpeaksAgain) {
    Server server;
    StreamSettings settings;
    settings.silent = true;
    settings.keep_alive_ms = 1;
    server.stream_rules().set(settings);
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    int asked = 0;
    const auto silent = client.listen([&](const auto&) { return ++asked > 3; });
    EXPECT_EQ(silent.raw(), "");
    settings.silent = false;
    server.stream_rules().set(settings);
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"ADD 2", "CURRENT 2", "snapshot"}));
}

TEST(WebChannel, KeepAliveSendsNoops) {
    Server server;
    StreamSettings settings;
    settings.keep_alive_ms = 5;
    server.stream_rules().set(settings);
    ChannelClient client(server, "Write");
    client.open({{{"database", kDatabase}}});
    size_t writes = 0;
    const auto reader = client.listen([&](const auto&) { return ++writes > 8; });
    EXPECT_GE(reader.noops(), 2U);
}

TEST(WebChannel, StreamsAreCutAfterSoManyMessages) {
    Server server;
    put(server, "a/1", 1);
    ASSERT_EQ(call(server, "PUT", "/linesman-admin/listen", R"({"cut":{"service":"Listen","afterMessages":2}})").status,
              200);
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    const auto first = client.listen(until_snapshot());
    EXPECT_TRUE(first.broken());
    EXPECT_EQ(words(first), (Words{"ADD 2", "change a/1 [2]"}));
    const auto second = client.listen(until_snapshot(), false, 2);
    EXPECT_EQ(words(second), (Words{"CURRENT 2", "snapshot"}));
    EXPECT_EQ(server.stream_rules().stats().cut, 1U);
}

// Over a real socket, until `enough` of the text has come or the server ends. False when it did not end as announced.
bool stream_text(const Server& server, const std::string& target, std::string& got,
                 const std::function<bool(const std::string&)>& enough) {
    httplib::Client http("127.0.0.1", server.port());
    http.set_read_timeout(60);
    const httplib::Headers headers = {{"Accept-Encoding", "gzip"}};
    const auto reply = http.Get(target.c_str(), headers, [&](const char* data, size_t size) {
        got.append(data, size);
        return !enough(got);
    });
    return static_cast<bool>(reply);
}

TEST(WebChannelSockets, BytesLeaveAsTheyAreWritten) {
    Server server;
    ASSERT_TRUE(server.start());
    httplib::Client http("127.0.0.1", server.port());
    const std::string path = "/google.firestore.v1.Firestore/Listen/channel";
    const std::string body = "headers=" + std::string(20'000, 'x') + "&count=1&ofs=0&req0___data__=" +
                             url_encode(add_query(2).dump());  // longer than httplib's own limit for forms
    const auto opened = http.Post((path + "?VER=8&RID=1&database=" + url_encode(kDatabase)).c_str(), body,
                                  "application/x-www-form-urlencoded");
    ASSERT_TRUE(opened);
    const base::Json greeting = base::Json::parse(opened->body.substr(opened->body.find('\n') + 1));
    const std::string session = "&gsessionid=" + opened->get_header_value("X-HTTP-Session-Id") +
                                "&SID=" + url_encode(greeting[0][1][1].get<std::string>());
    std::string got;
    bool written = false;
    stream_text(server, path + "?VER=8&RID=rpc&CI=0&TYPE=xmlhttp&AID=0" + session, got, [&](const std::string& text) {
        if (!written && text.find("CURRENT") != std::string::npos) written = true, put(server, "a/2", 2);
        return text.find("documents/a/2") != std::string::npos;
    });
    EXPECT_NE(got.find("documents/a/2"), std::string::npos);
}

TEST(WebChannelSockets, HalfAFrameIsHalfAFrame) {
    Server server;
    ASSERT_TRUE(server.start());
    ASSERT_EQ(call(server, "PUT", "/linesman-admin/listen", R"({"cut":{"halfFrame":true}})").status, 200);
    ChannelClient client(server, "Listen");
    client.open({add_query(2)});
    std::string got;
    EXPECT_FALSE(stream_text(server, client.back_target(), got, [](const std::string&) { return false; }));
    EXPECT_EQ(got.find("snapshot"), std::string::npos);
    // httplib shows no part of a chunk; the next back channel brings it whole.
    EXPECT_EQ(words(client.listen(until_snapshot())), (Words{"ADD 2", "CURRENT 2", "snapshot"}));
}

TEST(WebChannelSockets, ThreeHundredClientsAreToldOfOneCommit) {
    Server server;
    ASSERT_TRUE(server.start());
    constexpr size_t kClients = 300;
    std::vector<std::unique_ptr<ChannelClient>> clients;
    std::vector<std::future<bool>> told;
    for (size_t i = 0; i < kClients; ++i) {
        clients.push_back(std::make_unique<ChannelClient>(server, "Listen"));
        clients.back()->open({add_query(2)});
        told.push_back(std::async(std::launch::async, [&server, target = clients.back()->back_target()] {
            std::string got;
            const auto has = [](const std::string& text) { return text.find("documents/a/1") != std::string::npos; };
            stream_text(server, target, got, has);
            return has(got);
        }));
    }
    while (server.stream_rules().stats().messages < 3 * kClients) std::this_thread::yield();
    put(server, "a/1", 1);
    for (auto& result : told) EXPECT_TRUE(result.get());
}

TEST(WriteStream, AnswersEachRequestInOrderAndEndsAtARefusal) {
    Server server;
    ChannelClient client(server, "Write");
    client.open({{{"database", kDatabase}}});
    const auto greeted = client.listen(until_messages(1));
    EXPECT_FALSE(greeted.messages()[0]["streamId"].get<std::string>().empty());
    const std::string token = greeted.messages()[0]["streamToken"];
    const base::Json write = base::Json::parse(update_of("a/1", 1));
    client.send({{{"streamToken", token}, {"writes", {write}}}});
    const auto written = client.listen(until_messages(1));
    const base::Json& answer = written.messages()[0];
    EXPECT_NE(answer["streamToken"], token);
    EXPECT_EQ(answer["writeResults"].size(), 1U);
    EXPECT_EQ(answer["writeResults"][0]["updateTime"], answer["commitTime"]);

    base::Json refused = write;
    refused["currentDocument"] = {{"exists", false}};
    const base::Json next = base::Json::parse(update_of("a/1", 2));
    client.send({{{"streamToken", token}, {"writes", {refused}}}, {{"writes", {next}}}});
    const auto last = client.listen([](const auto&) { return false; });  // the server ends it
    EXPECT_EQ(words(last), (Words{"error ALREADY_EXISTS"}));
    EXPECT_EQ(server.documents().last_sequence(), 1U);  // what followed the refused request was not done
    EXPECT_EQ(last.messages()[0]["error"]["code"], 409);
    EXPECT_EQ(client.send({{{"writes", {write}}}}).status, 400);
}

TEST(WriteStream, MustBeginWithTheDatabase) {
    Server server;
    ChannelClient client(server, "Write");
    client.open({{{"database", "projects/other/databases/(default)"}}});
    EXPECT_EQ(words(client.listen(until_messages(1))), (Words{"error INVALID_ARGUMENT"}));
}

}  // namespace
}  // namespace linesman::backend
