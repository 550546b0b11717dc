// What a report says about itself, and how it is to be written. Kept with the inputs, so that a report can be rendered
// again. Nothing here depends on the day, the machine or the folder of the export.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace linesman::report {

enum class Kind : uint8_t { validation, coverage, devices, decisions, handover };
std::string_view name_of(Kind kind);
std::string_view title_of(Kind kind);
std::optional<Kind> kind_from_name(std::string_view name);

enum class Format : uint8_t { csv, xlsx, geojson, jsonl, html };
std::string_view name_of(Format format);  // also the file's extension
std::optional<Format> format_from_name(std::string_view name);

// A spreadsheet holds 1,048,576 rows, one of which is the heading.
inline constexpr size_t kSheetRows = 1'048'575;

struct Meta {
    Kind kind = Kind::validation;
    std::string profile;     // the desk's profile
    std::string project_id;  // of Firebase
    std::string version;     // of Linesman
    std::string rules_hash;  // of every rule set in force
    int64_t as_of_us = 0;    // the newest change in the data (devices: the last contact with the server)
    int utc_offset_minutes = 120;
    std::string period_time = "submitted";  // which time a period and the charts mean: captured, submitted or decided
    std::optional<int64_t> from_us, to_us;  // half open
    std::string filter;                     // in words; "all captures"
    std::string note;                       // what the data does not cover, in words; may be empty

    bool csv_bom = false;
    size_t sheet_rows = kSheetRows;  // tests make it smaller
    size_t html_rows = 500;          // of the long tables
    bool operator==(const Meta&) const = default;
};

base::Json to_json(const Meta& meta);
// Errors: corrupt.
base::Result<Meta> meta_from_json(const base::Json& json);

// "submitted 2026-11-01 to 2026-11-22, Africa/Johannesburg (UTC+02:00)"; "any time submitted, ..." without bounds.
std::string period_text(const Meta& meta);

}  // namespace linesman::report
