// Planned poles from a GIS: CSV, GeoJSON, or documents of `planned-poles`. Good rows go in, bad rows are reported one
// by one with what is wrong; a file is refused as a whole only when it cannot be understood at all.
//
// Thread: pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/project.h"

namespace linesman::model {

struct ImportProblem {
    size_t line = 0;     // CSV: line of the file, from 1; GeoJSON: number of the feature, from 1
    std::string reason;  // for the person who corrects the file
    bool operator==(const ImportProblem&) const = default;
};

struct PlannedImport {
    std::vector<PlannedPole> poles;       // in the order of the file
    std::vector<ImportProblem> problems;  // at most kMaxImportProblems
    size_t bad_rows = 0;                  // all of them
    size_t rows = 0;                      // poles and bad rows
    size_t without_project = 0;           // of the bad rows: they name no project, and none was given for them
};
inline constexpr size_t kMaxImportProblems = 10'000;
inline constexpr size_t kMaxImportRows = 2'000'000;

// The first line names the columns, in any order and case: pole_number (pole, number, label, name), pole_type (type),
// latitude (lat, y), longitude (lon, lng, long, x) or location ("lat,lng"), pon, zone, id, project (project_id). Others
// are read over. `project_id` is given to rows that name none; without it those are bad rows. A number that occurs
// twice in one project, an id that occurs twice, and a place that cannot be, are bad rows. Without an id column the id
// is made of project and number, so that importing a file twice changes nothing. Errors: corrupt (no such columns,
// empty), too_large.
base::Result<PlannedImport> planned_from_csv(std::string_view text, const std::string& project_id);

// Features with a Point and the same names as properties. Errors: those of parse_geojson(); corrupt when no feature has
// a point.
base::Result<PlannedImport> planned_from_geojson(std::string_view text, const std::string& project_id);

// The three shapes of a location in plain JSON (contract, "Collections"): a text "lat,lng" (in `location`,
// `plannedLocation`, `gps` or `coordinates`), location{latitude,longitude}, plannedLocation{lat,lng}. nullopt when none
// of them holds a plausible place.
std::optional<GeoPoint> location_from_json(const base::Json& document);
std::optional<GeoPoint> location_from_text(std::string_view text);

// One document of `planned-poles`. Errors: corrupt, naming the document and what is missing.
base::Result<PlannedPole> planned_from_document(const std::string& id, const base::Json& document);

}  // namespace linesman::model
