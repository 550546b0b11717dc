// Filters under a name, kept in a small versioned file of the state folder. A file that is broken or of another version
// gives none; what cannot be used in it is left out. Pure but for load and save.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/filter.h"

namespace linesman::ui {

// A period that moves on with the days: "today" saved on Monday means Tuesday on Tuesday.
enum class FilterSpan : uint8_t { fixed, today, yesterday, last_7_days, before_7_days };

struct SavedFilter {
    std::string name;
    model::Filter filter;
    FilterSpan span = FilterSpan::fixed;  // else the filter's period is that of the day on which it was saved
    bool operator==(const SavedFilter&) const = default;
};

// Begin and end of a moving period now, in South Africa; empty for `fixed`.
struct SpanBounds {
    std::optional<int64_t> from_us, to_us;
};
SpanBounds bounds_of(FilterSpan span, base::Timestamp now);
// The moving period that this filter holds; fixed when it is none.
FilterSpan span_of(const model::Filter& filter, base::Timestamp now);
// The filter as it means today.
model::Filter filter_now(const SavedFilter& saved, base::Timestamp now);

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

// The days of a filter's period, "2026-11-22 to 2026-11-23"; it has one.
std::string period_words(const model::Filter& filter);
// What a filter lets through, in a few words: "Zone 3 · GPS accuracy". Empty for the bare scope.
std::string words_of(const model::Filter& filter);

// An empty path keeps nothing.
SavedFilters load_filters(const std::string& path);
base::Status save_filters(const std::string& path, const SavedFilters& filters);

}  // namespace linesman::ui
