#include "model/geo.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace linesman::model {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kMaxLatitude = 85.051128779806592;  // atan(sinh(pi)): where the square world ends
constexpr double kEarthRadius_m = 6'371'008.8;
constexpr double kFixedUnits = 4294967296.0;  // 2^32
constexpr double kEdgeTolerance_m = 0.001;
constexpr double kMetresPerDegree = kEarthRadius_m * kPi / 180.0;
// A little more than a millimetre of latitude, to skip edges that are plainly far away.
constexpr double kEdgeTolerance_deg = 2 * kEdgeTolerance_m / kMetresPerDegree;

double radians(double degrees) {
    return degrees * (kPi / 180.0);
}

// True when `point` lies within a millimetre of the edge a-b, on the local plane at the point.
bool is_on_edge(GeoPoint point, GeoPoint a, GeoPoint b, double cos_latitude) {
    const auto [south, north] = std::minmax(a.latitude, b.latitude);
    if (point.latitude < south - kEdgeTolerance_deg || point.latitude > north + kEdgeTolerance_deg) return false;
    const double scale = kMetresPerDegree * cos_latitude;
    const double ax = (a.longitude - point.longitude) * scale, ay = (a.latitude - point.latitude) * kMetresPerDegree;
    const double bx = (b.longitude - point.longitude) * scale, by = (b.latitude - point.latitude) * kMetresPerDegree;
    const double dx = bx - ax, dy = by - ay;
    const double length2 = dx * dx + dy * dy;
    const double along = length2 > 0 ? std::clamp(-(ax * dx + ay * dy) / length2, 0.0, 1.0) : 0.0;
    return std::hypot(ax + along * dx, ay + along * dy) <= kEdgeTolerance_m;
}

enum class Place : uint8_t { outside, inside, edge };

Place place_in_ring(GeoPoint point, const Ring& ring, double cos_latitude) {
    if (ring.size() < 3) return Place::outside;
    bool inside = false;
    GeoPoint a = ring.back();
    for (const GeoPoint b : ring) {
        if (is_on_edge(point, a, b, cos_latitude)) return Place::edge;
        if ((a.latitude > point.latitude) != (b.latitude > point.latitude)) {
            const double part = (point.latitude - a.latitude) / (b.latitude - a.latitude);
            if (point.longitude < a.longitude + part * (b.longitude - a.longitude)) inside = !inside;
        }
        a = b;
    }
    return inside ? Place::inside : Place::outside;
}

bool is_in_polygon(GeoPoint point, const Polygon& polygon, double cos_latitude) {
    if (polygon.rings.empty()) return false;
    const Place outer = place_in_ring(point, polygon.rings.front(), cos_latitude);
    if (outer != Place::inside) return outer == Place::edge;
    for (size_t i = 1; i < polygon.rings.size(); ++i) {
        const Place hole = place_in_ring(point, polygon.rings[i], cos_latitude);
        if (hole == Place::edge) return true;
        if (hole == Place::inside) return false;
    }
    return true;
}

}  // namespace

WorldPoint world_from_geo(GeoPoint point) {
    const double latitude = radians(std::clamp(point.latitude, -kMaxLatitude, kMaxLatitude));
    const double y = 0.5 - std::asinh(std::tan(latitude)) / (2 * kPi);
    return {point.longitude / 360.0 + 0.5, std::clamp(y, 0.0, 1.0)};
}

GeoPoint geo_from_world(WorldPoint point) {
    return {std::atan(std::sinh((0.5 - point.y) * 2 * kPi)) * 180.0 / kPi, (point.x - 0.5) * 360.0};
}

uint32_t fixed_from_world(double coordinate) {
    const double scaled = std::nearbyint(coordinate * kFixedUnits);
    if (!(scaled > 0)) return 0;  // NaN included
    return scaled >= kFixedUnits ? UINT32_MAX : static_cast<uint32_t>(scaled);
}

double world_from_fixed(uint32_t fixed) {
    return fixed / kFixedUnits;
}

double distance_m(GeoPoint a, GeoPoint b) {
    const double lat_a = radians(a.latitude), lat_b = radians(b.latitude);
    const double sin_lat = std::sin((lat_b - lat_a) / 2);
    const double sin_lon = std::sin(radians(b.longitude - a.longitude) / 2);
    const double h = sin_lat * sin_lat + std::cos(lat_a) * std::cos(lat_b) * sin_lon * sin_lon;
    return 2 * kEarthRadius_m * std::asin(std::sqrt(std::clamp(h, 0.0, 1.0)));
}

bool is_plausible(GeoPoint point) {
    // Written so that NaN fails.
    if (!(std::abs(point.latitude) <= 90 && std::abs(point.longitude) <= 180)) return false;
    return std::abs(point.latitude) > 1e-6 || std::abs(point.longitude) > 1e-6;
}

bool MultiPolygon::contains(GeoPoint point) const {
    const double cos_latitude = std::cos(radians(point.latitude));
    return std::any_of(polygons.begin(), polygons.end(),
                       [&](const Polygon& polygon) { return is_in_polygon(point, polygon, cos_latitude); });
}

}  // namespace linesman::model
