// JSON text of single values, fast: a million rows are written with it. Thread: any; pure.
#pragma once

#include <string>
#include <string_view>

#include "report/table.h"

namespace linesman::report {

// A string with quotation marks, escaped as RFC 8259 has it; broken UTF-8 becomes U+FFFD; photo tokens are removed.
void append_json_text(std::string& out, std::string_view text);
// A cell as a value; null when empty. Times as RFC 3339 text in the zone, or as microseconds when `raw_times`.
void append_json_cell(std::string& out, const Cell& cell, const Column& column, int utc_offset_minutes,
                      bool raw_times = false);

}  // namespace linesman::report
