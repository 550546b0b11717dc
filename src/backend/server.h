// linesman-backend: a stand-in for Firebase on loopback, for demo and tests. Production is Firebase.
//
// One port serves Firestore (/v1/projects/…), Auth (/identitytoolkit.googleapis.com/…, /securetoken.googleapis.com/…),
// Storage (/v0/b/…), Listen and Write over WebChannel (/google.firestore.v1.Firestore/…/channel) and, for tests,
// /linesman-admin/… (rest_admin.h).
//
// In process:
//     backend::Server server;                     // in memory
//     server.start();                             // 127.0.0.1, a free port
//     server.faults().next(FaultRule::Kind::drop_reply, 1, ":commit");
//     … server.base_url() …
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "backend/access.h"
#include "backend/auth_users.h"
#include "backend/counters.h"
#include "backend/document_store.h"
#include "backend/faults.h"
#include "backend/http_server.h"
#include "backend/persistence.h"
#include "backend/rest_auth.h"
#include "backend/rest_documents.h"
#include "backend/rest_storage.h"
#include "backend/storage_objects.h"
#include "backend/webchannel.h"
#include "base/time.h"

namespace linesman::backend {

struct ServerOptions {
    std::string address = "127.0.0.1";
    int port = 0;
    std::string data_folder;  // empty: in memory
    std::string project_id = "demo-linesman";
    bool demo_users = false;
    bool require_auth = false;
    bool gzip = true;                    // compress JSON replies for clients that accept it
    const base::Clock* clock = nullptr;  // must outlive the server; null: the system's
};

// Wall time plus an offset that tests move. Thread: any.
class OffsetClock final : public base::Clock {
  public:
    explicit OffsetClock(const base::Clock& base) : base_(base) {}
    base::Timestamp now() const override { return base_.now() + base::Duration{offset_us_}; }
    base::Duration steady() const override { return base_.steady(); }
    void set_offset(base::Duration offset) { offset_us_ = offset.us; }
    base::Duration offset() const { return {offset_us_}; }

  private:
    const base::Clock& base_;
    std::atomic<int64_t> offset_us_{0};
};

// Thread: start() and stop() from one; everything else any.
class Server {
  public:
    explicit Server(ServerOptions options = {});
    ~Server();  // stops
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Errors: configuration (not loopback), io (port taken, folder), corrupt, unsupported.
    base::Status start();
    void stop();
    int port() const;
    std::string base_url() const;  // http://127.0.0.1:PORT

    // One request, faults included except for how the reply is delivered. What the sockets call; tests may, too.
    HttpReply handle(const HttpRequest& request);

    Faults& faults() { return faults_; }
    StreamRules& stream_rules() { return stream_rules_; }
    WebChannels& channels() { return *channels_; }
    Counters& counters() { return counters_; }
    OffsetClock& clock() { return clock_; }
    DocumentStore& documents() { return documents_; }
    StorageObjects& objects() { return *objects_; }
    AuthUsers& users() { return users_; }
    AuthService& auth() { return auth_; }
    FirestoreService& firestore() { return *firestore_; }
    const ServerOptions& options() const { return options_; }

    // Replaces all documents at once, also on disk. For tests and the demo. Errors: io, disk_full.
    base::Status load_documents(std::vector<DocumentPtr> documents);
    // Documents as {"name","fields",["createTime","updateTime"]}; a name without "projects/" lies in the default
    // database. Errors: invalid_argument.
    base::Result<std::vector<DocumentPtr>> documents_from_json(const base::Json& list);

  private:
    base::Status restore();
    HttpReply serve(const HttpRequest& request, Delivery& delivery);
    HttpReply route(const HttpRequest& request);
    void wait(base::Duration delay);

    ServerOptions options_;
    base::SystemClock system_clock_;
    OffsetClock clock_;
    AccessPolicy policy_;
    Counters counters_;
    Faults faults_;
    DocumentStore documents_;
    AuthUsers users_;
    AuthService auth_;
    std::unique_ptr<StorageObjects> objects_;
    std::unique_ptr<FirestoreService> firestore_;
    std::unique_ptr<StorageService> storage_;
    StreamRules stream_rules_;
    std::unique_ptr<WebChannels> channels_;
    std::unique_ptr<Persistence> persistence_;
    std::unique_ptr<HttpServer> http_;
    std::mutex stop_mutex_;
    std::condition_variable stop_wake_;
    bool stopping_ = false;
};

}  // namespace linesman::backend
