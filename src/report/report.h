// A report before it has a format: facts, sections (tables), charts, a map and photos. Made from inputs alone.
// Thread: any; pure.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "report/inputs.h"

namespace linesman::report {

struct Fact {
    std::string name, value;
};

struct Section {
    std::string key;    // in file names and sheet names: "captures", "by-project"
    std::string title;  // for people
    std::string note;   // below the title; may be empty
    std::shared_ptr<const Table> table;
    bool is_main = false;  // the long one: the file without a suffix
};

// What a colour stands for; the writers choose the colour. Never the only sign: labels say it as well.
enum class Tone : uint8_t { good, bad, held, waiting, warning, neutral };

struct Series {
    std::string name;
    Tone tone = Tone::neutral;
};

struct ChartItem {
    std::string label;
    std::vector<double> values;  // one per series, stacked
};

struct Chart {
    enum class Shape : uint8_t { bars, columns };  // lying, one per line; standing, for days
    std::string title, note;
    Shape shape = Shape::bars;
    std::vector<Series> series;
    std::vector<ChartItem> items;
};

// The points of a section's table: columns latitude, longitude and `state`, with the tones of its values.
struct MapSource {
    std::shared_ptr<const Table> table;
    std::string state_column;
    std::vector<std::pair<std::string, Series>> states;  // value of the column -> what is said; worst first
};

struct PhotoCard {
    std::string staging_id, pole_number, text;
    std::vector<std::pair<std::string, std::string>> photos;  // slot, base64 of a small JPEG
};

struct Report {
    Meta meta;
    std::string title, subtitle;
    std::vector<Fact> figures;  // the few that are read first
    std::vector<Fact> facts;    // where the data came from
    std::vector<Section> sections;
    std::vector<Chart> charts;
    std::optional<MapSource> map;
    std::vector<PhotoCard> photos;
};

// Errors: corrupt when a table that the report needs is not there or lacks a column.
base::Result<Report> build_report(const Inputs& inputs);

// One for each kind; build_report() calls them.
base::Result<Report> build_validation(const Inputs& inputs);
base::Result<Report> build_coverage(const Inputs& inputs);
base::Result<Report> build_devices(const Inputs& inputs);
base::Result<Report> build_decisions(const Inputs& inputs);
base::Result<Report> build_handover(const Inputs& inputs);

// Shared by the builders: title, period, filter, data and rules as facts.
Report begin_report(const Inputs& inputs);
// The table with these columns. Errors: corrupt.
base::Result<std::shared_ptr<const Table>> need_table(const Inputs& inputs, std::string_view name,
                                                      std::initializer_list<std::string_view> columns);

}  // namespace linesman::report
