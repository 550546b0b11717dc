// What a report will be, before it is written: its headline figures, how many rows each table has, and the first rows
// of the long one. Made of the report itself, so that nothing in it can differ from what is written. Pure. Thread: any.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"

namespace linesman::report {

struct Preview {
    struct Part {
        std::string title;
        size_t rows = 0;
        bool operator==(const Part&) const = default;
    };
    std::string title;
    std::vector<Fact> figures;   // name, value: what is read first
    std::string period;          // in words, with the time it means and the zone
    std::string captures;        // which ones, in words; blank for a report that is not of captures
    std::vector<Part> parts;     // every table, the long one first
    size_t rows = 0;             // of the long table
    bool has_positions = false;  // GeoJSON can be made of it
    std::string note;            // what the data does not cover; may be blank
    // The first rows of the long table as text; only columns that say something in them.
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> first_rows;
};

Preview preview_of(const Report& report, size_t most_rows, size_t most_columns);

// A value as people read it: "1 234", "yes", "2026-11-22 10:15" in the zone; blank for an empty cell.
std::string cell_words(const Cell& cell, const Column& column, int utc_offset_minutes);

}  // namespace linesman::report
