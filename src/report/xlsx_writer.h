// A report as a workbook: a sheet of facts, then a sheet for each section; a section with more rows than a sheet holds
// goes on in "Captures (2)" and so on. Rows are written one after another, so the memory used does not grow with them.
//
// Texts are written as texts and never as formulas. Times are dates in the report's zone; the workbook's own time is
// that of the data. libxlsxwriter does not notice when its scratch files meet a full disk, so free space is watched
// while writing and the report is given up before it runs out.
//
// Thread: one. Errors: disk_full, io, cancelled. This is the only file that knows libxlsxwriter.
#pragma once

#include "report/report.h"

namespace linesman::report {

// Writes to `path`, replacing what is there; scratch files go into its folder and have no name.
base::Status write_xlsx(const Report& report, Making& making, const std::string& path);

}  // namespace linesman::report
