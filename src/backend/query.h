// StructuredQuery: parsed, normalised (implicit orders added) and run over a view of the store.
//
// Speed: a query over one collection ordered by one field walks an index from the cursor on and stops at the limit; one
// ordered by __name__ walks the collection. Everything else gathers, filters and sorts.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/document_store.h"
#include "backend/field_path.h"
#include "base/json.h"

namespace linesman::backend {

struct Filter {
    enum class Op {
        conjunction,
        disjunction,
        equal,
        not_equal,
        less,
        less_or_equal,
        greater,
        greater_or_equal,
        in,
        not_in,
        array_contains,
        array_contains_any,
        is_null,
        is_not_null,
        is_nan,
        is_not_nan,
    };
    Op op = Op::conjunction;
    FieldPath path;
    Value value;                   // references for __name__
    std::vector<Filter> children;  // of a conjunction or disjunction
};

struct Order {
    FieldPath path;
    bool descending = false;
};

struct Cursor {
    std::vector<Value> values;
    bool before = false;
};

struct Query {
    std::string parent;         // …/documents or a document
    std::string collection_id;  // empty with all_descendants: every collection
    bool all_descendants = false;
    std::optional<std::vector<FieldPath>> select;
    std::optional<Filter> where;
    std::vector<Order> orders;  // normalised: ends with __name__
    std::optional<Cursor> start;
    std::optional<Cursor> end;
    size_t offset = 0;
    std::optional<size_t> limit;
};

// Errors: invalid_argument.
base::Result<Query> query_from_json(const base::Json& json, std::string parent);
base::Result<Filter> filter_from_json(const base::Json& json);

bool matches(const Filter& filter, const Document& document);

// The value a document is ordered or filtered by; __name__ gives a reference made into `scratch`.
const Value* order_value(const Document& document, const FieldPath& path, Value& scratch);

// Whether the document lies in the query's collections, matches its filters and lies between its cursors. Limit and
// offset are left aside: they need the other documents.
bool belongs(const Query& query, const Document& document);

struct QueryResult {
    std::vector<DocumentPtr> documents;
    size_t skipped = 0;  // by offset
};

// Runs on the current state, or on the state at `time`.
QueryResult run_query(const DocumentStore::View& view, const Query& query, std::optional<base::Timestamp> time);

}  // namespace linesman::backend
