// Geometry on the ground. Positions are WGS 84 degrees; the map's world is Web Mercator scaled to [0, 1) x [0, 1), x
// east, y south.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/capture.h"

namespace linesman::model {

struct WorldPoint {
    double x = 0, y = 0;
};

// Spherical Web Mercator (EPSG:3857) in unit-square form. Latitude is clamped to ±85.05113°.
WorldPoint world_from_geo(GeoPoint point);
GeoPoint geo_from_world(WorldPoint point);

// World coordinate as fixed point: 2^32 units around the globe, 9.3 mm at the equator. What the columns hold.
uint32_t fixed_from_world(double coordinate);
double world_from_fixed(uint32_t fixed);

// Great-circle distance in metres (haversine, mean earth radius 6,371,008.8 m, IUGG).
double distance_m(GeoPoint a, GeoPoint b);

// False for NaN, out of range, and for 0,0, which no phone of ours can be at.
bool is_plausible(GeoPoint point);

using Ring = std::vector<GeoPoint>;  // closed or not; the last edge is implied

// Outer ring first, then holes (GeoJSON order).
struct Polygon {
    std::vector<Ring> rings;
};

// Several polygons; a point is inside when it is in any outer ring and in none of that polygon's holes. Even-odd, edges
// count as inside within a millimetre.
struct MultiPolygon {
    std::vector<Polygon> polygons;
    bool empty() const { return polygons.empty(); }
    bool contains(GeoPoint point) const;
};

}  // namespace linesman::model
