// Firestore's Listen over WebChannel: targets come and go, and the client is told of every change, grouped into
// consistent snapshots of whole commits (shared/reference/firebase-protocol.md, section 3; what is sent when is in
// docs/decisions/2026-11-22-listen-over-webchannel.md).
//
// A commit that touches no target sends nothing; a fresh token goes out with the next heartbeat.
#pragma once

#include "backend/listen_messages.h"
#include "backend/listen_target.h"
#include "backend/resume_token.h"
#include "backend/webchannel.h"

namespace linesman::backend {

// Thread: as ChannelSession.
class ListenStream final : public ChannelSession {
  public:
    ListenStream(Channel& channel, StreamContext& context, std::string database, Caller caller);
    void receive(const base::Json& message) override;
    void advance() override;
    void heartbeat() override;

  private:
    // How far the client can be brought from what it has.
    struct Since {
        uint64_t sequence = 0;
        base::Timestamp time;
    };

    void add(const base::Json& json);
    void remove(int64_t id);
    bool refused(const ListenTarget& target, ListenMessages& out);
    std::optional<Since> usable(const TargetRequest& request, const DocumentStore::View& view) const;
    void start(ListenTarget& target, const DocumentStore::View& view, ListenMessages& out);
    void tell_all(ListenTarget& target, const DocumentStore::View& view, ListenMessages& out);
    void resume(ListenTarget& target, const Since& since, const DocumentStore::View& view, ListenMessages& out);
    void check_count(ListenTarget& target, const Since& since, const DocumentStore::View& view, ListenMessages& out);
    // What was committed since the last snapshot, to the targets there are. True when there was anything to tell.
    bool tell_news(const DocumentStore::View& view, ListenMessages& out);
    void tell(const std::map<int64_t, std::vector<TargetDelta>>& deltas, base::Timestamp time, ListenMessages& out);
    void snapshot(const DocumentStore::View& view, ListenMessages& out);
    std::string token(const DocumentStore::View& view) const;
    void send(ListenMessages& out);
    bool session_ended();

    Channel& channel_;
    StreamContext& context_;
    std::string database_;
    Caller caller_;

    std::mutex mutex_;  // guards what follows
    std::map<int64_t, ListenTarget> targets_;
    uint64_t sequence_ = 0;  // the last commit the client was told of
};

}  // namespace linesman::backend
