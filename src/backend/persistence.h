// The backend's state on disk: documents, users and object metadata in DIR/backend.db, object bytes in DIR/objects.
// Every commit is one SQLite transaction. History for snapshot reads is not kept over a restart.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "backend/auth_users.h"
#include "backend/document_store.h"
#include "backend/storage_objects.h"
#include "store/sqlite.h"

namespace linesman::backend {

// Thread: any; its connection is used by one at a time.
class Persistence {
  public:
    // Makes the folder when needed. Errors: io, disk_full, corrupt, unsupported (written by a newer version).
    static base::Result<std::unique_ptr<Persistence>> open(const std::string& folder);

    base::Status save(const Commit& commit);
    base::Status save_record(const std::string& kind, const std::string& key, const base::Json* body);  // null: delete
    base::Status replace_documents(const std::vector<DocumentPtr>& documents);

    base::Result<std::vector<DocumentPtr>> load_documents();
    base::Result<std::vector<base::Json>> load_records(const std::string& kind);

  private:
    explicit Persistence(store::Database database) : database_(std::move(database)) {}
    base::Status write(const std::string& name, const DocumentPtr& document);

    std::mutex mutex_;
    store::Database database_;
};

}  // namespace linesman::backend
