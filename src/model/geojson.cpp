#include "model/geojson.h"

#include <cmath>

namespace linesman::model {
namespace {

using base::ErrorKind;
using base::Json;

constexpr int kMaxNesting = 8;  // GeometryCollections in one another

class Reader {
  public:
    // `alone`: the text is one feature of a file; whoever asks knows its number and what to do.
    explicit Reader(std::string_view item, bool alone = false) : item_(item), alone_(alone) {}

    base::Result<std::vector<GeoFeature>> run(const Json& json) {
        const auto type = base::string_at(json, "type");
        if (!type) return fail("is not GeoJSON: it has no type");
        if (*type != "FeatureCollection") {
            LINESMAN_TRY(read_feature(json, *type));
            return std::move(features_);
        }
        const Json* list = base::find(json, "features");
        if (!list || !list->is_array()) return fail("is not GeoJSON: it has no list of features");
        for (const Json& entry : *list) {
            const auto kind = base::string_at(entry, "type");
            ++number_;
            if (!kind || *kind != "Feature") return fail("is not a feature");
            --number_;
            LINESMAN_TRY(read_feature(entry, *kind));
        }
        return std::move(features_);
    }

  private:
    base::Error fail(std::string_view why, ErrorKind kind = ErrorKind::corrupt) const {
        std::string what(item_);
        if (number_ > 0 && !alone_) {
            what += ", feature ";
            what += std::to_string(number_);
        }
        what += " ";
        what += why;
        return base::make_error(kind, what + (alone_ ? "." : ". Correct the file and read it again."));
    }

    base::Status read_feature(const Json& json, const std::string& type) {
        GeoFeature feature;
        feature.number = ++number_;
        const Json* geometry = &json;
        if (type == "Feature") {
            geometry = base::find(json, "geometry");
            if (const Json* properties = base::find(json, "properties"); properties && properties->is_object())
                feature.properties = *properties;
            if (const Json* id = base::find(json, "id"); id && (id->is_string() || id->is_number()))
                feature.id = id->is_string() ? id->get<std::string>() : base::to_text(*id);
        }
        if (geometry && !geometry->is_null()) LINESMAN_TRY(read_geometry(*geometry, feature, 0));
        features_.push_back(std::move(feature));
        return {};
    }

    base::Status read_geometry(const Json& json, GeoFeature& out, int depth) {
        const auto type = base::string_at(json, "type");
        if (!type) return fail("has a geometry without a type");
        if (*type == "GeometryCollection") {
            const Json* list = base::find(json, "geometries");
            if (!list || !list->is_array()) return fail("has a GeometryCollection without geometries");
            if (depth >= kMaxNesting) return fail("has GeometryCollections nested too deeply");
            for (const Json& entry : *list) LINESMAN_TRY(read_geometry(entry, out, depth + 1));
            return {};
        }
        const Json* coordinates = base::find(json, "coordinates");
        if (!coordinates || !coordinates->is_array()) return fail("has a geometry without coordinates");
        return read_coordinates(*type, *coordinates, out);
    }

    base::Status read_coordinates(const std::string& type, const Json& json, GeoFeature& out) {
        if (type == "Point") {
            out.points.emplace_back();
            return read_position(json, out.points.back());
        }
        if (type == "MultiPoint") return read_positions(json, out.points);
        if (type == "LineString") return read_line(json, out);
        if (type == "Polygon") return read_polygon(json, out);
        if (type != "MultiLineString" && type != "MultiPolygon") return fail("has a geometry of an unknown type");
        for (const Json& part : json)
            LINESMAN_TRY(type == "MultiPolygon" ? read_polygon(part, out) : read_line(part, out));
        return {};
    }

    base::Status read_line(const Json& json, GeoFeature& out) {
        Ring line;
        LINESMAN_TRY(read_positions(json, line));
        if (line.size() < 2) return fail("has a line of fewer than two positions");
        out.lines.push_back(std::move(line));
        return {};
    }

    base::Status read_polygon(const Json& json, GeoFeature& out) {
        if (!json.is_array() || json.empty()) return fail("has a polygon without rings");
        Polygon polygon;
        for (const Json& part : json) {
            Ring ring;
            LINESMAN_TRY(read_positions(part, ring));
            if (ring.size() > 1 && ring.front() == ring.back()) ring.pop_back();
            if (ring.size() < 3) return fail("has a ring of fewer than three positions");
            polygon.rings.push_back(std::move(ring));
        }
        out.area.polygons.push_back(std::move(polygon));
        return {};
    }

    base::Status read_positions(const Json& json, std::vector<GeoPoint>& out) {
        if (!json.is_array()) return fail("has coordinates that are no list");
        for (const Json& entry : json) {
            out.emplace_back();
            LINESMAN_TRY(read_position(entry, out.back()));
        }
        return {};
    }

    base::Status read_position(const Json& json, GeoPoint& out) {
        if (++positions_ > kMaxGeoJsonPositions)
            return fail("goes beyond a million positions; simplify it", ErrorKind::too_large);
        if (!json.is_array() || json.size() < 2 || !json[0].is_number() || !json[1].is_number())
            return fail("has a position that is not [longitude, latitude]");
        out = {json[1].get<double>(), json[0].get<double>()};
        // Written so that NaN fails.
        if (!(std::abs(out.latitude) <= 90 && std::abs(out.longitude) <= 180))
            return fail("has a position outside the world; GeoJSON wants degrees, longitude first");
        return {};
    }

    std::string item_;
    bool alone_ = false;
    size_t number_ = 0;
    size_t positions_ = 0;
    std::vector<GeoFeature> features_;
};

Json ring_to_json(const Ring& ring) {
    Json out = Json::array();
    for (const GeoPoint point : ring) out.push_back({point.longitude, point.latitude});
    if (!ring.empty() && ring.front() != ring.back()) out.push_back({ring.front().longitude, ring.front().latitude});
    return out;
}

Json polygon_to_json(const Polygon& polygon) {
    Json out = Json::array();
    for (const Ring& ring : polygon.rings) out.push_back(ring_to_json(ring));
    return out;
}

}  // namespace

base::Result<std::vector<GeoFeature>> features_from_json(const Json& json, std::string_view item) {
    return Reader(item).run(json);
}

namespace {

base::Result<Json> json_of(std::string_view text, std::string_view item) {
    if (text.size() > kMaxGeoJsonBytes)
        return base::make_error(ErrorKind::too_large,
                                std::string(item) + " is larger than 256 MB. Simplify or split it.");
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return base::parse_json(text, item);
}

}  // namespace

base::Result<std::vector<GeoFeature>> parse_geojson(std::string_view text, std::string_view item) {
    auto json = json_of(text, item);
    if (!json) return json.error();
    return features_from_json(*json, item);
}

base::Result<FeatureList> parse_features_one_by_one(std::string_view text, std::string_view item) {
    auto json = json_of(text, item);
    if (!json) return json.error();
    const Json* list = base::find(*json, "features");
    FeatureList out;
    if (!list || !list->is_array() || base::string_at(*json, "type") != "FeatureCollection") {
        auto all = features_from_json(*json, item);
        if (!all) return all.error();
        out.features = std::move(*all);
        return out;
    }
    size_t number = 0;
    for (const Json& entry : *list) {
        ++number;
        auto one =
            base::string_at(entry, "type") == "Feature"
                ? Reader("The feature", true).run(entry)
                : base::Result<std::vector<GeoFeature>>(base::make_error(ErrorKind::corrupt, "It is not a feature."));
        if (!one) {
            out.bad.push_back({number, one.error().what});
            continue;
        }
        for (auto& feature : *one) {
            feature.number = number;
            out.features.push_back(std::move(feature));
        }
    }
    return out;
}

base::Result<MultiPolygon> parse_boundary(std::string_view text, std::string_view item) {
    auto features = parse_geojson(text, item);
    if (!features) return features.error();
    MultiPolygon area;
    for (GeoFeature& feature : *features) {
        for (Polygon& polygon : feature.area.polygons) area.polygons.push_back(std::move(polygon));
    }
    if (area.empty())
        return base::make_error(ErrorKind::corrupt, std::string(item) + " holds no polygon. Choose another file.");
    return area;
}

Json geojson_of(GeoPoint point) {
    return {{"type", "Point"}, {"coordinates", Json::array({point.longitude, point.latitude})}};
}

Json geojson_of(const MultiPolygon& area) {
    if (area.polygons.size() == 1)
        return {{"type", "Polygon"}, {"coordinates", polygon_to_json(area.polygons.front())}};
    Json coordinates = Json::array();
    for (const Polygon& polygon : area.polygons) coordinates.push_back(polygon_to_json(polygon));
    return {{"type", "MultiPolygon"}, {"coordinates", std::move(coordinates)}};
}

Json geojson_feature(Json geometry, Json properties) {
    return {{"type", "Feature"}, {"geometry", std::move(geometry)}, {"properties", std::move(properties)}};
}

}  // namespace linesman::model
