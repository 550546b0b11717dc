// One target of a Listen stream: a query or a list of documents, and what of it the client has been shown.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "backend/document_store.h"
#include "backend/query.h"
#include "base/json.h"

namespace linesman::backend {

// What became of one document between two moments.
struct NetChange {
    DocumentPtr before;
    DocumentPtr after;
};
using NetChanges = std::map<std::string_view, NetChange>;  // names live in the commits
NetChanges net_changes(const std::vector<CommitPtr>& commits);

// What a target has to tell about one document. Neither flag: nothing.
struct TargetDelta {
    std::string name;
    DocumentPtr document;  // as it is now; null: deleted
    bool shown = false;    // it belongs to the result and is new or changed
    bool dropped = false;  // it belonged to the result and does no more
    bool pushed = false;   // dropped without a change of its own, by the query's limit
};

struct TargetRequest {
    int64_t id = 0;
    bool once = false;
    std::string resume_token;
    std::optional<base::Timestamp> read_time;
    std::optional<int64_t> expected_count;
};

class ListenTarget {
  public:
    // From addTarget. `database` is the stream's. Errors: invalid_argument, precondition_failed (no such query).
    static base::Result<ListenTarget> from_json(const base::Json& json, const std::string& database);

    const TargetRequest& request() const { return request_; }
    int64_t id() const { return request_.id; }
    const std::optional<std::vector<FieldPath>>& select() const { return query_.select; }
    bool names_documents() const { return !names_.empty(); }
    const std::set<std::string>& names() const { return names_; }

    // The whole result as it is; remembers it as shown.
    std::vector<DocumentPtr> result(const DocumentStore::View& view);
    // As it was at an earlier time that the store still knows. Remembers nothing.
    std::vector<DocumentPtr> result_at(const DocumentStore::View& view, base::Timestamp time) const;
    // Takes what was shown at `time` for what the client has: for a resume.
    void assume_shown_at(const DocumentStore::View& view, base::Timestamp time);
    // What changed since the result that was shown last.
    std::vector<TargetDelta> deltas(const DocumentStore::View& view, const NetChanges& changes);

  private:
    bool contains(const Document& document) const;
    std::vector<TargetDelta> compared(const DocumentStore::View& view, const NetChanges& changes);
    void remember(const std::vector<DocumentPtr>& documents);

    TargetRequest request_;
    Query query_;
    std::set<std::string> names_;  // of a documents target
    // With a limit or offset one document's change moves others in or out: the results are compared.
    bool needs_comparison_ = false;
    std::map<std::string, DocumentPtr> shown_;  // only then
};

}  // namespace linesman::backend
