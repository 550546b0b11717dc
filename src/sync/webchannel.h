// One WebChannel session as a client (docs/decisions/2026-11-22-listen-over-webchannel.md has the bytes): JSON messages
// both ways over plain HTTP.
//
//   open ──► opening ──(handshake)──► streaming ──(no byte in time)──► long polling
//                                      │   ▲                               │
//                        GET ended, cut│   │again from the last array      │no byte in time, GET refused too often,
//                                      └───┘                               ▼ unknown SID, error of the server
//                                                                       on_end
//
// Every message of the server is given out once and in order, whatever is cut, repeated or replayed. A proxy that holds
// replies back is noticed by silence after the first message, and long polling tried before giving up.
//
// Thread: the queue's. Callbacks run on it and may destroy the channel; dropped, none runs any more.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/queue.h"
#include "net/body_pipe.h"
#include "net/http.h"
#include "sync/webchannel_frames.h"

namespace linesman::sync {

struct WebChannelTuning {
    // From opening the back channel to its first byte; the server has something to say at once. Doubled by slow lines:
    // at least eight times the handshake.
    base::Duration first_byte = base::seconds(4);
    double silence = 1.5;  // of the server's keep-alive interval, without a byte: the line is dead
    base::Duration retry_first = base::milliseconds(200);  // a request that failed is sent again after this,
    base::Duration retry_next = base::seconds(1);          // and then after this
    int most_failures = 3;                                 // in a row, of one kind of request
    size_t most_waiting_bytes = 64U << 20;                 // between the net thread and the queue
};

struct WebChannelPlace {
    std::string url;         // "https://host/google.firestore.v1.Firestore/Listen/channel"
    std::string database;    // "projects/P/databases/(default)"
    std::string api_key;     // may be empty
    bool long_poll = false;  // from the start: streaming was found not to work here
    WebChannelTuning tuning = {};
};

struct WebChannelEvents {
    std::function<void(std::string_view json)> on_message;
    std::function<void(base::Error)> on_end;  // once; nothing follows
};

class WebChannel {
  public:
    // `http`, `queue` and `clock` must outlive the channel.
    WebChannel(net::Http& http, base::Queue& queue, const base::Clock& clock, WebChannelPlace place,
               WebChannelEvents events);
    ~WebChannel();
    WebChannel(const WebChannel&) = delete;
    WebChannel& operator=(const WebChannel&) = delete;

    // Once. `messages` travel with the handshake. An empty token sends no Authorization.
    void open(const std::string& token, std::vector<std::string> messages);
    // After open(); in order.
    void send(std::string message);
    // Says good-bye; the call is to be kept until it has left, or dropped. Empty when there is nothing to end.
    [[nodiscard]] net::Call terminate();

    bool long_polling() const { return long_poll_; }

  private:
    // webchannel.cpp: handshake, messages to the server, the end.
    std::string query(bool with_session) const;
    void on_handshake(base::Result<net::Response> result);
    void forward();
    void send_forward();
    void on_forward(base::Result<net::Response> result);
    void end(base::Error error);
    std::string next_rid();

    // webchannel_back.cpp: messages from the server.
    void open_back();
    void on_bytes(std::string_view bytes);
    void on_back_end(base::Result<net::Response> result);
    void retry_back(base::Error error);
    void arm(base::Duration delay);
    void on_timer();
    base::Duration first_byte_limit() const;
    base::Duration silence_limit() const;

    net::Http& http_;
    base::Queue& queue_;
    const base::Clock& clock_;
    WebChannelPlace place_;
    WebChannelEvents events_;

    bool opened_ = false;  // the handshake was answered
    bool ended_ = false;
    bool long_poll_ = false;
    bool heard_ = false;  // any byte on a back channel of this session and mode
    std::string sid_, http_session_;
    int64_t keep_alive_ms_ = 30'000;
    base::Duration handshake_began_{}, handshake_took_{};
    uint64_t rid_ = 0;

    std::vector<std::string> waiting_;  // for the next POST
    std::string posted_body_, posted_rid_;
    uint64_t sent_count_ = 0;
    int forward_failures_ = 0;
    net::Call forward_call_;

    uint64_t last_array_ = 0;
    FrameReader frames_;
    bool back_progress_ = false;  // this GET brought something new
    int back_attempt_ = 0, back_failures_ = 0, silences_ = 0;
    base::Duration back_began_{}, last_byte_{};
    std::unique_ptr<net::BodyPipe> pipe_;
    net::Call back_call_;
    base::TimerId timer_ = 0, forward_timer_ = 0;
    bool retrying_back_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace linesman::sync
