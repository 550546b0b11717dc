// The conformance suite's view of a Firestore: a base URL and JSON in, JSON out. Two exist: our backend in process, and
// Google's emulator (started once per run when its package and Java are present; killed at the end).
#pragma once

#include <httplib.h>

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"

namespace linesman::conformance {

using base::Json;

enum class Which { backend, emulator, emulator_with_rules };

struct Endpoint {
    int port = 0;             // 0: not available
    std::string why_missing;  // for the skip message
};

// Starts the server on first use; the same one for the whole run. With rules: those of packaging/firebase.
Endpoint endpoint(Which which);

struct Reply {
    int http = 0;
    Json body;
    std::string text;
    // error.status, whether the body is an object or a streamed array; empty when there is no error.
    std::string status() const;
};

// One database of one server, named by the test so that tests do not see each other's documents.
class Firestore {
  public:
    Firestore(int port, const std::string& project, const std::string& bearer = "owner");

    std::string database() const { return "projects/" + project_ + "/databases/(default)"; }
    std::string root() const { return database() + "/documents"; }
    std::string name(const std::string& path) const { return root() + "/" + path; }

    Reply get(const std::string& path_and_query);
    Reply post(const std::string& path_and_query, const Json& body);
    Reply patch(const std::string& path_and_query, const Json& body);
    Reply remove(const std::string& path_and_query);

    Reply commit(const Json& writes);
    Reply query(const Json& structured, const std::string& parent = "");
    Reply aggregate(const Json& structured, const Json& aggregations);
    // Replaces the document; the write's update time.
    std::string set(const std::string& path, const Json& fields);
    // Ids of a query's documents, joined with spaces.
    std::string ids(const Json& structured, const std::string& parent = "");

  private:
    Reply finish(const httplib::Result& result);
    std::string project_;
    httplib::Client client_;
};

Json integer(int64_t value);
Json number(double value);
Json text(const std::string& value);
Json boolean(bool value);
Json null();
Json time(const std::string& rfc3339);
Json array(const std::vector<Json>& values);
Json map(const Json& fields);
Json reference(const std::string& name);

Json update(const std::string& name, const Json& fields);
Json from(const std::string& collection, bool all_descendants = false);
Json where(const std::string& path, const std::string& op, const Json& value);
Json unary(const std::string& path, const std::string& op);
Json composite(const std::string& op, const std::vector<Json>& filters);
Json order(const std::string& path, bool descending = false);

}  // namespace linesman::conformance
