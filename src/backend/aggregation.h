// count, sum and avg over a query's result.
#pragma once

#include <string>
#include <vector>

#include "backend/query.h"

namespace linesman::backend {

struct Aggregation {
    enum class Kind { count, sum, average };
    Kind kind = Kind::count;
    std::string alias;
    FieldPath path;               // of sum and average
    std::optional<size_t> up_to;  // of count
};

// From structuredAggregationQuery.aggregations. Errors: invalid_argument.
base::Result<std::vector<Aggregation>> aggregations_from_json(const base::Json& list);

// Integer sums that overflow become doubles; without numbers sum is 0 and average null.
Value aggregate(const Aggregation& aggregation, const std::vector<DocumentPtr>& documents);

}  // namespace linesman::backend
