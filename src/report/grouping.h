// Captures counted by something: project, zone, PON, crew, device, day, rule. One pass over the table of captures for
// all of them. Thread: any; pure.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "report/meta.h"
#include "report/report.h"

namespace linesman::report {

struct Tally {
    int64_t captures = 0, waiting = 0, approved = 0, rejected = 0, held = 0, superseded = 0, in_production = 0;
    int64_t blocking = 0, errors = 0, warnings = 0;  // captures whose worst finding is this
    int64_t missing_photos = 0, lost_photos = 0;     // captures
    void add(const Tally& other);
};

using Tallies = std::map<std::string, Tally, std::less<>>;

struct CaptureTallies {
    Tally all;
    Tallies by_project, by_zone, by_pon, by_crew, by_device, by_day;  // zones and PONs by "project / zone"
    Tallies by_rule;                                                  // a capture counts for each of its rules
};

// `captures` has the columns of CaptureTable. Days are those of Meta::period_time in its zone.
CaptureTallies tally_captures(const Table& captures, const Meta& meta);

// "Project" and so on, then the counts.
std::shared_ptr<const Table> tally_table(const std::string& key, const std::string& title, const Tallies& tallies);

// Stacked bars of the largest `most`, and of days in order (the latest `most`).
Chart decisions_by(const std::string& title, const Tallies& tallies, size_t most);
Chart decisions_by_day(const Meta& meta, const Tallies& by_day, size_t most);

}  // namespace linesman::report
