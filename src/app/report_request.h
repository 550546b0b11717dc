// What a report is asked for: which one, and which captures. As JSON it goes into the manifest, so that the same can be
// gathered again later. Thread: any; pure.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "model/filter.h"
#include "report/meta.h"

namespace linesman::app {

struct ReportRequest {
    report::Kind kind = report::Kind::validation;
    model::Filter filter = whole();
    bool csv_bom = false;
    size_t html_rows = 500;
    size_t photo_captures = 12;                  // captures with thumbnails on the page; 0 = none
    bool with_findings = true;                   // validation: a row per finding
    std::optional<int> utc_offset_minutes = {};  // of the times in the report; without it, the profile's
    bool operator==(const ReportRequest&) const = default;

    // All captures, not only those that wait.
    static model::Filter whole();
};

base::Json to_json(const ReportRequest& request);
// Errors: corrupt.
base::Result<ReportRequest> report_request_from_json(const base::Json& json);

// "waiting captures of project Law-001 with a finding of gps_missing": in words, for the page.
std::string words_of(const model::Filter& filter);

std::string_view name_of(model::QueueScope scope);  // "to-judge", as on the command line
std::optional<model::QueueScope> scope_from_name(std::string_view name);
std::string_view name_of(model::Filter::Time time);
std::optional<model::Filter::Time> filter_time_from_name(std::string_view name);

}  // namespace linesman::app
