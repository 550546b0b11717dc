// Captures from a table (CSV) or a GIS file (GeoJSON) and a folder of photos into the offline store, as pending
// captures or drafts. Good rows go in, each in one transaction; bad rows are reported one by one. Running it again adds
// only what is not here yet. Position and time come from the row, else from the photos' EXIF.
//
// Thread: one. Errors: the file as a whole cannot be understood, the folder or the store cannot be used.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "field/import_row.h"

namespace linesman::field {

struct CaptureImportOptions {
    ImportDefaults defaults = {};
    std::string photo_folder = {};  // empty: no photos
    bool draft = false;
    bool dry_run = false;  // check everything, store nothing
};

struct CaptureImport {
    struct Row {
        size_t line = 0;         // CSV: of the file, from 1; GeoJSON: number of the feature, from 1
        std::string offline_id;  // empty in a dry run
        int photos = 0;
    };
    struct Problem {
        size_t line = 0;  // 0: not of a row
        std::string what;
    };
    std::vector<Row> added;
    std::vector<Row> already_here;
    std::vector<Problem> refused;        // rows
    std::vector<Problem> unused_photos;  // files that belong to no row, with the reason
    size_t rows() const { return added.size() + already_here.size() + refused.size(); }
};

enum class ImportFormat : uint8_t { csv, geojson };
// By the extension, else by the first character.
ImportFormat import_format_of(std::string_view file, std::string_view text);

base::Result<CaptureImport> import_captures(OfflinePoleStore& store, std::string_view text, ImportFormat format,
                                            const CaptureImportOptions& options);

}  // namespace linesman::field
