// The tables of field.db and how their rows are read. Internal to the offline pole store.
#pragma once

#include <string>
#include <vector>

#include "field/offline_pole_store.h"
#include "store/sqlite.h"

namespace linesman::field {

std::vector<store::Migration> field_migrations();

// Captures with their photos, in the order they were stored. Empty texts do not filter.
base::Result<std::vector<StoredCapture>> read_captures(store::Database& db, const std::string& offline_id,
                                                       const std::string& status);
base::Result<std::vector<Attempt>> read_attempts(store::Database& db, const std::string& offline_id);
base::Result<std::vector<Attempt>> read_latest_attempts(store::Database& db, int count);  // oldest first

}  // namespace linesman::field
