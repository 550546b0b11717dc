// Projects and their boundaries from CSV and GeoJSON. Good rows go in, bad rows are reported one by one; a file is
// refused as a whole only when it cannot be understood at all. A cell that is empty, or a member that is not there,
// leaves that field of the project as it is.
//
// Thread: pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/planned_import.h"

namespace linesman::model {

struct ProjectRow {
    size_t line = 0;  // as in ImportProblem
    std::string id;
    std::optional<std::string> name, code, number_prefix;
    std::optional<std::string> boundary;  // GeoJSON text of a Polygon or MultiPolygon; Firestore holds no nested arrays
    std::optional<bool> requires_seen_photos, allows_blank_number, allows_bulk_override;
};

struct ProjectImport {
    std::vector<ProjectRow> projects;
    std::vector<ImportProblem> problems;  // at most kMaxImportProblems
    size_t bad_rows = 0, rows = 0;
};

// A document may be 1 MiB; the rest of the project needs some room.
inline constexpr size_t kMaxBoundaryBytes = 900'000;

struct ProjectImportOptions {
    std::string project_id;      // for rows and geometries that name none
    bool only_boundary = false;  // a row without an area is a bad row, everything else is read over
};

// The first line names the columns, in any order and case: id (project_id, project), name, code, prefix
// (number_prefix), boundary (GeoJSON text), requires_seen_photos, allows_blank_number, allows_bulk_override (true,
// false, yes, no, 1, 0). Errors: corrupt (no such columns, empty).
base::Result<ProjectImport> projects_from_csv(std::string_view text, const ProjectImportOptions& options);

// Features with a Polygon or MultiPolygon (holes count) and the same names as properties; a feature's own id counts
// when its properties name none; a bare geometry takes options.project_id. Errors: those of parse_geojson().
base::Result<ProjectImport> projects_from_geojson(std::string_view text, const ProjectImportOptions& options);

}  // namespace linesman::model
