// Inputs to files: every format asked for, the inputs, and a manifest, all or none.
//
//   validation.csv              the long table of the report
//   validation-by-project.csv   each further table (CSV and JSON lines; GeoJSON where a table has positions)
//   validation.xlsx .html       one file with all of it
//   validation.inputs.jsonl     what it was made of
//   validation.manifest.json    names, sizes and SHA-256 of the above, snapshot, rules, version
//
// The same inputs, formats and version give the same bytes. Thread: one. Errors: those of the writers;
// invalid_argument when a format cannot hold the report.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"

namespace linesman::report {

struct RenderRequest {
    std::string folder;  // must exist
    std::string stem;    // "validation"
    std::vector<Format> formats;
    base::Json snapshot = base::Json::object();  // of the desk: cache generation, last pull, captures
    base::Json request = base::Json::object();   // what was asked for, so that it can be gathered again
};

struct Rendered {
    std::string manifest;  // path
    std::vector<WrittenFile> files;
};

base::Result<Rendered> render_report(const Inputs& inputs, const RenderRequest& request, Making& making);

// One format of the long table to a file descriptor, without manifest and inputs (`--out -`). XLSX and HTML are refused
// there: they are files.
base::Status render_stream(const Inputs& inputs, Format format, Making& making, int fd);

inline constexpr int kManifestVersion = 1;

}  // namespace linesman::report
