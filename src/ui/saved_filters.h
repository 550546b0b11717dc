// Filters under a name, kept in a small versioned file of the state folder. A file that is broken or of another version
// gives none; what cannot be used in it is left out. Pure but for load and save.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/filter.h"

namespace linesman::ui {

struct SavedFilter {
    std::string name;
    model::Filter filter;
    bool operator==(const SavedFilter&) const = default;
};

class SavedFilters {
  public:
    const std::vector<SavedFilter>& all() const { return filters_; }
    // Replaces one of the same name. Blank names are refused.
    bool put(SavedFilter filter);
    void remove(std::string_view name);
    uint64_t changes() const { return changes_; }  // since it was made or loaded

    std::string to_text() const;
    static SavedFilters from_text(std::string_view text);

  private:
    std::vector<SavedFilter> filters_;  // in the order in which they were made
    uint64_t changes_ = 0;
};

// What a filter lets through, in a few words: "Zone 3 · GPS accuracy". Empty for the bare scope.
std::string words_of(const model::Filter& filter);

// An empty path keeps nothing.
SavedFilters load_filters(const std::string& path);
base::Status save_filters(const std::string& path, const SavedFilters& filters);

}  // namespace linesman::ui
