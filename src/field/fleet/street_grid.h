// The ground of the demo: an invented street grid with planned poles about 16 m apart (the real median is 15.8 m), in
// zones and PONs, at a place near Lawley. No real pole stands where these do. Pure, repeatable by seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/geo.h"

namespace linesman::field {

struct GridPole {
    std::string number;  // "LAW.P.A001"
    model::GeoPoint position;
    std::string pon, zone;
};

struct Town {
    std::string project_id, name, code, prefix;
    model::GeoPoint centre;
    std::vector<GridPole> poles;  // street by street, in walking order
    model::Ring boundary;         // 150 m beyond the outermost poles, open
};

struct TownSpec {
    std::string project_id, name, code, prefix;
    model::GeoPoint centre;
    int poles = 600;
    int zones = 4;         // blocks, numbered 1.. and lettered A..
    double turn_deg = 14;  // of the grid against north
};

Town make_town(const TownSpec& spec, uint64_t seed);

// `point` moved by metres east and north.
model::GeoPoint moved(model::GeoPoint point, double east_m, double north_m);

}  // namespace linesman::field
