// A report as one page: figures, charts, a map, photos and tables. Nothing is fetched from anywhere: styles, drawings
// and photos are in the file, and a policy in its head forbids the rest. Prints on A4.
//
// Long tables are cut to Meta::html_rows, which the page says; the other formats have every row.
// Thread: one. Errors: cancelled, and those of the file.
#pragma once

#include "report/report.h"

namespace linesman::report {

base::Status write_html(const Report& report, Making& making, OutputFile& file);

// Text for an element or an attribute in quotation marks; without photo tokens and control characters.
std::string html_text(std::string_view text);

// Colour of a tone, as "#rrggbb". Told apart by people with any common colour blindness, and by their lightness.
std::string_view colour_of(Tone tone);

// Inline drawings. Parts of the page; public for their tests.
std::string chart_svg(const Chart& chart);
std::string map_svg(const MapSource& map);
// A section with its heading; at most Meta::html_rows rows, without columns that are blank in all of them and without
// ids that only programs read.
std::string html_table(const Section& section, const Meta& meta);

}  // namespace linesman::report
