#include "model/facets.h"

#include <algorithm>

namespace linesman::model {

std::vector<std::string>& values_of(Filter& filter, Facet facet) {
    switch (facet) {
        case Facet::project:
            return filter.projects;
        case Facet::zone:
            return filter.zones;
        case Facet::pon:
            return filter.pons;
        case Facet::person:
            return filter.people;
        case Facet::device:
            return filter.devices;
    }
    return filter.projects;
}

const std::vector<std::string>& values_of(const Filter& filter, Facet facet) {
    return values_of(const_cast<Filter&>(filter), facet);
}

namespace {

const Dictionary& dictionary_of(const Dictionaries& names, Facet facet) {
    switch (facet) {
        case Facet::project:
            return names.projects;
        case Facet::zone:
            return names.zones;
        case Facet::pon:
            return names.pons;
        case Facet::person:
            return names.people;
        case Facet::device:
            return names.devices;
    }
    return names.projects;
}

uint32_t index_in(const Chunk& chunk, uint32_t i, Facet facet) {
    switch (facet) {
        case Facet::project:
            return chunk.project[i];
        case Facet::zone:
            return chunk.zone[i];
        case Facet::pon:
            return chunk.pon[i];
        case Facet::person:
            return chunk.person[i];
        case Facet::device:
            return chunk.device[i];
    }
    return 0;
}

}  // namespace

Filter without_facet(Filter filter, Facet facet) {
    values_of(filter, facet).clear();
    return filter;
}

Filter without_findings(Filter filter) {
    filter.rules = 0;
    filter.least_severity.reset();
    filter.only_lost_photos = false;
    return filter;
}

std::vector<FacetCount> facet_counts(const Columns& columns, const Filter& filter, Facet facet) {
    return facet_counts(columns, filter_rows(columns, without_facet(filter, facet)), filter, facet);
}

std::vector<FacetCount> facet_counts(const Columns& columns, std::span<const Row> rows, const Filter& filter,
                                     Facet facet) {
    const Dictionary& names = dictionary_of(*columns.names, facet);
    std::vector<uint32_t> counts(names.size(), 0);
    for (const Row row : rows) {
        const uint32_t index = index_in(columns.chunk_of(row), row % kChunkRows, facet);
        if (index < counts.size()) ++counts[index];
    }
    const auto& chosen = values_of(filter, facet);
    std::vector<FacetCount> result;
    for (uint32_t i = 0; i < names.size(); ++i) {
        const bool is_chosen = std::find(chosen.begin(), chosen.end(), names.at(i)) != chosen.end();
        if (counts[i] > 0 || is_chosen) result.push_back({names.at(i), counts[i], is_chosen});
    }
    std::stable_sort(result.begin(), result.end(), [](const auto& a, const auto& b) {
        return a.count != b.count ? a.count > b.count : a.value < b.value;
    });
    return result;
}

JudgementCounts judgement_counts(const Columns& columns, std::span<const Row> rows) {
    JudgementCounts counts;
    for (const Row row : rows) {
        const Chunk& chunk = columns.chunk_of(row);
        const uint32_t i = row % kChunkRows;
        ++counts.by_severity[static_cast<size_t>(chunk.severity[i])];
        ++counts.by_decision[static_cast<size_t>(chunk.decision[i])];
        counts.lost_photos += chunk.lost[i] != 0 ? 1U : 0U;
        for (RuleMask left = chunk.findings[i]; left != 0; left &= left - 1) {
            const auto rule = static_cast<size_t>(__builtin_ctz(left));
            if (rule < kRuleCount) ++counts.by_rule[rule];
        }
    }
    return counts;
}

uint32_t count_between(const Columns& columns, std::span<const Row> rows, Filter::Time time,
                       std::optional<int64_t> from_us, std::optional<int64_t> to_us) {
    if (!from_us && !to_us) return static_cast<uint32_t>(rows.size());
    uint32_t count = 0;
    for (const Row row : rows) {
        const Chunk& chunk = columns.chunk_of(row);
        const uint32_t i = row % kChunkRows;
        const int64_t at = time == Filter::Time::captured  ? chunk.captured_at[i]
                           : time == Filter::Time::decided ? chunk.decided_at[i]
                                                           : chunk.submitted_at[i];
        if (at == kNoTime) continue;
        count += (!from_us || at >= *from_us) && (!to_us || at < *to_us) ? 1U : 0U;
    }
    return count;
}

}  // namespace linesman::model
