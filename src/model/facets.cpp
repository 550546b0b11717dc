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

std::vector<FacetCount> facet_counts(const Columns& columns, const Filter& filter, Facet facet) {
    Filter others = filter;
    values_of(others, facet).clear();
    const Dictionary& names = dictionary_of(*columns.names, facet);
    std::vector<uint32_t> counts(names.size(), 0);
    for (const Row row : filter_rows(columns, others)) {
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

}  // namespace linesman::model
