// A field device's line to the server: HTTP, sign-in, Firestore and Storage on one queue, with calls that wait. For
// programs that do one thing after another (linesman-field); the services themselves never wait.
//
// Thread: one; never the agent's own queue.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "field/offline_sync.h"
#include "sync/reply_reader.h"

namespace linesman::field {

struct AgentOptions {
    sync::Endpoints endpoints;
    sync::CollectionNames names;
    std::string email, password;  // both empty: `bearer` is sent as it is
    std::string bearer;           // "owner": the local backend's right to everything; empty sends no Authorization
    std::string ca_file;
    base::Duration patience = base::minutes(10);  // for one call, sync included
    // Stands between the clients and the line, once for its lifetime: faults in simulations. Null: nothing.
    std::function<std::unique_ptr<net::Http>(std::unique_ptr<net::Http>)> wrap_http = {};
};

// The hosts of a local backend at `url` and its demo project. Errors: configuration when `url` is not this machine:
// demo accounts must not be tried elsewhere.
base::Result<sync::Endpoints> local_backend(const std::string& url, const std::string& project_id = "demo-linesman");

class FieldAgent {
  public:
    explicit FieldAgent(AgentOptions options);
    ~FieldAgent();
    FieldAgent(const FieldAgent&) = delete;
    FieldAgent& operator=(const FieldAgent&) = delete;

    // Needed before the rest when there is an e-mail address. Errors: those of sync/auth.h.
    base::Status sign_in();
    std::string uid() const;   // empty before sign-in
    std::string role() const;  // the custom claim; empty when there is none

    // `store` must not be used elsewhere meanwhile. `progress` runs on the agent's queue.
    base::Result<SyncSummary> sync(OfflinePoleStore& store, const base::Clock& clock, SyncOptions options,
                                   OfflineSync::Progress progress = {});
    base::Result<sync::CommitReply> commit(base::Json writes);
    base::Result<std::string> batch_get(std::vector<std::string> names);  // raw reply
    base::Result<std::string> run_query(base::Json structured_query);     // raw reply
    // Parsed, any number of names; asked in groups.
    base::Result<sync::Reply> read(const std::vector<std::string>& names);
    base::Result<sync::Reply> query(base::Json structured_query);
    base::Result<sync::ObjectInfo> upload(const std::string& path, std::string bytes);
    base::Result<sync::ObjectInfo> metadata(const sync::ObjectRef& object);
    // A request to the host itself, without Authorization.
    base::Result<net::Response> request(net::Request request);

    const sync::Endpoints& endpoints() const;
    const sync::CollectionNames& names() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace linesman::field
