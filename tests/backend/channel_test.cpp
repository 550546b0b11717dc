// A channel by itself: what a back channel gives when requests cross each other.
#include "backend/channel.h"

#include <gtest/gtest.h>

namespace linesman::backend {
namespace {

struct Collected final : BodyWriter {
    std::string text;
    bool write(std::string_view bytes) override {
        text += bytes;
        return true;
    }
    bool peer_gone() override { return false; }
    void break_off(std::string_view) override {}
};

class ChannelTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto settings = rules.settings();
        settings.keep_alive_ms = 1;
        rules.set(settings);
    }
    std::string poll(uint64_t last_received) {
        Collected out;
        channel.run_back_channel(last_received, true, out);
        return out.text;
    }
    StreamRules rules;
    base::SystemClock clock;
    Channel channel{"Listen", rules, clock};
};

TEST_F(ChannelTest, ABackChannelThatBeginsBehindWhatWasAcknowledgedWaitsForWhatComesNext) {
    channel.send("\"one\"");
    channel.send("\"two\"");
    EXPECT_NE(poll(0).find("two"), std::string::npos);
    channel.acknowledge(2);  // by a forward request that was sent later and arrived first
    EXPECT_NE(poll(1).find("noop"), std::string::npos);
    channel.send("\"three\"");
    EXPECT_NE(poll(3).find("three"), std::string::npos);
}

TEST_F(ChannelTest, WhatWasNotAcknowledgedComesAgain) {
    channel.send("\"one\"");
    channel.send("\"two\"");
    poll(0);
    const std::string again = poll(1);
    EXPECT_EQ(again.find("one"), std::string::npos);
    EXPECT_NE(again.find("two"), std::string::npos);
}

}  // namespace
}  // namespace linesman::backend
