#include "field/fleet/street_grid.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

#include "field/fleet/dice.h"

namespace linesman::field {
namespace {

constexpr double kMetresPerDegree = 111'320;  // of latitude; of longitude times the cosine
constexpr double kPoleSpacing_m = 16, kStreetSpacing_m = 52, kBlockGap_m = 46, kBoundaryMargin_m = 150;
constexpr int kPolesPerStreet = 25, kPolesPerPon = 24;

double radians(double degrees) {
    return degrees * std::numbers::pi / 180;
}

struct Metres {
    double east = 0, north = 0;
};

// A street bends gently; its neighbours bend alike, as they do when they follow one slope.
double bend_m(double along_m, double phase) {
    return 7 * std::sin(along_m / 95 + phase) + 3 * std::sin(along_m / 37 + 2.1 * phase);
}

std::string numbered(const char* format, const std::string& prefix, int zone, int number) {
    char text[64];
    std::snprintf(text, sizeof text, format, prefix.c_str(), 'A' + zone, number);
    return text;
}

}  // namespace

model::GeoPoint moved(model::GeoPoint point, double east_m, double north_m) {
    return {point.latitude + north_m / kMetresPerDegree,
            point.longitude + east_m / (kMetresPerDegree * std::cos(radians(point.latitude)))};
}

Town make_town(const TownSpec& spec, uint64_t seed) {
    Dice dice(seed);
    Town town{spec.project_id, spec.name, spec.code, spec.prefix, spec.centre, {}, {}};
    const int per_zone = std::max(1, spec.poles / spec.zones);
    const int columns = spec.zones > 1 ? 2 : 1;
    const int streets = (per_zone + kPolesPerStreet - 1) / kPolesPerStreet;
    const double block_width = (kPolesPerStreet - 1) * kPoleSpacing_m + kBlockGap_m;
    const double block_height = streets * kStreetSpacing_m + kBlockGap_m;
    const int rows = (spec.zones + columns - 1) / columns;
    const double turn = radians(spec.turn_deg);
    const auto on_ground = [&](Metres at) {
        const double x = at.east - columns * block_width / 2, y = at.north - rows * block_height / 2;
        return moved(spec.centre, x * std::cos(turn) - y * std::sin(turn), x * std::sin(turn) + y * std::cos(turn));
    };
    int pon_number = 0;
    for (int zone = 0; zone < spec.zones; ++zone) {
        const int column = zone % columns, row = zone / columns;
        const Metres corner{column * block_width, row * block_height};
        const double phase = dice.between(0, 6);
        for (int i = 0; i < per_zone; ++i) {
            const int street = i / kPolesPerStreet, place = i % kPolesPerStreet;
            // Every second street is walked back, so that following numbers are neighbours.
            const double along = (street % 2 == 0 ? place : kPolesPerStreet - 1 - place) * kPoleSpacing_m;
            const Metres at{corner.east + along + dice.between(-1.2, 1.2), corner.north + street * kStreetSpacing_m +
                                                                               bend_m(along, phase + 0.25 * street) +
                                                                               dice.between(-0.8, 0.8)};
            if (i % kPolesPerPon == 0) ++pon_number;
            GridPole pole;
            pole.number = numbered("%s.P.%c%03d", spec.prefix, zone, i + 1);
            pole.position = on_ground(at);
            pole.zone = std::to_string(zone + 1);
            char pon[32];
            std::snprintf(pon, sizeof pon, "%s-PON-%03d", spec.prefix.c_str(), pon_number);
            pole.pon = pon;
            town.poles.push_back(std::move(pole));
        }
    }
    const double w = columns * block_width - kBlockGap_m + kBoundaryMargin_m,
                 h = rows * block_height - kBlockGap_m + kBoundaryMargin_m, low = -kBoundaryMargin_m;
    // Corners cut, as surveyed areas rarely are plain rectangles.
    for (const Metres corner : {Metres{low + 80, low}, Metres{w - 40, low}, Metres{w, low + 60}, Metres{w, h - 90},
                                Metres{w - 110, h}, Metres{low + 60, h}, Metres{low, h - 50}, Metres{low, low + 70}}) {
        town.boundary.push_back(on_ground(corner));
    }
    return town;
}

}  // namespace linesman::field
