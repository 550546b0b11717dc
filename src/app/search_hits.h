// What a search finds besides what stands in the columns: people by their names and crews, captures by their notes
// (full text index of the cache, whole words or their beginnings, accents and case ignored). Thread: any; opens the
// cache for each call, so never on main.
#pragma once

#include <span>
#include <string>

#include "model/filter.h"
#include "model/project.h"
#include "store/cache.h"

namespace linesman::app {

// Captures found by their notes, at most: the best ones. A word that stands in more of them is no search.
inline constexpr int64_t kMaxNoteHits = 100'000;

// While the index lags behind a first download notes are not searched.
model::SearchHits search_hits(store::CacheReader& cache, std::span<const model::Person> people,
                              const std::string& text);
// The same, of a cache file; without one only people are found.
model::SearchHits search_hits(const std::string& cache_path, std::span<const model::Person> people,
                              const std::string& text);

}  // namespace linesman::app
