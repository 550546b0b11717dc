// What the six devices of the demo will do, and what will be wrong with it: every capture with its place, time, typed
// fields, route to staging and faults. Pure and repeatable by seed; docs/demo-data.md says why each fault is there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "field/fleet/dice.h"
#include "field/fleet/street_grid.h"
#include "model/capture.h"
#include "model/project.h"

namespace linesman::field {

inline constexpr int kDemoUtcOffset_min = 120;  // South Africa Standard Time

// How a capture reaches staging.
enum class Route : uint8_t {
    ours,                 // offline store and staging sync
    lost_photos,          // an app that swallows a failed photo upload
    older_app,            // none of our additions, random document id, `validated` written by the phone
    pole_plantings,       // fields of `pole-plantings-staging`
    field_pole_captures,  // fields of `field_pole_captures`
    wrong_types,          // numbers where text belongs and the like
};

struct PlannedCapture {
    int device = 0, day = 0;
    base::Timestamp at;     // when it really happened
    base::Timestamp clock;  // what the device believed
    std::string plate;      // the number on the pole
    std::string project_id;
    model::GeoPoint place;  // where the pole is planned
    std::string number;     // as typed
    std::optional<model::GeoPoint> gps;
    std::optional<double> accuracy_m;
    std::string notes, captured_by;
    uint64_t photo_seed = 0;
    Route route = Route::ours;
    model::SlotMask lost = 0;          // never arrive
    std::optional<size_t> front_from;  // index of the capture whose front photo is sent again
    bool sent_twice = false;
    model::Decision earlier = model::Decision::none;  // by a supervisor, before the demo opens
    std::vector<std::string> faults;                  // names of the manifest
};

struct FleetSpec {
    int captures = 320;
    int devices = 6;
    uint64_t seed = 7;
    std::vector<base::Timestamp> days;  // local midnights, oldest first
};

struct FleetPlan {
    std::vector<Town> towns;
    std::vector<model::Person> people;
    std::vector<PlannedCapture> captures;  // by day, device, time
};

// Needs at least 60 captures, 2 devices and 1 day.
FleetPlan plan_fleet(const FleetSpec& spec);

// The last `count` working days (no Sundays) before the local day of `until`, as local midnights.
std::vector<base::Timestamp> working_days(base::Timestamp until, int count);

// Adds the faults to a clean plan; fleet_plan.cpp makes that.
void add_faults(FleetPlan& plan, const FleetSpec& spec, Dice& dice);

}  // namespace linesman::field
