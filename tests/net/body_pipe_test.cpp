#include "net/body_pipe.h"

#include <gtest/gtest.h>

#include <future>

#include "net/http.h"
#include "support/test_server.h"

namespace linesman::net {
namespace {

struct Pipe {
    base::ManualClock clock;
    base::ManualQueue queue{clock};
    std::string got;
    int calls = 0;
    std::unique_ptr<BodyPipe> pipe;
    explicit Pipe(size_t most = 1000) {
        pipe = std::make_unique<BodyPipe>(queue, most, [this](std::string_view bytes) {
            got += bytes;
            ++calls;
        });
    }
};

TEST(BodyPipe, WhatGathersBetweenTurnsComesTogetherAndInOrder) {
    Pipe t;
    const auto give = t.pipe->receiver();
    EXPECT_TRUE(give("a"));
    EXPECT_TRUE(give("b"));
    EXPECT_TRUE(t.got.empty());
    t.queue.run_ready();
    EXPECT_TRUE(give("c"));
    t.queue.run_ready();
    EXPECT_EQ(t.got, "abc");
    EXPECT_EQ(t.calls, 2);
}

TEST(BodyPipe, AFloodStopsTheStreamAndWhatCameBeforeIsGiven) {
    Pipe t(4);
    const auto give = t.pipe->receiver();
    EXPECT_TRUE(give("1234"));
    EXPECT_FALSE(give("5"));
    EXPECT_FALSE(give("6"));
    EXPECT_TRUE(t.pipe->overflowed());
    t.queue.run_ready();
    EXPECT_EQ(t.got, "1234");
}

TEST(BodyPipe, OnceGoneNothingIsGivenAndTheStreamEnds) {
    Pipe t;
    const auto give = t.pipe->receiver();
    EXPECT_TRUE(give("lost"));
    t.pipe.reset();
    EXPECT_FALSE(give("more"));
    t.queue.run_ready();
    EXPECT_TRUE(t.got.empty());
}

TEST(BodyPipe, TheReceiverMayDestroyThePipe) {
    base::ManualClock clock;
    base::ManualQueue queue(clock);
    std::unique_ptr<BodyPipe> pipe;
    int calls = 0;
    pipe = std::make_unique<BodyPipe>(queue, 100, [&](std::string_view) {
        ++calls;
        pipe.reset();
    });
    const auto give = pipe->receiver();
    give("x");
    queue.run_ready();
    EXPECT_FALSE(give("y"));
    EXPECT_EQ(calls, 1);
}

// Over a real connection: the first piece arrives while the reply is still held open, and dropping the call ends it.
TEST(BodyPipe, AStreamedReplyArrivesWhileItIsStillOpen) {
    test::TestServer server([](const test::TestRequest&) {
        test::TestReply reply;
        reply.body = "first piece and the rest";
        reply.fault = test::Fault::hold_body;
        reply.keep = 11;
        return reply;
    });
    base::ThreadQueue queue("test");
    const auto http = make_http({});
    std::promise<std::string> first;
    std::string got;
    std::unique_ptr<BodyPipe> pipe;
    Call call;
    queue.post([&] {
        pipe = std::make_unique<BodyPipe>(queue, 1 << 20, [&](std::string_view bytes) {
            got += bytes;
            if (got.size() == 11) first.set_value(got);
        });
        Request request;
        request.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/stream";
        request.timeout = {};
        request.on_data = pipe->receiver();
        call = http->send(std::move(request), queue, [](const base::Result<Response>&) { FAIL(); });
    });
    EXPECT_EQ(first.get_future().get(), "first piece");
    std::promise<void> dropped;
    queue.post([&] {
        call.cancel();
        pipe.reset();
        dropped.set_value();
    });
    dropped.get_future().wait();
}

}  // namespace
}  // namespace linesman::net
