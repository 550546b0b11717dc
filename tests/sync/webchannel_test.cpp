#include "sync/webchannel.h"

#include <gtest/gtest.h>

#include "sync/channel_line.h"

namespace linesman::sync {
namespace {

using base::Json;
using test::ChannelLine;

std::string first_of(const std::multimap<std::string, std::string>& query, const std::string& key) {
    const auto found = query.find(key);
    return found == query.end() ? "(none)" : found->second;
}

struct Session {
    base::ManualClock clock;
    base::ManualQueue queue{clock};
    ChannelLine line;
    std::vector<std::string> got;
    std::vector<base::Error> ends;
    std::unique_ptr<WebChannel> channel;

    explicit Session(bool open = true) {
        if (open) start();
    }
    void start(bool long_poll = false) {
        WebChannelPlace place;
        place.url = "http://127.0.0.1:1/google.firestore.v1.Firestore/Listen/channel";
        place.database = "projects/demo/databases/(default)";
        place.api_key = "key";
        place.long_poll = long_poll;
        WebChannelEvents events;
        events.on_message = [this](std::string_view json) { got.emplace_back(json); };
        events.on_end = [this](base::Error error) { ends.push_back(std::move(error)); };
        channel = std::make_unique<WebChannel>(line, queue, clock, place, events);
        channel->open("tok", {R"({"addTarget":1})", R"({"addTarget":2})"});
        queue.run_ready();
    }
    void push(int number) {
        line.push(Json{{"n", number}});
        queue.run_ready();
    }
    static std::vector<std::string> numbers(int from, int to) {
        std::vector<std::string> out;
        for (int n = from; n <= to; ++n) out.push_back(Json{{"n", n}}.dump());
        return out;
    }
};

TEST(WebChannel, TheHandshakeCarriesTheTokenAndTheFirstMessages) {
    Session s;
    ASSERT_EQ(s.line.handshakes.size(), 1U);
    const auto& hello = s.line.handshakes[0];
    EXPECT_EQ(first_of(hello.query, "VER"), "8");
    EXPECT_EQ(first_of(hello.query, "CVER"), "22");
    EXPECT_EQ(first_of(hello.query, "database"), "projects/demo/databases/(default)");
    EXPECT_NE(first_of(hello.form, "headers").find("Authorization:Bearer tok\r\n"), std::string::npos);
    EXPECT_NE(first_of(hello.form, "headers").find("x-goog-api-key:key\r\n"), std::string::npos);
    EXPECT_EQ(first_of(hello.form, "ofs"), "0");
    ASSERT_EQ(hello.messages.size(), 2U);
    EXPECT_EQ(hello.messages[1]["addTarget"], 2);
    ASSERT_EQ(s.line.gets.size(), 1U);
    EXPECT_EQ(first_of(s.line.gets[0], "RID"), "rpc");
    EXPECT_EQ(first_of(s.line.gets[0], "SID"), s.line.sid());
    EXPECT_EQ(first_of(s.line.gets[0], "gsessionid"), "gs&1");
    EXPECT_EQ(first_of(s.line.gets[0], "AID"), "0");
    EXPECT_EQ(first_of(s.line.gets[0], "CI"), "0");
}

TEST(WebChannel, MessagesArriveWholeWhereverTheyAreCut) {
    for (const size_t piece : {1U, 2U, 3U, 7U, 1000U}) {
        Session s;
        s.line.piece_bytes = piece;
        s.line.push_all({Json{{"n", 1}}, Json{{"t", "\xF0\x9F\x98\x80\xC3\xA9"}}});
        s.line.push_raw({R"(["noop"])"});
        s.line.push(Json{{"n", 3}});
        s.queue.run_ready();
        ASSERT_EQ(s.got.size(), 3U) << piece;
        EXPECT_EQ(Json::parse(s.got[1])["t"], "\xF0\x9F\x98\x80\xC3\xA9");
        EXPECT_TRUE(s.ends.empty());
    }
}

TEST(WebChannel, AfterACutTheSameSessionGoesOnWithoutLossOrRepetition) {
    Session s;
    s.push(1);
    s.line.cut_within_next_frame();
    s.push(2);
    s.line.push(Json{{"n", 3}});
    s.queue.run_for(base::seconds(2));
    EXPECT_EQ(s.got, Session::numbers(1, 3));
    EXPECT_EQ(s.line.handshakes.size(), 1U);
    EXPECT_EQ(first_of(s.line.gets.back(), "AID"), "1");
}

TEST(WebChannel, ReplayedArraysAreGivenOnce) {
    Session s;
    s.push(1);
    s.push(2);
    s.line.bytes(ChannelLine::frame(R"([[1,[{"n":1}]],[2,[{"n":2}]],[3,[{"n":3}]]])"));
    s.queue.run_ready();
    EXPECT_EQ(s.got, Session::numbers(1, 3));
}

TEST(WebChannel, AGapEndsTheSession) {
    Session s;
    s.line.bytes(ChannelLine::frame(R"([[2,[{"n":2}]]])"));
    s.queue.run_ready();
    ASSERT_EQ(s.ends.size(), 1U);
    EXPECT_EQ(s.ends[0].kind, base::ErrorKind::corrupt);
    EXPECT_TRUE(s.got.empty());
}

TEST(WebChannel, AGetThatEndsIsFollowedByTheNextAtOnce) {
    Session s;
    s.push(1);
    s.line.end_get();
    s.queue.run_ready();
    EXPECT_TRUE(s.line.connected());
    EXPECT_EQ(first_of(s.line.gets.back(), "AID"), "1");
    s.push(2);
    EXPECT_EQ(s.got, Session::numbers(1, 2));
}

TEST(WebChannel, GetsThatEndAtOnceAreNotRepeatedForever) {
    Session s;
    for (int i = 0; i < 10 && s.ends.empty(); ++i) {
        s.line.end_get();
        s.queue.run_for(base::seconds(2));
    }
    EXPECT_EQ(s.ends.size(), 1U);
    EXPECT_LE(s.line.gets.size(), 4U);
}

TEST(WebChannel, MessagesGoOneRequestAtATimeWithTheirOffsets) {
    Session s;
    s.push(1);
    s.channel->send(R"({"m":1})");
    s.channel->send(R"({"m":2})");
    s.channel->send(R"({"m":3})");
    s.queue.run_ready();
    ASSERT_EQ(s.line.posts.size(), 2U);
    EXPECT_EQ(first_of(s.line.posts[0].form, "ofs"), "2");
    EXPECT_EQ(first_of(s.line.posts[0].query, "AID"), "1");
    EXPECT_EQ(first_of(s.line.posts[0].query, "gsessionid"), "gs&1");
    EXPECT_EQ(first_of(s.line.posts[1].form, "ofs"), "3");
    EXPECT_EQ(s.line.posts[1].messages.size(), 2U);
    const auto rid = [](const ChannelLine::Posted& post) { return std::stoull(first_of(post.query, "RID")); };
    EXPECT_EQ(rid(s.line.posts[0]), rid(s.line.handshakes[0]) + 1);
    EXPECT_EQ(rid(s.line.posts[1]), rid(s.line.posts[0]) + 1);
}

TEST(WebChannel, ALostPostIsRepeatedUnderItsNumber) {
    Session s;
    s.push(1);
    int failures = 2;
    s.line.answer = [&](bool) -> std::optional<base::Result<net::Response>> {
        if (failures-- <= 0) return std::nullopt;
        return base::make_error(base::ErrorKind::offline, "lost");
    };
    s.channel->send(R"({"m":1})");
    s.queue.run_for(base::seconds(3));
    ASSERT_EQ(s.line.posts.size(), 3U);
    EXPECT_EQ(first_of(s.line.posts[2].query, "RID"), first_of(s.line.posts[0].query, "RID"));
    EXPECT_EQ(first_of(s.line.posts[2].form, "ofs"), first_of(s.line.posts[0].form, "ofs"));
    EXPECT_TRUE(s.ends.empty());
    failures = 3;
    s.channel->send(R"({"m":2})");
    s.queue.run_for(base::seconds(5));
    ASSERT_EQ(s.ends.size(), 1U);
    EXPECT_EQ(s.ends[0].kind, base::ErrorKind::offline);
}

TEST(WebChannel, AnUnknownSessionEndsTheChannelAtOnce) {
    Session s;
    s.push(1);
    s.line.forget_sessions();
    s.line.cut();
    s.queue.run_for(base::seconds(1));
    ASSERT_EQ(s.ends.size(), 1U);
    EXPECT_EQ(s.ends[0].kind, base::ErrorKind::unavailable);
}

TEST(WebChannel, AServerThatClosesEndsTheChannel) {
    Session s;
    s.line.push_raw({R"(["stop"])"});
    s.queue.run_ready();
    EXPECT_EQ(s.ends.size(), 1U);
}

TEST(WebChannel, ARefusedHandshakeSaysWhy) {
    Session s(false);
    s.line.answer = [](bool) -> std::optional<base::Result<net::Response>> {
        return ChannelLine::response(403, R"({"error":{"code":403,"status":"PERMISSION_DENIED","message":"no"}})");
    };
    s.start();
    ASSERT_EQ(s.ends.size(), 1U);
    EXPECT_EQ(s.ends[0].kind, base::ErrorKind::permission_denied);
}

TEST(WebChannel, APortalInPlaceOfTheServerIsNamed) {
    Session s(false);
    s.line.answer = [](bool) -> std::optional<base::Result<net::Response>> {
        return ChannelLine::response(200, "<html>Welcome to the hotel</html>");
    };
    s.start();
    ASSERT_EQ(s.ends.size(), 1U);
    EXPECT_EQ(s.ends[0].kind, base::ErrorKind::offline);
}

TEST(WebChannel, AProxyThatHoldsStreamsBackIsMetByLongPollingWithinSeconds) {
    Session s(false);
    s.line.swallow_streams = true;
    s.line.on_message = [&](const Json&) { s.line.push(Json{{"n", 1}}); };
    s.start();
    s.queue.run_for(base::seconds(5));
    EXPECT_TRUE(s.channel->long_polling());
    ASSERT_FALSE(s.got.empty());
    s.line.push(Json{{"n", 9}});
    s.queue.run_ready();
    EXPECT_EQ(s.got.back(), R"({"n":9})");
    EXPECT_TRUE(s.line.long_polling());
    EXPECT_TRUE(s.ends.empty());
}

TEST(WebChannel, ALineThatHoldsEverythingBackIsGivenUpWithinSeconds) {
    Session s(false);
    s.line.swallow_all = true;
    s.start();
    s.queue.run_for(base::seconds(9));
    ASSERT_EQ(s.ends.size(), 1U);
    EXPECT_EQ(s.ends[0].kind, base::ErrorKind::timed_out);
    EXPECT_NE(s.ends[0].what.find("proxy"), std::string::npos);
}

TEST(WebChannel, SilenceBeyondTheKeepAliveOpensTheBackChannelAgain) {
    Session s;
    s.push(1);
    s.queue.run_for(base::seconds(44));
    EXPECT_EQ(s.line.gets.size(), 1U);
    s.line.push_raw({R"(["noop"])"});
    s.queue.run_for(base::seconds(44));
    EXPECT_EQ(s.line.gets.size(), 1U);
    s.queue.run_for(base::seconds(2));
    EXPECT_EQ(s.line.gets.size(), 2U);
    EXPECT_EQ(first_of(s.line.gets.back(), "AID"), "2");
}

TEST(WebChannel, SilenceASecondTimeTriesLongPolling) {
    Session s;
    s.push(1);
    s.queue.run_for(base::seconds(100));
    EXPECT_TRUE(s.channel->long_polling());
}

TEST(WebChannel, TerminatingTellsTheServer) {
    Session s;
    s.push(1);
    const auto farewell = s.channel->terminate();
    s.channel.reset();
    s.queue.run_ready();
    EXPECT_EQ(s.line.terminated, 1);
    EXPECT_TRUE(s.ends.empty());
}

TEST(WebChannel, DroppedInTheMiddleOfAFrameNothingFollows) {
    Session s;
    WebChannelEvents events;
    int count = 0;
    events.on_message = [&](std::string_view) {
        ++count;
        s.channel.reset();
    };
    events.on_end = [](const base::Error&) { FAIL(); };
    WebChannelPlace place;
    place.url = "http://127.0.0.1:1/x/channel";
    s.channel = std::make_unique<WebChannel>(s.line, s.queue, s.clock, place, events);
    s.channel->open("", {});
    s.queue.run_ready();
    s.line.push_all({Json{{"n", 1}}, Json{{"n", 2}}});
    s.queue.run_for(base::minutes(2));
    EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace linesman::sync
