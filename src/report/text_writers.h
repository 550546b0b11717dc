// Tables as CSV, JSON lines and GeoJSON. Thread: one; rows are rendered on the pool when there is one (row_stream.h).
#pragma once

#include "report/meta.h"
#include "report/row_stream.h"

namespace linesman::report {

// RFC 4180: CRLF, heading, fields quoted where needed, UTF-8 (with a byte order mark when Meta::csv_bom). A text that a
// spreadsheet would run as a formula (it begins with = + - @, a tab or a carriage return, or their full-width forms)
// gets an apostrophe in front. Numbers are numbers and get none.
base::Status write_csv(const Table& table, const Meta& meta, Making& making, OutputFile& file);

// One object per row, members named by the columns' keys, empty cells left out.
base::Status write_jsonl(const Table& table, const Meta& meta, Making& making, OutputFile& file);

// RFC 7946: a feature per row with the columns `longitude` and `latitude` as its point (seven decimals, about 1 cm) and
// the others as properties; geometry null when there is no position.
base::Status write_geojson(const Table& table, const Meta& meta, Making& making, OutputFile& file);
bool has_position(const Table& table);

// One CSV field.
void append_csv_text(std::string& out, std::string_view text);

}  // namespace linesman::report
