// Plans the writes that bring imported reference documents (planned poles, projects, boundaries) to the server: what is
// new is made, what differs is changed field by field, what is equal is not written. Running again plans nothing.
//
// Pure; thread: any.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "sync/reply_reader.h"

namespace linesman::sync {

struct WantedDocument {
    std::string id;     // deterministic
    std::string match;  // when not empty: an existing document with this key is meant, whatever its id
    base::Json fields;  // object of Values; members of the existing document that are not here stay
};

struct ExistingDocument {
    std::string name, update_time;  // full resource name; verbatim
    std::string match;
    base::Json fields;
};

struct ImportPlan {
    std::vector<base::Json> writes;  // each with its precondition and updated_at by server time
    size_t created = 0, changed = 0, unchanged = 0;
    size_t others = 0;  // on the server and not in the file: left alone
};

ImportPlan plan_import(const std::string& collection_name, const std::vector<WantedDocument>& wanted,
                       const std::vector<ExistingDocument>& existing);

// Whether two Values mean the same: equal, or the same position in another shape, or a number and its text.
bool same_meaning(const base::Json& a, const base::Json& b);

// Groups of writes that fit into one commit each. `first_room` is kept free in the first one.
std::vector<base::Json> commits_of(std::vector<base::Json> writes, size_t first_room);

}  // namespace linesman::sync
