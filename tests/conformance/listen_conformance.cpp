// Listen and Write over WebChannel, as far as both servers can do the same: what a client holds after each snapshot,
// not the messages by which it came there, since Google's emulator resends everything for every change.
#include <functional>
#include <map>
#include <set>

#include "backend/http.h"
#include "backend/webchannel_wire.h"
#include "conformance/conformance_fixture.h"

namespace linesman::conformance {
namespace {

LINESMAN_CONFORMANCE(Streams);

using backend::url_decode;
using backend::url_encode;

// One channel over httplib. Messages are read from back channels that are left as soon as `enough` says so.
class Stream {
  public:
    Stream(int port, const std::string& service, std::string database)
        : client_("127.0.0.1", port),
          path_("/google.firestore.v1.Firestore/" + service + "/channel"),
          database_(std::move(database)) {
        client_.set_read_timeout(30);
    }

    void open(const Json& message) {
        const auto reply = client_.Post(
            (path_ + "?VER=8&CVER=22&RID=100&X-HTTP-Session-Id=gsessionid&database=" + url_encode(database_)).c_str(),
            "headers=" + url_encode("Authorization:Bearer owner\r\n") + "&" + form(message),
            "application/x-www-form-urlencoded");
        ASSERT_TRUE(reply);
        ASSERT_EQ(reply->status, 200);
        const size_t line = reply->body.find('\n');
        EXPECT_EQ(std::stoul(reply->body), reply->body.size() - line - 1);
        const Json greeting = Json::parse(reply->body.substr(line + 1));
        EXPECT_EQ(greeting[0][1][0], "c");
        EXPECT_EQ(greeting[0][1][3], 8);
        session_ = "&SID=" + url_encode(greeting[0][1][1].get<std::string>());
        if (reply->has_header("X-HTTP-Session-Id")) {
            session_ += "&gsessionid=" + reply->get_header_value("X-HTTP-Session-Id");
        }
    }

    std::string send(const Json& message) {
        const auto reply = client_.Post(
            (path_ + "?VER=8&RID=" + std::to_string(rid_++) + "&AID=" + std::to_string(last_) + session_).c_str(),
            form(message), "application/x-www-form-urlencoded");
        return reply ? reply->body : "";
    }

    int status_of_back_channel() {
        const auto reply = client_.Get((path_ + "?VER=8&RID=rpc&AID=0&CI=1&TYPE=xmlhttp" + session_).c_str());
        return reply ? reply->status : 0;
    }
    void terminate() { client_.Get((path_ + "?VER=8&RID=900&TYPE=terminate" + session_).c_str()); }

    // Hands over each message until `take` says that it has enough.
    void listen(const std::function<bool(const Json& message)>& take) { listen_from(last_, take); }
    void listen_from(uint64_t after, const std::function<bool(const Json& message)>& take) {
        std::string buffer;
        bool enough = false;
        client_.Get((path_ + "?VER=8&RID=rpc&CI=0&TYPE=xmlhttp&AID=" + std::to_string(after) + session_).c_str(),
                    [&](const char* data, size_t size) {
                        buffer.append(data, size);
                        for (Json arrays; !enough && next_frame(buffer, arrays);) enough = read(arrays, take);
                        return !enough;
                    });
        EXPECT_TRUE(enough) << "the back channel ended early";
    }
    uint64_t last() const { return last_; }

  private:
    std::string form(const Json& message) {
        return "count=1&ofs=" + std::to_string(offset_++) + "&req0___data__=" + url_encode(message.dump());
    }

    static bool next_frame(std::string& buffer, Json& arrays) {
        const size_t line = buffer.find('\n');
        if (line == std::string::npos) return false;
        const size_t units = std::stoul(buffer);
        size_t end = line + 1;
        while (end < buffer.size() && backend::utf16_units(buffer.substr(line + 1, end - line - 1)) < units) ++end;
        while (end < buffer.size() && (static_cast<unsigned char>(buffer[end]) & 0xC0) == 0x80) ++end;
        if (backend::utf16_units(buffer.substr(line + 1, end - line - 1)) < units) return false;
        arrays = Json::parse(buffer.substr(line + 1, end - line - 1), nullptr, false);
        EXPECT_TRUE(arrays.is_array()) << buffer;
        buffer.erase(0, end);
        return arrays.is_array();
    }

    bool read(const Json& arrays, const std::function<bool(const Json& message)>& take) {
        bool enough = false;
        for (const Json& array : arrays) {
            last_ = array[0].get<uint64_t>();
            if (array[1][0].is_object()) enough = take(array[1][0]) || enough;
        }
        return enough;
    }

    httplib::Client client_;
    std::string path_;
    std::string database_;
    std::string session_;
    uint64_t offset_ = 0;
    uint64_t last_ = 0;
    int rid_ = 101;
};

// The smallest client that is right: what one target holds, by the rules of section 3.
class Mirror {
  public:
    // True at a global snapshot once the target is current.
    bool take(const Json& message) {
        if (const auto it = message.find("targetChange"); it != message.end()) return change(*it);
        if (const auto it = message.find("documentChange"); it != message.end()) {
            const std::string id = last_part((*it)["document"]["name"]);
            if (it->contains("targetIds")) held_[id] = (*it)["document"];
            if (it->contains("removedTargetIds")) held_.erase(id);
        }
        for (const char* key : {"documentDelete", "documentRemove"}) {
            if (const auto it = message.find(key); it != message.end()) held_.erase(last_part((*it)["document"]));
        }
        return false;
    }
    std::string ids() const {
        std::string out;
        for (const auto& [id, document] : held_) out += (out.empty() ? "" : " ") + id;
        return out;
    }
    const Json& document(const std::string& id) const { return held_.at(id); }
    const std::string& token() const { return token_; }
    bool removed() const { return removed_; }

  private:
    static std::string last_part(const std::string& name) { return name.substr(name.rfind('/') + 1); }
    bool change(const Json& change) {
        const std::string type = change.value("targetChangeType", "");
        if (type == "RESET") held_.clear(), current_ = false;
        if (type == "CURRENT") current_ = true;
        if (type == "REMOVE") removed_ = true;
        token_ = change.value("resumeToken", token_);
        return current_ && type.empty() && !change.contains("targetIds") && change.contains("readTime");
    }

    std::map<std::string, Json> held_;
    std::string token_;
    bool current_ = false;
    bool removed_ = false;
};

Json fields(int n, bool open) {
    return {{"n", {{"integerValue", std::to_string(n)}}},
            {"open", {{"booleanValue", open}}},
            {"t", {{"stringValue", "ü😀"}}}};
}

Json add_open(const Firestore& db, Json more = Json::object()) {
    const Json where = {
        {"fieldFilter", {{"field", {{"fieldPath", "open"}}}, {"op", "EQUAL"}, {"value", {{"booleanValue", true}}}}}};
    more["targetId"] = 2;
    more["query"] = {{"parent", db.root()},
                     {"structuredQuery", {{"from", {{{"collectionId", "caps"}}}}, {"where", where}}}};
    return {{"database", db.database()}, {"addTarget", more}};
}

// Listens until the target holds `ids` at a snapshot.
void until(Stream& stream, Mirror& mirror, const std::string& ids) {
    int snapshots = 0;
    stream.listen(
        [&](const Json& message) { return mirror.take(message) && (mirror.ids() == ids || ++snapshots > 20); });
    EXPECT_EQ(mirror.ids(), ids);
}

TEST_P(Streams, AQueryIsFollowedThroughEveryKindOfChange) {
    db().set("caps/a", fields(1, true));
    db().set("caps/b", fields(2, false));
    Stream stream(endpoint(GetParam()).port, "Listen", db().database());
    stream.open(add_open(db()));
    Mirror mirror;
    until(stream, mirror, "a");
    EXPECT_EQ(mirror.document("a")["fields"]["t"]["stringValue"], "ü😀");
    db().set("caps/b", fields(3, true));
    until(stream, mirror, "a b");
    db().set("caps/a", fields(4, false));
    until(stream, mirror, "b");
    db().set("caps/c", fields(5, true));
    until(stream, mirror, "b c");
    db().remove(db().root() + "/caps/b");
    until(stream, mirror, "c");
    EXPECT_EQ(mirror.document("c")["updateTime"], mirror.document("c")["createTime"]);
}

TEST_P(Streams, AResumedTargetEndsWithWhatTheServerHolds) {
    for (const char* id : {"a", "b", "c"}) db().set(std::string("caps/") + id, fields(1, true));
    Mirror mirror;
    {
        Stream stream(endpoint(GetParam()).port, "Listen", db().database());
        stream.open(add_open(db()));
        until(stream, mirror, "a b c");
        stream.terminate();
    }
    ASSERT_FALSE(mirror.token().empty());
    db().remove(db().root() + "/caps/b");
    db().set("caps/c", fields(2, false));
    db().set("caps/d", fields(3, true));
    Stream stream(endpoint(GetParam()).port, "Listen", db().database());
    stream.open(add_open(db(), {{"resumeToken", mirror.token()}, {"expectedCount", 3}}));
    until(stream, mirror, "a d");
}

TEST_P(Streams, NamedDocumentsComeAndGo) {
    db().set("caps/a", fields(1, true));
    Stream stream(endpoint(GetParam()).port, "Listen", db().database());
    stream.open(
        {{"database", db().database()},
         {"addTarget", {{"targetId", 4}, {"documents", {{"documents", {db().name("caps/a"), db().name("caps/z")}}}}}}});
    Mirror mirror;
    std::set<std::string> deleted;
    stream.listen([&](const Json& message) {
        if (message.contains("documentDelete"))
            deleted.insert(message["documentDelete"]["document"].get<std::string>());
        return mirror.take(message);
    });
    EXPECT_EQ(mirror.ids(), "a");
    EXPECT_EQ(deleted, (std::set<std::string>{db().name("caps/z")}));
    db().set("caps/z", fields(2, true));
    until(stream, mirror, "a z");
    db().remove(db().root() + "/caps/a");
    until(stream, mirror, "z");
}

TEST_P(Streams, RemovedTargetsAreConfirmed) {
    Stream stream(endpoint(GetParam()).port, "Listen", db().database());
    stream.open(add_open(db()));
    Mirror mirror;
    until(stream, mirror, "");
    EXPECT_NE(stream.send({{"database", db().database()}, {"removeTarget", 2}}).find('['), std::string::npos);
    stream.listen([&](const Json& message) { return mirror.take(message), mirror.removed(); });
}

TEST_P(Streams, WhatWasNotAcknowledgedComesAgain) {
    db().set("caps/a", fields(1, true));
    Stream stream(endpoint(GetParam()).port, "Listen", db().database());
    stream.open(add_open(db()));
    Mirror first, second;
    until(stream, first, "a");
    stream.listen_from(0, [&](const Json& message) { return second.take(message); });
    EXPECT_EQ(second.ids(), "a");
}

TEST_P(Streams, AnUnknownSessionIsABadRequest) {
    Stream stream(endpoint(GetParam()).port, "Listen", db().database());
    stream.open(add_open(db()));
    Mirror mirror;
    until(stream, mirror, "");
    stream.terminate();
    EXPECT_EQ(stream.status_of_back_channel(), 400);
}

TEST_P(Streams, WritesAreAnsweredWithTheirVersions) {
    Stream stream(endpoint(GetParam()).port, "Write", db().database());
    stream.open({{"database", db().database()}});
    std::string token;
    stream.listen([&](const Json& message) { return !(token = message.value("streamToken", "")).empty(); });
    const Json increment = {{"fieldPath", "n"}, {"increment", {{"integerValue", "2"}}}};
    const Json stamp = {{"fieldPath", "at"}, {"setToServerValue", "REQUEST_TIME"}};
    stream.send({{"streamToken", token},
                 {"writes",
                  {{{"update", {{"name", db().name("caps/w")}, {"fields", fields(1, true)}}},
                    {"updateTransforms", {increment, stamp}}}}}});
    Json answer;
    stream.listen([&](const Json& message) { return answer = message, true; });
    EXPECT_NE(answer["streamToken"], token);
    EXPECT_EQ(answer["writeResults"][0]["updateTime"], answer["commitTime"]);
    EXPECT_EQ(answer["writeResults"][0]["transformResults"][0]["integerValue"], "3");
    EXPECT_TRUE(answer["writeResults"][0]["transformResults"][1].contains("timestampValue"));
    EXPECT_EQ(db().get(db().root() + "/caps/w").body["updateTime"], answer["commitTime"]);

    stream.send({{"streamToken", answer["streamToken"]},
                 {"writes",
                  {{{"update", {{"name", db().name("caps/none")}, {"fields", fields(1, true)}}},
                    {"currentDocument", {{"exists", true}}}}}}});
    stream.listen([&](const Json& message) { return answer = message, true; });
    EXPECT_EQ(answer["error"]["status"], "NOT_FOUND");
}

}  // namespace
}  // namespace linesman::conformance
