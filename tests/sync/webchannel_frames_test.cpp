#include "sync/webchannel_frames.h"

#include <gtest/gtest.h>

#include "sync/channel_line.h"

namespace linesman::sync {
namespace {

using test::ChannelLine;

std::vector<std::string> read_in_pieces(const std::string& bytes, size_t piece) {
    FrameReader reader;
    std::vector<std::string> frames;
    for (size_t at = 0; at < bytes.size(); at += piece) {
        auto taken = reader.take(bytes.substr(at, piece));
        EXPECT_TRUE(taken.ok());
        if (!taken) return frames;
        for (auto& frame : *taken) frames.push_back(std::move(frame));
    }
    EXPECT_TRUE(reader.at_boundary());
    return frames;
}

// One, two, three and four bytes a character; the last counts as two UTF-16 units.
const std::vector<std::string> kTexts = {R"([[1,["a"]]])", "[[2,[\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"]]]",
                                         R"([[3,["noop"]]])"};

TEST(FrameReader, FramesSurviveCutsAtEveryByte) {
    std::string bytes;
    for (const auto& text : kTexts) bytes += ChannelLine::frame(text);
    for (size_t piece = 1; piece <= bytes.size(); ++piece) EXPECT_EQ(read_in_pieces(bytes, piece), kTexts) << piece;
}

TEST(FrameReader, FramesSurviveOneCutAtAnyPlace) {
    std::string bytes;
    for (const auto& text : kTexts) bytes += ChannelLine::frame(text);
    for (size_t cut = 0; cut <= bytes.size(); ++cut) {
        FrameReader reader;
        auto first = reader.take(bytes.substr(0, cut));
        auto second = reader.take(bytes.substr(cut));
        ASSERT_TRUE(first.ok() && second.ok()) << cut;
        first->insert(first->end(), second->begin(), second->end());
        EXPECT_EQ(*first, kTexts) << cut;
    }
}

TEST(FrameReader, TheLengthCountsUtf16Units) {
    FrameReader reader;
    const auto frames = reader.take("4\n\"\xF0\x9F\x98\x80\"");
    ASSERT_TRUE(frames.ok());
    ASSERT_EQ(frames->size(), 1U);
    EXPECT_EQ(frames->front().size(), 6U);
}

TEST(FrameReader, WhatIsNoFrameIsRefusedAndStaysRefused) {
    for (const std::string bytes : {"<html>", "12a\n", "9999999999", "\n[]", "1\n\xF0\x9F\x98\x80", "3\n\"\xFF\"",
                                    "4\n\"\xC3\"\"", "70000000\n"}) {
        FrameReader reader;
        const auto taken = reader.take(bytes);
        ASSERT_FALSE(taken.ok()) << bytes;
        EXPECT_EQ(taken.error().kind, base::ErrorKind::corrupt);
        EXPECT_FALSE(reader.take("2\n[]").ok());
        EXPECT_FALSE(reader.at_boundary());
    }
}

TEST(FrameReader, AHalfFrameIsNoBoundary) {
    FrameReader reader;
    ASSERT_TRUE(reader.take("5\n[1").ok());
    EXPECT_FALSE(reader.at_boundary());
}

TEST(ChannelArrays, EveryKindOfPayloadIsRead) {
    const auto arrays = read_arrays(
        R"([[0,["c","S==","",8,12,25000]],[1,[{"targetChange":{"x":[1,2]}}]],[2,["noop"]],[3,[[{"error":{"code":7}}]]],[4,["stop"]]])");
    ASSERT_TRUE(arrays.ok()) << arrays.error().full();
    ASSERT_EQ(arrays->size(), 5U);
    EXPECT_EQ((*arrays)[0].kind, ChannelArray::Kind::hello);
    EXPECT_EQ((*arrays)[0].hello.sid, "S==");
    EXPECT_EQ((*arrays)[0].hello.keep_alive_ms, 25000);
    EXPECT_EQ((*arrays)[1].text, R"({"targetChange":{"x":[1,2]}})");
    EXPECT_EQ((*arrays)[2].kind, ChannelArray::Kind::noop);
    EXPECT_EQ((*arrays)[3].text, R"({"error":{"code":7}})");
    EXPECT_EQ((*arrays)[4].kind, ChannelArray::Kind::stop);
    EXPECT_EQ((*arrays)[4].id, 4U);
}

TEST(ChannelArrays, IndentedFramesGiveCompactMessages) {
    const auto arrays = read_arrays("[[7,[{\n  \"a\" : \"b c\"\n}]]\n]\n");
    ASSERT_TRUE(arrays.ok());
    EXPECT_EQ(arrays->front().text, R"({"a":"b c"})");
}

TEST(ChannelArrays, WhatIsNoListOfArraysIsCorrupt) {
    for (const std::string text : {"", "{}", "[1]", "[[1]]", "[[1,[]]]", "[[1,{}]]", "[[-1,[{}]]]", "[[1,[{}]]",
                                   "[[1,[{}]]] x]", "[[1,[1]]]", "[[1,[[]]]]"})
        EXPECT_FALSE(read_arrays(text).ok()) << text;
}

TEST(ChannelArrays, TheReplyToAPostIsRead) {
    const auto reply = read_forward_reply("7\n[1,9,7]");
    ASSERT_TRUE(reply.has_value());
    EXPECT_TRUE(reply->back_channel);
    EXPECT_EQ(reply->last_sent, 9U);
    EXPECT_FALSE(read_forward_reply("7\n[0,9,7]")->back_channel);
    for (const std::string text : {"", "7\n[1,9,", "2\n[]", "9\n[\"1\",\"2\"]", "<html></html>"})
        EXPECT_FALSE(read_forward_reply(text).has_value()) << text;
}

}  // namespace
}  // namespace linesman::sync
