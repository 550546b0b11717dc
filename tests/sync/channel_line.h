// A WebChannel server as a script: the test says what the server sends, in which pieces, and when the line breaks.
// Other requests go to `rest`, when there is one. Deterministic with a ManualQueue.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backend/http.h"
#include "base/json.h"
#include "net/http.h"

namespace linesman::sync::test {

class ChannelLine final : public net::Http {
  public:
    struct Posted {
        std::multimap<std::string, std::string> query, form;
        std::vector<base::Json> messages;
    };

    net::Http* rest = nullptr;
    // The answer to a handshake or POST in place of the usual one.
    std::function<std::optional<base::Result<net::Response>>(bool handshake)> answer;
    std::function<void(const base::Json& message)> on_message;  // of the client
    size_t piece_bytes = 0;        // frames are delivered in pieces of so many bytes; 0 = whole
    bool swallow_streams = false;  // a proxy that holds streamed replies back
    bool swallow_all = false;      // and waiting ones
    int64_t keep_alive_ms = 30'000;

    std::vector<Posted> handshakes, posts;
    std::vector<std::multimap<std::string, std::string>> gets;
    int terminated = 0;

    static size_t utf16(std::string_view text) {
        size_t units = 0;
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
        }
        return units;
    }
    static std::string frame(std::string_view text) { return std::to_string(utf16(text)).append("\n").append(text); }

    net::Call send(net::Request request, base::Queue& queue, net::ResponseCallback done) override {
        if (request.url.find("/channel?") == std::string::npos) {
            if (rest) return rest->send(std::move(request), queue, std::move(done));
            return {};
        }
        auto alive = std::make_shared<bool>(true);
        queue.post(
            [this, &queue, request = std::move(request), done = std::move(done), weak = std::weak_ptr<bool>(alive)] {
                if (weak.lock()) take(request, queue, done, weak);
            });
        return net::Call(std::move(alive));
    }

    bool connected() const { return back_ && !back_->alive.expired(); }
    bool long_polling() const { return connected() && back_->long_poll; }

    // One array with these messages each.
    void push_all(const std::vector<base::Json>& messages) {
        std::vector<std::string> texts;
        for (const auto& message : messages) texts.push_back(base::Json::array({message}).dump());
        push_raw(texts);
    }
    void push(const base::Json& message) { push_all({message}); }
    // Payloads as they are: "[\"noop\"]".
    void push_raw(const std::vector<std::string>& payloads) {
        for (const auto& payload : payloads) arrays_.emplace_back(++last_id_, payload);
        deliver();
    }
    // Bytes without frame or number.
    void bytes(const std::string& text) {
        if (connected()) give(text);
    }
    // The line breaks; `whole` false loses what the client has not been given.
    void cut(base::ErrorKind kind = base::ErrorKind::offline) {
        finish(base::make_error(kind, "The connection was lost.", "cut by the test"));
    }
    void cut_within_next_frame() { cut_next_ = true; }
    void end_get(int status = 200, std::string body = {}) { finish(response(status, std::move(body))); }
    // Channels of before are unknown from now on.
    void forget_sessions() { sid_.clear(); }

    const std::string& sid() const { return sid_; }
    static net::Response response(int status, std::string body) {
        net::Response out;
        out.status = status;
        out.body = std::move(body);
        return out;
    }

  private:
    struct Back {
        std::weak_ptr<bool> alive;
        base::Queue* queue = nullptr;
        std::function<bool(std::string_view)> on_data;
        net::ResponseCallback done;
        bool long_poll = false;
        uint64_t sent = 0;
    };

    void take(const net::Request& request, base::Queue& queue, const net::ResponseCallback& done,
              const std::weak_ptr<bool>& alive) {
        const auto query = backend::parse_query(request.url.substr(request.url.find('?') + 1));
        const auto sid = query.find("SID");
        if (request.method == "POST") return done(post(request, query));
        if (query.contains("TYPE") && query.find("TYPE")->second == "terminate") {
            ++terminated;
            return done(response(200, ""));
        }
        gets.push_back(query);
        if (sid == query.end() || sid->second != sid_ || sid_.empty()) return done(response(400, "Unknown SID"));
        back_ = Back{alive,
                     &queue,
                     request.on_data,
                     done,
                     query.find("CI")->second == "1",
                     std::stoull(query.find("AID")->second)};
        std::erase_if(arrays_, [&](const auto& array) { return array.first <= back_->sent; });
        deliver();
    }

    base::Result<net::Response> post(const net::Request& request,
                                     const std::multimap<std::string, std::string>& query) {
        Posted posted{query, backend::parse_query(request.body), {}};
        const int count = std::stoi(posted.form.find("count")->second);
        for (int i = 0; i < count; ++i) {
            const auto data = posted.form.find("req" + std::to_string(i) + "___data__");
            posted.messages.push_back(base::Json::parse(data->second));
        }
        const bool handshake = !query.contains("SID");
        (handshake ? handshakes : posts).push_back(posted);
        if (answer) {
            if (auto given = answer(handshake)) return *given;
        }
        if (!handshake && query.find("SID")->second != sid_) return response(400, "Unknown SID");
        if (handshake) {
            sid_ = "sid+/" + std::to_string(handshakes.size()) + "==";
            arrays_.clear();
            last_id_ = 0;
        }
        net::Response reply = response(200, "");
        if (handshake) {
            reply.headers = {{"X-HTTP-Session-Id", "gs&" + std::to_string(handshakes.size())}};
            reply.body = frame(R"([[0,["c",")" + sid_ + R"(","",8,12,)" + std::to_string(keep_alive_ms) + "]]]");
        } else {
            reply.body = frame("[" + std::string(connected() ? "1" : "0") + "," + std::to_string(last_id_) + ",0]");
        }
        for (const auto& message : posted.messages) {
            if (on_message) on_message(message);
        }
        return reply;
    }

    void deliver() {
        if (!connected()) return;
        std::string text = "[";
        uint64_t last = back_->sent;
        for (const auto& [id, payload] : arrays_) {
            if (id <= back_->sent) continue;
            if (text.size() > 1) text += ",";
            text += "[" + std::to_string(id) + "," + payload + "]";
            last = id;
        }
        if (last == back_->sent) return;
        const std::string bytes = frame(text + "]");
        back_->sent = last;
        if (swallow_all || (swallow_streams && !back_->long_poll)) return;
        if (std::exchange(cut_next_, false)) {
            give(bytes.substr(0, bytes.size() / 2));
            return cut();
        }
        give(bytes);
        if (back_ && back_->long_poll) finish(response(200, ""));
    }

    void give(const std::string& bytes) {
        const Back back = *back_;
        const size_t step = piece_bytes == 0 ? bytes.size() : piece_bytes;
        for (size_t at = 0; at < bytes.size(); at += step) {
            // Each piece in a task of its own, as if they came at different times.
            back.queue->post([back, piece = bytes.substr(at, step)] {
                if (back.alive.lock()) back.on_data(piece);
            });
        }
    }

    void finish(base::Result<net::Response> result) {
        if (!connected()) return;
        const Back back = *std::exchange(back_, std::nullopt);
        // After what was given: two steps, since each piece is posted once more by the pipe.
        back.queue->post([back, result = std::move(result)] {
            back.queue->post([back, result] {
                if (back.alive.lock()) back.done(result);
            });
        });
    }

    std::string sid_;
    std::vector<std::pair<uint64_t, std::string>> arrays_;  // id, payload; not acknowledged
    uint64_t last_id_ = 0;
    std::optional<Back> back_;
    bool cut_next_ = false;
};

}  // namespace linesman::sync::test
