#include "model/planned_import.h"

#include <map>
#include <unordered_map>

#include "base/text.h"
#include "model/csv.h"
#include "model/csv_values.h"
#include "model/geojson.h"
#include "model/keys.h"

namespace linesman::model {
namespace {

using base::ErrorKind;
using base::Json;

enum class Column : uint8_t { number, type, latitude, longitude, location, pon, zone, id, project };
using Values = std::map<Column, std::string>;

std::optional<Column> column_of(std::string_view header) {
    static const std::unordered_map<std::string, Column> kNames = {
        {"polenumber", Column::number},
        {"poleno", Column::number},
        {"polenr", Column::number},
        {"pole", Column::number},
        {"number", Column::number},
        {"label", Column::number},
        {"name", Column::number},
        {"polelabel", Column::number},
        {"polename", Column::number},
        {"poletype", Column::type},
        {"type", Column::type},
        {"latitude", Column::latitude},
        {"lat", Column::latitude},
        {"y", Column::latitude},
        {"longitude", Column::longitude},
        {"lon", Column::longitude},
        {"lng", Column::longitude},
        {"long", Column::longitude},
        {"x", Column::longitude},
        {"location", Column::location},
        {"plannedlocation", Column::location},
        {"coordinates", Column::location},
        {"gps", Column::location},
        {"pon", Column::pon},
        {"ponno", Column::pon},
        {"ponnumber", Column::pon},
        {"zone", Column::zone},
        {"zoneno", Column::zone},
        {"zonenumber", Column::zone},
        {"id", Column::id},
        {"plannedid", Column::id},
        {"project", Column::project},
        {"projectid", Column::project},
    };
    const auto it = kNames.find(column_key(header));
    return it == kNames.end() ? std::nullopt : std::optional(it->second);
}

class Importer {
  public:
    explicit Importer(std::string project_id) : project_id_(std::move(project_id)) {}

    void bad(size_t line, std::string reason) {
        ++out_.rows;
        ++out_.bad_rows;
        if (out_.problems.size() < kMaxImportProblems) out_.problems.push_back({line, std::move(reason)});
    }

    void add(size_t line, const Values& values, std::optional<GeoPoint> position) {
        PlannedPole pole;
        pole.pole_number = base::nfc_trimmed(value(values, Column::number));
        if (pole.pole_number.empty()) return bad(line, "The pole number is missing.");
        if (pole.pole_number.size() > 100) return bad(line, "The pole number is longer than 100 characters.");
        if (!position) return bad(line, "Latitude and longitude are missing or no numbers.");
        if (!is_plausible(*position)) return bad(line, "The position is no place on the ground.");
        pole.position = *position;
        pole.project_id = base::trimmed(value(values, Column::project));
        if (pole.project_id.empty()) pole.project_id = project_id_;
        if (pole.project_id.empty()) {
            ++out_.without_project;
            return bad(line, "The row names no project. Fill its column project, or name one with --project.");
        }
        pole.pole_type = base::nfc_trimmed(value(values, Column::type));
        pole.pon = base::nfc_trimmed(value(values, Column::pon));
        pole.zone = base::nfc_trimmed(value(values, Column::zone));
        const std::string key = pole_key_id(pole.project_id, canonical_number(pole.pole_number));
        const auto [earlier, is_new] = seen_.try_emplace(key, line);
        if (!is_new) {
            std::string reason = "The pole number " + base::sanitize_utf8(pole.pole_number);
            return bad(line, reason + " is on line " + std::to_string(earlier->second) + " already.");
        }
        pole.id = base::trimmed(value(values, Column::id));
        if (pole.id.empty() || pole.id.find('/') != std::string::npos) pole.id = "planned_" + key.substr(0, 24);
        // One of two poles with one id would be lost.
        if (const auto [first, is_free] = ids_.try_emplace(pole.id, line); !is_free)
            return bad(line, "The id " + base::sanitize_utf8(pole.id, 100) + " is on line " +
                                 std::to_string(first->second) + " already.");
        ++out_.rows;
        out_.poles.push_back(std::move(pole));
    }

    PlannedImport take() { return std::move(out_); }
    size_t rows() const { return out_.rows; }

  private:
    static std::string_view value(const Values& values, Column column) {
        const auto it = values.find(column);
        return it == values.end() ? std::string_view{} : std::string_view(it->second);
    }

    std::string project_id_;
    PlannedImport out_;
    std::unordered_map<std::string, size_t> seen_, ids_;  // pole key, id -> line
};

std::optional<GeoPoint> position_of(const Values& values, bool decimal_comma) {
    const auto latitude = values.find(Column::latitude), longitude = values.find(Column::longitude);
    if (latitude != values.end() && longitude != values.end()) {
        const auto y = number_from_text(latitude->second, decimal_comma),
                   x = number_from_text(longitude->second, decimal_comma);
        if (y && x) return GeoPoint{*y, *x};
    }
    const auto location = values.find(Column::location);
    return location == values.end() ? std::nullopt : location_from_text(location->second);
}

std::string text_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_number() ? base::to_text(value) : std::string();
}

Values values_of(const Json& object) {
    Values values;
    if (!object.is_object()) return values;
    for (const auto& [key, value] : object.items()) {
        const auto column = column_of(key);
        if (!column) continue;
        std::string text = text_of(value);
        if (!text.empty()) values.try_emplace(*column, std::move(text));
    }
    return values;
}

std::optional<GeoPoint> pair_in(const Json& object, std::string_view latitude, std::string_view longitude) {
    const auto y = base::number_at(object, latitude), x = base::number_at(object, longitude);
    if (!y || !x || !is_plausible({*y, *x})) return std::nullopt;
    return GeoPoint{*y, *x};
}

base::Error too_many() {
    return base::make_error(ErrorKind::too_large,
                            "The file holds more than two million planned poles. Split it by project.");
}

}  // namespace

std::optional<GeoPoint> location_from_text(std::string_view text) {
    const size_t comma = text.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    const auto latitude = number_from_text(text.substr(0, comma), false),
               longitude = number_from_text(text.substr(comma + 1), false);
    if (!latitude || !longitude || !is_plausible({*latitude, *longitude})) return std::nullopt;
    return GeoPoint{*latitude, *longitude};
}

std::optional<GeoPoint> location_from_json(const Json& document) {
    for (const char* key : {"location", "plannedLocation", "gpsLocation", "gps", "coordinates"}) {
        const Json* value = base::find(document, key);
        if (!value) continue;
        std::optional<GeoPoint> point;
        if (value->is_string()) point = location_from_text(value->get_ref<const std::string&>());
        if (!point) point = pair_in(*value, "latitude", "longitude");
        if (!point) point = pair_in(*value, "lat", "lng");
        if (point) return point;
    }
    return pair_in(document, "latitude", "longitude");
}

base::Result<PlannedPole> planned_from_document(const std::string& id, const Json& document) {
    const auto fail = [&](std::string_view why) {
        std::string what = "The planned pole ";
        what += id;
        what += " ";
        what += why;
        return base::make_error(ErrorKind::corrupt, what + ". Correct it where planned poles are kept.");
    };
    const Values values = values_of(document);
    const auto text = [&](Column column) {
        const auto it = values.find(column);
        return it == values.end() ? std::string() : base::nfc_trimmed(it->second);
    };
    PlannedPole pole{id, text(Column::project), text(Column::number), text(Column::type),
                     {}, text(Column::pon),     text(Column::zone)};
    if (pole.pole_number.empty()) return fail("has no number");
    const auto position = location_from_json(document);
    if (!position) return fail("has no place");
    pole.position = *position;
    return pole;
}

base::Result<PlannedImport> planned_from_csv(std::string_view text, const std::string& project_id) {
    CsvReader reader(text);
    CsvRow row;
    if (!reader.next(row))
        return base::make_error(ErrorKind::corrupt, "The file of planned poles is empty. Choose another file.");
    std::vector<std::optional<Column>> columns;
    bool has_number = false, has_latitude = false, has_longitude = false, has_location = false;
    for (const auto& header : row.fields) {
        columns.push_back(column_of(header));
        has_number |= columns.back() == Column::number;
        has_latitude |= columns.back() == Column::latitude;
        has_longitude |= columns.back() == Column::longitude;
        has_location |= columns.back() == Column::location;
    }
    if (!has_number || !(has_location || (has_latitude && has_longitude)))
        return base::make_error(
            ErrorKind::corrupt,
            "The first line of the file must name the columns pole_number, latitude and longitude. Add it and "
            "import again.");
    Importer importer(project_id);
    while (reader.next(row)) {
        if (importer.rows() >= kMaxImportRows) return too_many();
        if (row.unclosed_quote) {
            importer.bad(row.line, "A quotation mark is not closed; the rest of the file was not read.");
            break;
        }
        Values values;
        bool any = false;
        for (size_t i = 0; i < std::min(columns.size(), row.fields.size()); ++i) {
            any = any || !base::trimmed(row.fields[i]).empty();
            if (columns[i] && !base::trimmed(row.fields[i]).empty())
                values.try_emplace(*columns[i], std::move(row.fields[i]));
        }
        if (any) importer.add(row.line, values, position_of(values, reader.separator() != ','));
    }
    return importer.take();
}

base::Result<PlannedImport> planned_from_geojson(std::string_view text, const std::string& project_id) {
    auto read = parse_features_one_by_one(text, "The file of planned poles");
    if (!read) return read.error();
    Importer importer(project_id);
    for (const auto& bad : read->bad) importer.bad(bad.number, bad.reason);
    bool any_point = false;
    for (const GeoFeature& feature : read->features) {
        if (importer.rows() >= kMaxImportRows) return too_many();
        Values values = values_of(feature.properties);
        if (!feature.id.empty()) values.try_emplace(Column::id, feature.id);
        std::optional<GeoPoint> position;
        if (feature.points.size() == 1) position = feature.points.front();
        any_point = any_point || position;
        if (position) {
            importer.add(feature.number, values, position);
        } else {
            importer.bad(feature.number, "The feature is not a single point.");
        }
    }
    if (!any_point)
        return base::make_error(ErrorKind::corrupt, "The file of planned poles holds no points. Choose another file.");
    return importer.take();
}

}  // namespace linesman::model
