// How the fleet does over time and by group: what its captures tell (inferred), and what its sync sessions tell
// (reported). The two are never mixed. Pure; thread: any. A million rows take well under 0.1 s.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/columns.h"
#include "model/device_session.h"
#include "model/project.h"

namespace linesman::model {

inline constexpr size_t kTrendDays = 14;

// One number for each local day, the oldest first; the last one is today.
using DayCounts = std::array<uint32_t, kTrendDays>;

// When the first of these days begins.
base::Timestamp first_trend_day(base::Timestamp now, int utc_offset_minutes);

// Of a project or a crew, inferred from captures.
struct GroupFigures {
    std::string name;  // empty: captures that name none
    uint32_t captures = 0, devices = 0, missing_photos = 0, rejected = 0;
    DayCounts arrived{};
};

struct FleetFigures {
    uint64_t generation = 0;  // of the snapshot; set by whoever has it made
    int64_t today = 0;        // local day, since 1970
    DayCounts arrived{};      // captures, by the day they were submitted
    std::map<std::string, DayCounts, std::less<>> by_device;
    std::vector<GroupFigures> by_project, by_crew;  // most captures first, then by name
};
// Gone and superseded captures do not count. A day is that of `submitted_at`; captures without one count in no day.
FleetFigures fleet_figures(const Columns& columns, std::span<const Person> people, base::Timestamp now,
                           int utc_offset_minutes);

// Of a crew, reported.
struct CrewAttempts {
    std::string name;
    int64_t attempts = 0, failed = 0;
};

struct SessionFigures {
    int64_t sessions = 0, attempts = 0, failed = 0, bytes = 0;
    int64_t left_out = 0;  // attempts that the phones counted and did not list
    // Attempts and those that failed, by the day the session began.
    DayCounts attempts_by_day{}, failed_by_day{};
    std::array<double, kTrendDays> bytes_per_s{};                     // while sending; 0: nothing was sent that day
    std::vector<std::pair<std::string, int64_t>> causes;              // outcome and count, most first
    std::array<std::map<std::string, uint32_t>, 24> network_by_hour;  // sessions, by the local hour they began in
    std::vector<CrewAttempts> by_crew;                                // most failed first
    std::map<std::string, DayCounts, std::less<>> failed_by_device;
};
SessionFigures session_figures(std::span<const DeviceSession> sessions, std::span<const Person> people,
                               base::Timestamp now, int utc_offset_minutes);

// Where a device belongs, inferred: the project that most of its captures name, the crew of whoever captured most with
// it. Empty when none is known.
struct DevicePlace {
    std::string project, crew;
};
using DevicePlaces = std::map<std::string, DevicePlace, std::less<>>;
DevicePlaces device_places(const Columns& columns, std::span<const Person> people);

// The same for all, and for each project, crew and device. A session names neither: it counts for the crew of its
// owner's account where that is known, else for the place of its device; those of no known one are in the group without
// a name.
struct FleetSessions {
    SessionFigures all;
    std::map<std::string, SessionFigures, std::less<>> by_project, by_crew;
    std::map<std::string, UploadFigures, std::less<>> by_device;
};
FleetSessions fleet_sessions(std::span<const DeviceSession> sessions, std::span<const Person> people,
                             const DevicePlaces& places, base::Timestamp now, int utc_offset_minutes);

}  // namespace linesman::model
