#include "sync/reply_reader.h"

#include <gtest/gtest.h>

#include <random>

#include "sync/builders.h"

namespace linesman::sync::test {
namespace {

std::string document(const std::string& id, const std::string& fields) {
    return R"({"document":{"name":")" + kRoot + "c/" + id + R"(","fields":)" + fields +
           R"(,"createTime":"2025-01-01T00:00:00.000001Z","updateTime":"2025-01-02T00:00:00.000002Z"},"readTime":"2025-01-03T00:00:00Z"})";
}

TEST(ReplyReader, ReadsDocumentsWithTheirVersionsVerbatim) {
    const auto reply = read_reply("[\n " + document("a", "{ \"x\" : {\"stringValue\": \"1 2\"} }") + ",\n" +
                                  document("b", "{}") + "\n]\n");
    ASSERT_TRUE(reply.ok()) << reply.error().full();
    ASSERT_EQ(reply->documents.size(), 2U);
    EXPECT_EQ(reply->documents[0].id(), "a");
    EXPECT_EQ(reply->documents[0].update_time, "2025-01-02T00:00:00.000002Z");
    EXPECT_EQ(reply->documents[0].create_time, "2025-01-01T00:00:00.000001Z");
    EXPECT_EQ(reply->documents[0].fields_json, R"({"x":{"stringValue":"1 2"}})");
    EXPECT_EQ(reply->read_time, "2025-01-03T00:00:00Z");
}

TEST(ReplyReader, AnEmptyResultIsOneElementWithoutDocument) {
    const auto reply = read_reply(R"([{"readTime":"2025-01-03T00:00:00Z","done":true}])");
    ASSERT_TRUE(reply.ok());
    EXPECT_TRUE(reply->documents.empty());
    EXPECT_TRUE(read_reply("[]").ok());
}

TEST(ReplyReader, ADocumentWithoutFieldsIsEmptyNotDamaged) {
    const auto reply =
        read_reply(R"([{"document":{"name":"r/c/a","updateTime":"2025-01-02T00:00:00Z"},"readTime":"t"}])");
    ASSERT_TRUE(reply.ok());
    ASSERT_EQ(reply->documents.size(), 1U);
    EXPECT_EQ(reply->documents[0].fields_json, "{}");
}

TEST(ReplyReader, MissingDocumentsOfABatchGetAreNamed) {
    const auto reply = read_reply(
        R"([{"missing":"r/c/a","readTime":"t"},{"found":{"name":"r/c/b","updateTime":"u"},"readTime":"t"}])");
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->missing, std::vector<std::string>{"r/c/a"});
    EXPECT_EQ(reply->documents.size(), 1U);
}

TEST(ReplyReader, OneBadElementNeverLosesTheOthers) {
    for (const std::string& bad :
         {std::string(R"({"document":7})"), std::string("null"), std::string(R"({"document":{"fields":{}}})"),
          std::string(R"({"document":{"name":"r/c/z"}})"),
          std::string(R"({"document":{"name":{"x":[1]},"updateTime":[1]}})")}) {
        std::string text = "[";
        text.append(document("a", "{}"))
            .append(",")
            .append(bad)
            .append(",")
            .append(document("b", "{\"q\":{\"nullValue\":null}}"))
            .append("]");
        const auto reply = read_reply(text);
        ASSERT_TRUE(reply.ok()) << bad << reply.error().full();
        EXPECT_EQ(reply->documents.size(), 2U) << bad;
        EXPECT_EQ(reply->damaged.size(), 1U) << bad;
    }
    const auto reply = read_reply(R"([{"document":{"name":"r/c/z"}}])");
    ASSERT_TRUE(reply.ok());
    EXPECT_NE(reply->damaged.at(0).what.find(": z"), std::string::npos);
}

TEST(ReplyReader, FieldsThatAreNoMapAreKeptRaw) {
    const auto reply =
        read_reply("[" + document("a", "[1, 2]") + "," + document("b", "\"text\"") + "," + document("c", "{}") + "]");
    ASSERT_TRUE(reply.ok()) << reply.error().full();
    ASSERT_EQ(reply->documents.size(), 3U);
    EXPECT_EQ(reply->documents[0].fields_json, "[1,2]");
    EXPECT_EQ(reply->documents[1].fields_json, "\"text\"");
}

TEST(ReplyReader, AnErrorInTheMiddleIsTheErrorOfTheReply) {
    const std::string error = R"({"error":{"code":503,"message":"try later","status":"UNAVAILABLE"}})";
    for (const std::string& text : {error, "[" + error + "]", "[" + document("a", "{}") + "," + error + "]"}) {
        const auto reply = read_reply(text);
        ASSERT_FALSE(reply.ok()) << text;
        EXPECT_EQ(reply.error().kind, base::ErrorKind::unavailable);
    }
}

TEST(ReplyReader, ACutReplyIsCorruptWhereverItIsCut) {
    const std::string whole = "[" + document("a", R"({"x":{"stringValue":"y"}})") + "," + document("b", "{}") + "]";
    ASSERT_TRUE(read_reply(whole).ok());
    for (size_t length = 0; length < whole.size(); ++length) {
        const auto reply = read_reply(std::string_view(whole).substr(0, length));
        ASSERT_FALSE(reply.ok()) << length;
        EXPECT_EQ(reply.error().kind, base::ErrorKind::corrupt);
    }
}

TEST(ReplyReader, WhatIsNoReplyIsCorrupt) {
    for (const char* text : {"", "   ", "<html>Sign in</html>", "3", "{}", "[}", "[]]", "{\"documents\":[]}",
                             "[{\"document\":{\"name\":]}]"}) {
        const auto reply = read_reply(text);
        ASSERT_FALSE(reply.ok()) << text;
        EXPECT_EQ(reply.error().kind, base::ErrorKind::corrupt) << text;
    }
}

TEST(ReplyReader, MutatedRepliesNeverCrash) {
    const std::string whole = "[" + document("a", fields_text(phone_capture())) + "," + document("b", "{}") + "]";
    std::mt19937_64 dice(5);
    ReplyReader reader;
    for (int i = 0; i < 20000; ++i) {
        std::string text = whole;
        for (uint64_t n = dice() % 3 + 1; n > 0; --n) {
            const size_t where = dice() % text.size();
            if (dice() % 2 == 0) {
                text[where] = static_cast<char>(dice());
            } else {
                text.erase(where, dice() % 5);
            }
        }
        (void)reader.read(text);
    }
}

TEST(ReplyReader, EveryCanonicalStatusHasAKind) {
    EXPECT_EQ(error_kind_from_status("FAILED_PRECONDITION"), base::ErrorKind::precondition_failed);
    EXPECT_EQ(error_kind_from_status("RESOURCE_EXHAUSTED"), base::ErrorKind::rate_limited);
    EXPECT_EQ(error_kind_from_status("something new"), base::ErrorKind::internal);
}

}  // namespace
}  // namespace linesman::sync::test
