// Firestore's Write over WebChannel: one handshake, then requests of writes, each answered in order. A refused request
// ends the stream with its error; the client opens another.
#pragma once

#include "backend/webchannel.h"

namespace linesman::backend {

// Thread: as ChannelSession.
class WriteStream final : public ChannelSession {
  public:
    WriteStream(Channel& channel, StreamContext& context, std::string database, Caller caller);
    void receive(const base::Json& message) override;

  private:
    void greet(const base::Json& message);
    std::string next_token();

    Channel& channel_;
    StreamContext& context_;
    std::string database_;
    Caller caller_;
    bool greeted_ = false;
    uint64_t answered_ = 0;
};

}  // namespace linesman::backend
