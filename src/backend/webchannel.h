// WebChannel as the Firestore web client uses it (docs/decisions/2026-11-22-listen-over-webchannel.md): the services
// Listen and Write below /google.firestore.v1.Firestore/…/channel.
//
// Limits: 2,000 connections (http_server.h), of which each client holds up to two back channels; 4,000 channels; one
// that nobody listened to for a minute is forgotten, and its SID unknown from then on.
#pragma once

#include <map>
#include <memory>
#include <thread>

#include "backend/access.h"
#include "backend/channel.h"
#include "backend/counters.h"
#include "backend/document_store.h"
#include "backend/rest_documents.h"
#include "backend/stream_rules.h"

namespace linesman::backend {

// What a session works with. All outlive it.
struct StreamContext {
    DocumentStore& store;
    FirestoreService& firestore;
    const base::Clock& clock;
    Counters& counters;
    const AccessPolicy& policy;
    StreamRules& rules;
};

// Thread: any. One thread of its own tells the sessions of commits and forgets abandoned channels.
class WebChannels {
  public:
    explicit WebChannels(StreamContext context);
    ~WebChannels();  // stops
    WebChannels(const WebChannels&) = delete;
    WebChannels& operator=(const WebChannels&) = delete;

    static bool handles(const std::string& path);
    HttpReply handle(const HttpRequest& request);
    // Ends all back channels; new requests are answered 503.
    void stop();
    // Forgets every channel, as a restart of the server would.
    void drop_all();
    size_t size() const;

  private:
    HttpReply open(const HttpRequest& request, const std::string& service);
    HttpReply forward(const HttpRequest& request, Channel& channel);
    HttpReply back(const HttpRequest& request, std::shared_ptr<Channel> channel);
    std::shared_ptr<Channel> find(const HttpRequest& request) const;
    void remove(const std::string& sid);
    void run();
    void forget_abandoned();
    std::vector<std::shared_ptr<Channel>> all() const;

    StreamContext context_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    // Shared with the connections that serve a channel while it is taken out of the table.
    std::map<std::string, std::shared_ptr<Channel>> channels_;
    bool committed_ = false;
    bool stopping_ = false;
    uint64_t subscription_ = 0;
    std::thread thread_;
};

}  // namespace linesman::backend
