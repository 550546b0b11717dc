// A small WebChannel client that shows the bytes: what the official client would hide. Back channels are read through
// BodyWriter, without sockets, up to a given message; tests of real sockets use httplib.
#pragma once

#include <gtest/gtest.h>

#include <thread>

#include "backend/backend_test_support.h"
#include "backend/webchannel_wire.h"

namespace linesman::backend {

// Takes what a back channel writes. A condition over all messages so far says when the client has enough and leaves.
class FrameReader final : public BodyWriter {
  public:
    using Enough = std::function<bool(const std::vector<base::Json>& messages)>;
    explicit FrameReader(Enough enough) : enough_(std::move(enough)) {}

    bool write(std::string_view bytes) override {
        raw_ += bytes;
        EXPECT_TRUE(read_frames()) << raw_;
        return !enough_(messages_);
    }
    bool peer_gone() override { return enough_(messages_); }
    void break_off(std::string_view bytes) override { raw_ += bytes.substr(0, bytes.size() / 2), broken_ = true; }

    // Without noops, in order.
    const std::vector<base::Json>& messages() const { return messages_; }
    const std::vector<uint64_t>& ids() const { return ids_; }  // of all arrays, noops included
    const std::string& raw() const { return raw_; }
    bool broken() const { return broken_; }
    size_t noops() const { return noops_; }

  private:
    // Each write of the backend holds whole frames.
    bool read_frames() {
        while (position_ < raw_.size()) {
            const size_t line = raw_.find('\n', position_);
            if (line == std::string::npos) return false;
            const size_t units = std::stoul(raw_.substr(position_, line - position_));
            size_t end = line + 1;
            for (size_t seen = 0; seen < units && end < raw_.size();) {
                const auto lead = static_cast<unsigned char>(raw_[end]);
                end += lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
                seen += lead >= 0xF0 ? 2 : 1;
            }
            const base::Json arrays = base::Json::parse(raw_.substr(line + 1, end - line - 1), nullptr, false);
            if (!arrays.is_array()) return false;
            for (const base::Json& array : arrays) {
                ids_.push_back(array[0].get<uint64_t>());
                if (array[1][0] == "noop") {
                    ++noops_;
                } else {
                    messages_.push_back(array[1][0]);
                }
            }
            position_ = end;
        }
        return true;
    }

    Enough enough_;
    std::string raw_;
    size_t position_ = 0;
    std::vector<base::Json> messages_;
    std::vector<uint64_t> ids_;
    size_t noops_ = 0;
    bool broken_ = false;
};

// Ends at the first global snapshot that comes with or after `changes` messages; a refusal or an error ends it, too.
inline FrameReader::Enough until_snapshot(size_t changes = 0) {
    return [changes](const std::vector<base::Json>& messages) {
        if (messages.empty() || messages.size() < changes) return false;
        const base::Json& last = messages.back();
        if (last.contains("error")) return true;
        if (!last.contains("targetChange")) return false;
        const base::Json& change = last["targetChange"];
        return !change.contains("targetIds") || change.contains("cause");
    };
}

inline FrameReader::Enough until_messages(size_t count) {
    return [count](const std::vector<base::Json>& messages) { return messages.size() >= count; };
}

class ChannelClient {
  public:
    ChannelClient(Server& server, std::string service, std::string authorization = "")
        : server_(server),
          path_("/google.firestore.v1.Firestore/" + std::move(service) + "/channel"),
          authorization_(std::move(authorization)) {}

    // The handshake, with its first messages.
    HttpReply open(const std::vector<base::Json>& messages) {
        std::string body = "headers=" + url_encode("X-Goog-Api-Client:test\r\nContent-Type:text/plain\r\n");
        if (!authorization_.empty()) body += url_encode("Authorization:" + authorization_ + "\r\n");
        HttpReply reply = post("&CVER=22&X-HTTP-Session-Id=gsessionid", body + "&" + form(messages));
        const base::Json greeting = base::Json::parse(reply.body.substr(reply.body.find('\n') + 1), nullptr, false);
        sid_ = greeting.is_array() ? greeting[0][1][1].get<std::string>() : "";
        session_ = header_of(reply, "X-HTTP-Session-Id");
        return reply;
    }
    HttpReply send(const std::vector<base::Json>& messages) {
        return post(session() + "&AID=" + std::to_string(received_), form(messages));
    }
    HttpReply again(const std::string& body) { return post(session() + "&AID=" + std::to_string(received_), body); }
    HttpReply terminate() { return call(server_, "GET", path_ + "?VER=8&TYPE=terminate&RID=9" + session()); }

    // Of a back channel. `after` -1: from what was received.
    std::string back_target(bool long_poll = false, int64_t after = -1) const {
        return path_ + "?VER=8&RID=rpc&TYPE=xmlhttp&CI=" + (long_poll ? "1" : "0") +
               "&AID=" + std::to_string(after < 0 ? received_ : static_cast<uint64_t>(after)) + session();
    }
    // One back channel until `enough`.
    FrameReader listen(FrameReader::Enough enough, bool long_poll = false, int64_t after = -1) {
        FrameReader reader(std::move(enough));
        const HttpReply reply = call(server_, "GET", back_target(long_poll, after));
        status_ = reply.status;
        if (reply.stream) reply.stream(reader);
        if (!reader.broken() && !reader.ids().empty()) received_ = std::max(received_, reader.ids().back());
        return reader;
    }

    int status() const { return status_; }
    const std::string& sid() const { return sid_; }
    void forget_session() { session_ = "x"; }
    uint64_t received() const { return received_; }

    // The form of the next messages, counted on.
    std::string form(const std::vector<base::Json>& messages) {
        std::string body = "count=" + std::to_string(messages.size()) + "&ofs=" + std::to_string(offset_);
        for (size_t i = 0; i < messages.size(); ++i) {
            body += "&req" + std::to_string(i) + "___data__=" + url_encode(messages[i].dump());
        }
        offset_ += messages.size();
        return body;
    }

  private:
    std::string session() const { return "&SID=" + url_encode(sid_) + "&gsessionid=" + session_; }
    HttpReply post(const std::string& parameters, const std::string& body) {
        return call(server_, "POST",
                    path_ + "?VER=8&database=" + url_encode("projects/p/databases/(default)") +
                        "&RID=" + std::to_string(rid_++) + parameters,
                    body, {{"content-type", "application/x-www-form-urlencoded"}});
    }

    Server& server_;
    std::string path_;
    std::string authorization_;
    std::string sid_;
    std::string session_;
    uint64_t offset_ = 0;
    uint64_t received_ = 0;
    int rid_ = 1000;
    int status_ = 0;
};

inline const std::string kDatabase = "projects/p/databases/(default)";

inline base::Json request(const char* what, base::Json value) {
    return {{"database", kDatabase}, {what, std::move(value)}};
}

// All of collection "a" where n < `below`.
inline base::Json add_query(int target, base::Json more = base::Json::object(), int below = 100) {
    const base::Json where = {
        {"fieldFilter",
         {{"field", {{"fieldPath", "n"}}}, {"op", "LESS_THAN"}, {"value", {{"integerValue", std::to_string(below)}}}}}};
    base::Json structured = {{"from", {{{"collectionId", "a"}}}}, {"where", where}};
    if (more.contains("limit")) structured["limit"] = more["limit"], more.erase("limit");
    more["targetId"] = target;
    more["query"] = {{"parent", kDatabase + "/documents"}, {"structuredQuery", structured}};
    return request("addTarget", more);
}

inline base::Json add_documents(int target, const std::vector<std::string>& paths) {
    base::Json names = base::Json::array();
    for (const std::string& path : paths) names.push_back(kDatabase + "/documents/" + path);
    return request("addTarget", {{"targetId", target}, {"documents", {{"documents", names}}}});
}

// A message in one word: "ADD 2", "change a/1 [2]", "change a/1 -[2]", "delete a/1 [2]", "remove …", "CURRENT 2",
// "filter 2 3", "snapshot", "REMOVE 2 cause 7", "error NOT_FOUND".
inline std::string word(const base::Json& message) {
    const auto path = [](const base::Json& name) { return name.get<std::string>().substr(kDatabase.size() + 11); };
    if (message.contains("error")) return "error " + message["error"]["status"].get<std::string>();
    if (message.contains("documentChange")) {
        const base::Json& change = message["documentChange"];
        std::string out = "change " + path(change["document"]["name"]);
        if (change.contains("targetIds")) out += " " + change["targetIds"].dump();
        if (change.contains("removedTargetIds")) out += " -" + change["removedTargetIds"].dump();
        return out;
    }
    for (const auto& [key, name] : {std::pair{"documentDelete", "delete "}, std::pair{"documentRemove", "remove "}}) {
        if (message.contains(key)) {
            return name + path(message[key]["document"]) + " " + message[key]["removedTargetIds"].dump();
        }
    }
    if (message.contains("filter")) {
        return "filter " + message["filter"]["targetId"].dump() + " " + message["filter"]["count"].dump();
    }
    if (!message.contains("targetChange")) return message.dump();
    const base::Json& change = message["targetChange"];
    if (!change.contains("targetIds")) return "snapshot";
    std::string out = change["targetChangeType"].get<std::string>() + " " + change["targetIds"][0].dump();
    if (change.contains("cause")) out += " cause " + change["cause"]["code"].dump();
    return out;
}

inline std::vector<std::string> words(const FrameReader& reader) {
    std::vector<std::string> out;
    for (const base::Json& message : reader.messages()) out.push_back(word(message));
    return out;
}

// The token of the last message that has one.
inline std::string token_of(const FrameReader& reader) {
    for (auto it = reader.messages().rbegin(); it != reader.messages().rend(); ++it) {
        if (it->contains("targetChange") && (*it)["targetChange"].contains("resumeToken")) {
            return (*it)["targetChange"]["resumeToken"].get<std::string>();
        }
    }
    return "";
}

using Words = std::vector<std::string>;

}  // namespace linesman::backend
