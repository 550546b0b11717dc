// GeoJSON (RFC 7946) in and out: boundaries, layers, planned poles. Positions are longitude, latitude on the wire and
// GeoPoint here; a third number (height) is read over.
//
// Input is not trusted: text size, nesting, number of positions, types and ranges are checked, and the message names
// the feature. A ring that is not closed is taken as closed, as many programs write it. Thread: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/geo.h"

namespace linesman::model {

inline constexpr size_t kMaxGeoJsonBytes = 256U << 20;
inline constexpr size_t kMaxGeoJsonPositions = 1'000'000;

struct GeoFeature {
    size_t number = 0;  // from 1, in the order of the file
    std::string id;     // when the feature has one
    MultiPolygon area;
    std::vector<Ring> lines;
    std::vector<GeoPoint> points;
    base::Json properties;  // an object or null
};

// Reads Point, MultiPoint, LineString, MultiLineString, Polygon, MultiPolygon, GeometryCollection, Feature and
// FeatureCollection; a bare geometry is one feature. A feature whose geometry is null is read with nothing in it.
// `item` names the source in messages ("boundary of Lawley"). Errors: corrupt, too_large.
base::Result<std::vector<GeoFeature>> parse_geojson(std::string_view text, std::string_view item);
base::Result<std::vector<GeoFeature>> features_from_json(const base::Json& json, std::string_view item);

// One by one: a feature that cannot be read is named and left out, the rest goes in. Errors: the file as a whole is no
// GeoJSON, or too large.
struct FeatureList {
    struct Bad {
        size_t number = 0;
        std::string reason;
    };
    std::vector<GeoFeature> features;
    std::vector<Bad> bad;
};
base::Result<FeatureList> parse_features_one_by_one(std::string_view text, std::string_view item);

// All areas of a file together. Errors: those above; corrupt when it holds no area.
base::Result<MultiPolygon> parse_boundary(std::string_view text, std::string_view item);

// Geometry objects. Rings are written closed; nothing is rounded.
base::Json geojson_of(GeoPoint point);
base::Json geojson_of(const MultiPolygon& area);  // Polygon when there is exactly one
// A Feature; `properties` is an object or null.
base::Json geojson_feature(base::Json geometry, base::Json properties);

}  // namespace linesman::model
