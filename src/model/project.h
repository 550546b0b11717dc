// Projects, planned poles and people: what captures are compared with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/geo.h"

namespace linesman::model {

struct Project {
    std::string id;
    std::string name;
    std::string code;
    std::string number_prefix;          // "LAW"; empty = unknown, no check
    MultiPolygon boundary;              // empty = none known, no check
    bool requires_seen_photos = false;  // approval needs every photo to have been seen
    bool allows_blank_number = false;   // a capture without number may be promoted
    bool allows_bulk_override = false;
};

struct PlannedPole {
    std::string id;
    std::string project_id;
    std::string pole_number;
    std::string pole_type;
    GeoPoint position;
    std::string pon;
    std::string zone;
};

struct Person {
    std::string uid;
    std::string name;
    std::string crew;
    std::string contractor;
    std::string phone;
};

}  // namespace linesman::model
