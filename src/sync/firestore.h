// Firestore REST v1 as the console and the field agent use it (reference: firebase protocol, section 1). Asynchronous;
// every callback runs on the queue the client was made with.
//
// Errors are branched on Firestore's `error.status`, never on the HTTP code; the mapping to base::ErrorKind is one to
// one. A reply that is not Firestore's (captive portal, proxy) is `offline` with words that say so.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "net/http.h"

namespace linesman::sync {

// Where a project lives. The defaults are production; emulator hosts replace them.
struct Endpoints {
    std::string project_id;
    std::string database = "(default)";
    std::string bucket;
    std::string api_key;
    std::string firestore = "https://firestore.googleapis.com";
    std::string identity = "https://identitytoolkit.googleapis.com";
    std::string token = "https://securetoken.googleapis.com";
    std::string storage = "https://firebasestorage.googleapis.com";

    std::string documents_root() const;  // "projects/P/databases/(default)/documents"
    std::string document_name(std::string_view collection, std::string_view id) const;  // full resource name
};

// Gives the current ID token, refreshed when needed. Thread: any; the callback runs on `queue`. The empty token means:
// send no Authorization.
class TokenSource {
  public:
    virtual ~TokenSource() = default;
    virtual void token(bool force_refresh, base::Queue& queue, std::function<void(base::Result<std::string>)> done) = 0;
};

struct CommitReply {
    std::string commit_time;                // verbatim
    std::vector<std::string> update_times;  // one per write, verbatim; empty for deletes
};

struct CountReply {
    int64_t count = 0;
    std::string read_time;  // verbatim
};

// What was asked of the server so far; shown to the user, since reads and writes cost money.
struct Usage {
    uint64_t requests = 0, documents_read = 0, documents_written = 0, bytes_received = 0;
};

class Firestore {
  public:
    virtual ~Firestore() = default;
    template <typename T>
    using Done = std::function<void(base::Result<T>)>;

    // Body: raw reply text, an array of {document?, readTime, ...}; the reader is sync/reply_reader.h. `read_time`
    // empty = now.
    [[nodiscard]] virtual net::Call run_query(base::Json structured_query, std::string read_time,
                                              Done<std::string> done) = 0;
    // Over the collections below one document; `parent` is its full name.
    [[nodiscard]] virtual net::Call run_query_below(std::string parent, base::Json structured_query,
                                                    Done<std::string> done) = 0;
    [[nodiscard]] virtual net::Call count(base::Json structured_query, std::string read_time,
                                          Done<CountReply> done) = 0;
    // At most 300 full names; raw reply text, an array of {found | missing, readTime}. Empty mask = all fields.
    [[nodiscard]] virtual net::Call batch_get(std::vector<std::string> names, std::vector<std::string> mask,
                                              std::string read_time, Done<std::string> done) = 0;
    // `writes` as in the wire format. The request is refused as too_large above 4 MiB or 500 writes before anything is
    // sent.
    [[nodiscard]] virtual net::Call commit(base::Json writes, Done<CommitReply> done) = 0;

    virtual const Endpoints& endpoints() const = 0;
    virtual Usage usage() const = 0;
};

// `http`, `tokens` and `queue` must outlive the client.
std::unique_ptr<Firestore> make_firestore(Endpoints endpoints, net::Http& http, TokenSource& tokens,
                                          base::Queue& queue);

}  // namespace linesman::sync
