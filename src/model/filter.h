// Filters and orders over the columns: what the queue shows, what the map shows, what a report holds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/columns.h"

namespace linesman::model {

struct AreaPoint {
    double x = 0, y = 0;  // world coordinates, model/geo.h
    bool operator==(const AreaPoint&) const = default;
};

// What is gone is in no scope. open: waits for a supervisor, held ones included (contract, "The queue is"). to_judge:
// open without those that are held and were not sent again since. held: decision held. decided: does not wait.
enum class QueueScope : uint8_t { open, all, held, decided, conflicts, resubmitted, to_judge };

struct Filter {
    QueueScope scope = QueueScope::open;
    // Folded substring of the pole number or the staging id; from kLeastNameSearch letters on also of device and
    // account. White space at its ends does not count.
    std::string search;
    std::vector<std::string> projects, zones, pons, devices, people;  // any of; empty = all
    RuleMask rules = 0;                                               // any of; 0 = all
    std::optional<Severity> least_severity;
    std::optional<Decision> decision;
    std::optional<ValidationStatus> status;
    std::optional<int64_t> from_us, to_us;  // of `time`, half open
    enum class Time : uint8_t { captured, submitted, decided } time = Time::submitted;
    std::vector<AreaPoint> area;  // lasso in world coordinates, at least 3 points; empty = everywhere
    bool only_lost_photos = false;
    bool operator==(const Filter&) const = default;
};

// photos: how many have arrived.
enum class SortKey : uint8_t {
    submitted,
    captured,
    decided,
    pole_number,
    severity,
    project,
    device,
    person,
    accuracy,
    photos
};

struct SortOrder {
    SortKey key = SortKey::submitted;
    bool descending = false;  // the oldest waits longest and comes first
    bool held_last = false;   // what is held and was not sent again comes after everything else
    bool operator==(const SortOrder&) const = default;
};

// Fewer letters stand in the names of most devices, and would find nearly everything.
inline constexpr size_t kLeastNameSearch = 3;

// What Filter::search finds besides what stands in the columns; looked up by app/search_hits.h.
struct SearchHits {
    std::vector<std::string> people;    // accounts whose name or crew holds the text
    std::vector<std::string> captures;  // staging ids of captures whose notes do
    bool empty() const { return people.empty() && captures.empty(); }
};

// Rows that pass, in row order. `hits` count only with a search. Thread: any; a million rows take about a millisecond,
// with a search some 10 ms.
std::vector<Row> filter_rows(const Columns& columns, const Filter& filter, const SearchHits& hits = {});

// Ties by row. Text keys compare by bytes of the upper-cased text, so that blanks come first. Rows whose time or
// accuracy is not known come last in both directions. `rows` may come in any order; a million in row order take some 10
// ms by a time.
void sort_rows(const Columns& columns, SortOrder order, std::vector<Row>& rows);

// Counts shown beside each filter, over rows that are not gone.
struct FilterCounts {
    uint32_t total = 0, open = 0, held = 0, decided = 0, conflicts = 0, resubmitted = 0, lost_photos = 0;
    uint32_t approved = 0, rejected = 0;
    uint32_t to_judge = 0;                                              // open and not held
    std::vector<uint32_t> by_rule = std::vector<uint32_t>(kRuleCount);  // open captures with a finding of the rule
    std::vector<uint32_t> by_project;                                   // open captures, by dictionary index
    uint32_t by_severity[4] = {};                                       // open captures
};
FilterCounts count_rows(const Columns& columns);

}  // namespace linesman::model
