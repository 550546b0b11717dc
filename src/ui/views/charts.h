// Small charts: bars for each day, bars with names, parts of a day. All numbers are also words: in tooltips and beside
// the bars. Thread: main, inside a frame.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ui/frame.h"

namespace linesman::ui {

// A trend in one line of a table, the oldest first. Advances the cursor by `size`; the tooltip has `what` and the
// numbers.
void spark(const Frame& frame, std::span<const uint32_t> days, ImVec2 size, ImU32 colour, std::string_view what);

// Bars for each day with the largest value written above and the days below; `word` turns a value into text.
struct DayBars {
    std::span<const double> values;  // the last one is today
    std::span<const double> parts;   // of each value, drawn in `part_colour` at its foot; may be empty
    ImU32 colour = 0, part_colour = 0;
    std::string (*word)(double) = nullptr;
};
void day_bars(const Frame& frame, const char* id, const DayBars& bars, float height);

// One line for each name: name, bar, number. At most `most`; what is left out is counted in a last line.
void name_bars(const Frame& frame, std::span<const std::pair<std::string, int64_t>> items, ImU32 colour, size_t most,
               float name_width);

// Stacked bars over the hours of the day with a legend.
void hour_bars(const Frame& frame, const char* id, std::span<const std::map<std::string, uint32_t>> hours,
               float height);

// "reported" or "inferred", quietly, for the heading of a chart.
void source_mark(const Frame& frame, bool reported);

}  // namespace linesman::ui
