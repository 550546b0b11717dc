// One row of an imported table of captures, or one GeoJSON feature, as a capture; or why it is none. Pure.
//
// Columns, in any order and case, with or without "_" and spaces: pole_number (pole, number, label, name), project
// (project_id), latitude (lat, y), longitude (lon, lng, long, x) or location ("lat,lng"; gps, coordinates), accuracy
// (gps_accuracy, accuracy_m; metres), notes (note, comment, remarks), captured_by (by, worker, user), captured_at
// (time, date, timestamp), id (row id), and for each slot a column with a file name (front, front_photo, ...). Others
// are read over.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "field/offline_pole_store.h"

namespace linesman::field {

enum class ImportColumn : uint8_t {
    number,
    project,
    latitude,
    longitude,
    location,
    accuracy,
    notes,
    captured_by,
    captured_at,
    id,
    before,  // the slots follow in their order
    front,
    side,
    depth,
    concrete,
    compaction,
};
std::optional<ImportColumn> import_column(std::string_view header);
using ImportValues = std::map<ImportColumn, std::string>;

struct ImportDefaults {
    std::string project_id = {};   // of rows that name none
    std::string captured_by = {};  // likewise
    int utc_offset_minutes = 120;  // of times without one; South Africa Standard Time
    bool decimal_comma = false;
};

struct ImportRow {
    size_t line = 0;
    NewCapture capture;                        // without photos
    std::string id;                            // of the row, may be blank
    std::map<model::Slot, std::string> files;  // as named in the row
    std::string key;                           // the same row again has the same key; made of project, number, id, time
};

// Errors: invalid_argument, with the reason in words.
base::Result<ImportRow> read_import_row(size_t line, const ImportValues& values, const ImportDefaults& defaults,
                                        std::optional<model::GeoPoint> position);

// "2025-01-30T08:15:00Z", "2025-01-30 08:15[:30]", milliseconds since 1970. Errors: invalid_argument.
base::Result<base::Timestamp> read_time(std::string_view text, int utc_offset_minutes);

}  // namespace linesman::field
