// Structured queries of the pull, as plain functions (google/firestore/v1/query.proto). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace linesman::sync {

// {"from": [{"collectionId": ...}]}
base::Json query_of(std::string_view collection);

// One filter. `op` as on the wire: EQUAL, IN, GREATER_THAN_OR_EQUAL, ...
base::Json field_filter(std::string_view field_path, std::string_view op, base::Json value);

// Sets where to all of `filters`; none leaves the query as it is.
void set_where(base::Json& query, std::vector<base::Json> filters);

// EQUAL for one, IN for several texts.
base::Json any_of_filter(std::string_view field_path, const std::vector<std::string>& texts);

// Orders by `field` and then the name; an empty field orders by the name alone.
void set_order(base::Json& query, std::string_view field);

// A position in such an order: value of the field (ignored when ordered by name alone) and full document name. Cursors
// may hold the value only.
void start_after(base::Json& query, std::string_view field, const base::Json& value, std::string_view document_name);
// Half-open range of names; empty ends are open. Only for queries ordered by name alone, and without start_after.
void set_name_range(base::Json& query, std::string_view from_name, std::string_view to_name);
void set_end_before_name(base::Json& query, std::string_view to_name);

void set_limit(base::Json& query, int64_t limit);
// Only names and versions come back. Billed as reads all the same.
void select_names_only(base::Json& query);

}  // namespace linesman::sync
