// The parts that every commit of a human change is made of (contract, "Every human change is one atomic commit"). Pure;
// internal to sync.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "model/capture.h"
#include "model/operation.h"
#include "sync/collections.h"
#include "sync/firestore.h"

namespace linesman::sync {

// A document as it was read: what a precondition names.
struct CurrentDocument {
    std::string name;         // full resource name
    std::string update_time;  // verbatim
    base::Json fields;        // object of Values
};

// What a write sets: values by field path, paths that are removed, paths set to the server's time.
struct FieldChanges {
    std::vector<std::pair<std::string, base::Json>> set;
    std::vector<std::string> removed;
    std::vector<std::string> server_times;
    bool empty() const { return set.empty() && removed.empty() && server_times.empty(); }
};

// The difference between a capture and what an operation makes of it, as changes of its document. Entries of
// validation_errors that stay are kept as they came, unknown members included. Does not contain revision and
// updated_at.
FieldChanges staging_changes(const CurrentDocument& current, const model::Capture& before, const model::Capture& after);

// Values of the changed fields before and after, as an audit entry keeps them.
struct FromTo {
    base::Json from = base::Json::object(), to = base::Json::object();
};
FromTo from_to(const CurrentDocument& current, const FieldChanges& changes);

// Sets a field of a document by its path (sync/value_codec.h, field_path()); maps on the way are made.
void put_at(base::Json& fields, const std::string& path, base::Json content);

// Writes. `update_time` empty: no precondition on the version; `exists` as in currentDocument.exists.
base::Json update_write(const std::string& name, const FieldChanges& changes, const std::string& update_time);
base::Json create_write(const std::string& name, base::Json fields, const std::vector<std::string>& server_times);
base::Json delete_write(const std::string& name, const std::string& update_time);

// versions/{op_id}: the whole document before the change; `n` is its revision, to order by.
base::Json before_image_write(const CollectionNames& names, const model::Operation& operation,
                              const CurrentDocument& current, int64_t revision);

struct AuditDetails {
    FromTo changes;
    std::string project_id;
    int64_t revision = 0;   // after the change
    base::Json production;  // the whole production document that an undo deletes, or null
    std::string production_id;
    std::vector<std::string> others;  // further captures that the commit changes
};
base::Json audit_write(const Endpoints& endpoints, const CollectionNames& names, const model::Operation& operation,
                       const AuditDetails& details);

}  // namespace linesman::sync
