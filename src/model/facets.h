// The values a filter could take, with how many captures each would show: for the lists beside the queue. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
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
// The same of rows that are known: those that pass without_facet().
std::vector<FacetCount> facet_counts(const Columns& columns, std::span<const Row> rows, const Filter& filter,
                                     Facet facet);
Filter without_facet(Filter filter, Facet facet);

// How rows are judged, by machine and person.
struct JudgementCounts {
    std::array<uint32_t, kRuleCount> by_rule{};  // with a finding of the rule that is not ignored
    std::array<uint32_t, 4> by_severity{};       // by their worst finding, index = Severity
    std::array<uint32_t, 5> by_decision{};       // index = Decision
    uint32_t lost_photos = 0;
};
JudgementCounts judgement_counts(const Columns& columns, std::span<const Row> rows);
// The filter without what JudgementCounts counts of the machine: findings, severity and lost photos.
Filter without_findings(Filter filter);

// Rows whose time lies in [from, to); a time that is not known lies in no period, but in all of time.
uint32_t count_between(const Columns& columns, std::span<const Row> rows, Filter::Time time,
                       std::optional<int64_t> from_us, std::optional<int64_t> to_us);

}  // namespace linesman::model
