// The values a filter could take, with how many captures each would show: for the lists beside the queue. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/filter.h"

namespace linesman::model {

enum class Facet : uint8_t { project, zone, pon, person, device };

// The member of the filter that a facet sets.
std::vector<std::string>& values_of(Filter& filter, Facet facet);
const std::vector<std::string>& values_of(const Filter& filter, Facet facet);

struct FacetCount {
    std::string value;
    uint32_t count = 0;
    bool chosen = false;
    bool operator==(const FacetCount&) const = default;
};

// Over what the rest of the filter lets through, so that each count is what choosing the value would show. Largest
// first, then by value; values with nothing are left out unless chosen. A blank value is one too.
std::vector<FacetCount> facet_counts(const Columns& columns, const Filter& filter, Facet facet);

}  // namespace linesman::model
