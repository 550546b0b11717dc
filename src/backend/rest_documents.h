// Firestore's REST API v1 over the document store (shared/reference/firebase-protocol.md, sections 1 and 2).
// Does not do: :partitionQuery; Listen and Write go over WebChannel (webchannel.h).
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "backend/access.h"
#include "backend/commit.h"
#include "backend/counters.h"
#include "backend/document_store.h"
#include "backend/http.h"
#include "backend/query.h"
#include "backend/transactions.h"
#include "base/json.h"

namespace linesman::backend {

// Thread: any.
class FirestoreService {
  public:
    FirestoreService(DocumentStore& store, const base::Clock& clock, Counters& counters, const AccessPolicy& policy)
        : store_(store), clock_(clock), counters_(counters), policy_(policy) {}

    // Paths below /v1/projects/{p}/databases/{d}/documents.
    HttpReply handle(const HttpRequest& request, const Caller& caller);

    // What the Write stream sends for one request: {"writes":[…]} -> {"writeResults":[…],"commitTime":…}.
    base::Result<std::string> write(const std::string& database, const base::Json& body, const Caller& caller);

    // How far REQUEST_TIME lies before the moment a commit arrives, beyond what happens by itself. Production shows
    // tens of milliseconds; larger values make late-visible documents easy to test.
    void set_request_time_lag(base::Duration lag) { request_time_lag_us_ = lag.us; }

  private:
    // Where a read looks, from transaction | newTransaction | readTime.
    struct ReadContext {
        base::Timestamp time;
        std::string transaction;  // empty when none
        bool is_new = false;
    };

    base::Result<HttpReply> route(const HttpRequest& request, const Caller& caller);
    base::Result<HttpReply> verb(const std::string& name, const std::string& verb, const HttpRequest& request,
                                 const Caller& caller);

    // rest_documents.cpp: one document or one collection
    base::Result<HttpReply> get(const std::string& name, const HttpRequest& request);
    base::Result<HttpReply> list(const std::string& name, const HttpRequest& request);
    base::Result<HttpReply> create(const std::string& name, const HttpRequest& request);
    base::Result<HttpReply> patch(const std::string& name, const HttpRequest& request);
    base::Result<HttpReply> remove(const std::string& name, const HttpRequest& request);
    base::Result<HttpReply> write_one(Write write, const HttpRequest& request);

    // rest_query.cpp: reads over many
    base::Result<HttpReply> run_query(const std::string& parent, const base::Json& body);
    base::Result<HttpReply> run_aggregation(const std::string& parent, const base::Json& body);
    base::Result<HttpReply> batch_get(const std::string& database, const base::Json& body);
    base::Result<HttpReply> list_collection_ids(const std::string& parent, const base::Json& body);
    base::Result<ReadContext> read_context(const base::Json& body);

    // rest_commit.cpp: writes
    base::Result<HttpReply> commit(const std::string& database, const base::Json& body);
    base::Result<HttpReply> batch_write(const std::string& database, const base::Json& body, const Caller& caller);
    base::Result<HttpReply> begin_transaction(const base::Json& body);
    base::Result<HttpReply> rollback(const base::Json& body);
    base::Result<CommitResult> apply(const std::vector<Write>& writes, const ReadSet* reads);
    base::Timestamp request_time() const { return {clock_.now().us - request_time_lag_us_}; }

    DocumentStore& store_;
    const base::Clock& clock_;
    Counters& counters_;
    const AccessPolicy& policy_;
    Transactions transactions_;
    std::atomic<int64_t> request_time_lag_us_{0};
};

}  // namespace linesman::backend
