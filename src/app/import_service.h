// Imports planned poles, projects and boundaries from CSV and GeoJSON: reads the file, compares with the server, and
// writes what is new or differs in batched commits. Can be run again at any time: ids are made of the content, what is
// equal is not written, so that an interrupted run goes on where it stopped.
//
// Thread: any; waits for the server.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/administered.h"
#include "app/office_line.h"
#include "model/planned_import.h"
#include "sync/reference_import.h"

namespace linesman::app {

enum class ImportKind : uint8_t { planned, projects, boundaries };
std::string_view name_of(ImportKind kind);

struct ImportFile {
    std::vector<sync::WantedDocument> documents;
    std::vector<std::string> projects;           // that the documents belong to
    std::vector<model::ImportProblem> problems;  // at most model::kMaxImportProblems
    size_t bad_rows = 0, rows = 0;
    bool by_feature = false;  // problems count features, not lines
    std::string sha256;       // of the file
};

// GeoJSON when the text begins with `{` (whatever the file's name is), else CSV. `project_id` is for rows that name
// none. Errors: the file as a whole cannot be understood.
base::Result<ImportFile> read_import(ImportKind kind, std::string_view text, const std::string& project_id);

struct ImportReport {
    size_t created = 0, changed = 0, unchanged = 0, others = 0;  // as planned at the start
    size_t written = 0;                                          // documents that the server has taken
    bool applied = false;
    std::string op_id;  // audit entry; empty when nothing had to be written
};

// Reads the server and counts. Without `apply` nothing is written. Errors: permission_denied (admins only), those of
// the line; what was written stays and the next run goes on.
base::Result<ImportReport> run_import(OfficeLine& line, Administration* office, ImportKind kind, const ImportFile& file,
                                      bool apply, const std::function<void(const ImportReport&)>& progress = {});

}  // namespace linesman::app
