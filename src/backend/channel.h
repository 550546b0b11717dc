// One WebChannel: numbered messages to the client, kept until it acknowledges them, and the client's messages, each
// handed to the session once. The session (listen_stream.h, write_stream.h) knows nothing of requests.
//
// Threads: any; a back channel occupies its connection's thread. The session is called without this file's lock.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "backend/document.h"
#include "backend/http.h"
#include "backend/stream_rules.h"
#include "backend/webchannel_wire.h"
#include "base/json.h"

namespace linesman::backend {

// What follows the document in a message, shared by all messages of a target; a document is written out only when it
// is sent, so that a large result costs little while it waits.
struct DocumentTail {
    std::string text;
    std::optional<std::vector<FieldPath>> select;
};

struct OutMessage {
    std::string text;      // JSON; with a document, what precedes it
    DocumentPtr document;  // null: text is all
    std::shared_ptr<const DocumentTail> tail;
};

class ChannelSession {
  public:
    virtual ~ChannelSession() = default;
    // One message of the client; they come in order, one at a time.
    virtual void receive(const base::Json& message) = 0;
    // Something was committed. From the channels' own thread.
    virtual void advance() {}
    // Nothing was sent for a keep-alive interval; a noop follows.
    virtual void heartbeat() {}
};

class Channel {
  public:
    Channel(std::string service, StreamRules& rules, const base::Clock& clock);
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    void attach(std::unique_ptr<ChannelSession> session) { session_ = std::move(session); }

    const std::string& sid() const { return sid_; }
    const std::string& http_session() const { return http_session_; }

    // For the session.
    void send(std::string json);
    void send(std::vector<OutMessage> messages);
    void fail(const base::Error& error);  // an error message, then the end
    void fail(int code, const std::string& status, const std::string& message);

    // For the service.
    ChannelSession* session() { return session_.get(); }
    std::string greeting() const;  // the reply to the handshake
    // Errors: invalid_argument, when messages are missing between this request and the one before.
    base::Status receive(const ForwardForm& form);
    void acknowledge(uint64_t last_received);
    std::string forward_reply() const;  // [back channel present, last id sent, bytes outstanding]
    // Sends what lies after `last_received` and what comes, until another back channel takes over, the channel ends,
    // the client leaves, or (long polling) something was sent.
    void run_back_channel(uint64_t last_received, bool long_poll, BodyWriter& out);
    void drop();
    // Nobody has held a back channel for so long.
    base::Duration abandoned_for() const;
    bool over() const;      // and everything was sent
    bool finished() const;  // after an error, or dropped

  private:
    struct Numbered {
        uint64_t id = 0;
        OutMessage message;
    };
    // What one back channel remembers.
    struct Back {
        uint64_t generation = 0;
        uint64_t next = 0;  // id to send next
        uint64_t sent = 0;
        std::optional<CutRule> cut;
        bool done = false;
    };

    void queue(OutMessage message);
    std::vector<Numbered> take(Back& back, const StreamSettings& settings) const;
    bool deliver(std::unique_lock<std::mutex>& lock, Back& back, const StreamSettings& settings, BodyWriter& out);
    void idle(std::unique_lock<std::mutex>& lock, Back& back, const StreamSettings& settings, BodyWriter& out);
    static std::string encode(const std::vector<Numbered>& messages);

    const std::string service_;
    const std::string sid_;
    const std::string http_session_;
    StreamRules& rules_;
    const base::Clock& clock_;
    std::unique_ptr<ChannelSession> session_;

    std::mutex forward_mutex_;  // orders receive()
    uint64_t next_offset_ = 0;

    mutable std::mutex mutex_;  // guards what follows
    std::condition_variable wake_;
    std::deque<Numbered> queue_;  // sent and not acknowledged, then not sent
    uint64_t next_id_ = 1;
    uint64_t last_sent_ = 0;
    uint64_t generation_ = 0;  // of the newest back channel
    int back_channels_ = 0;
    base::Duration last_used_;
    bool finished_ = false;  // no message follows the queued ones
    bool dropped_ = false;
};

}  // namespace linesman::backend
