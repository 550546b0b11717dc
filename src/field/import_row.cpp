#include "field/import_row.h"

#include <charconv>
#include <unordered_map>

#include "base/ids.h"
#include "base/text.h"
#include "model/csv_values.h"
#include "model/geo.h"
#include "model/keys.h"
#include "model/planned_import.h"

namespace linesman::field {

using base::ErrorKind;
using base::make_error;
using base::Result;

namespace {

base::Error refused(std::string why) {
    return make_error(ErrorKind::invalid_argument, std::move(why));
}

std::string_view at(const ImportValues& values, ImportColumn column) {
    const auto found = values.find(column);
    return found == values.end() ? std::string_view() : base::trimmed(found->second);
}

std::string quoted(std::string_view text) {
    return "\"" + base::sanitize_utf8(text, 60) + "\"";
}

Result<std::optional<model::GeoPoint>> position_of(const ImportValues& values, const ImportDefaults& defaults) {
    const auto y = at(values, ImportColumn::latitude), x = at(values, ImportColumn::longitude);
    const auto place = at(values, ImportColumn::location);
    if (y.empty() && x.empty()) {
        if (place.empty()) return std::optional<model::GeoPoint>();
        const auto point = model::location_from_text(place);
        if (!point) return refused("The location " + quoted(place) + " is not \"latitude,longitude\".");
        return point;
    }
    const auto latitude = model::number_from_text(y, defaults.decimal_comma),
               longitude = model::number_from_text(x, defaults.decimal_comma);
    if (!latitude) return refused("The latitude " + quoted(y) + " is not a number.");
    if (!longitude) return refused("The longitude " + quoted(x) + " is not a number.");
    return std::optional(model::GeoPoint{*latitude, *longitude});
}

}  // namespace

std::optional<ImportColumn> import_column(std::string_view header) {
    using C = ImportColumn;
    static const std::unordered_map<std::string, C> kNames = {
        {"polenumber", C::number},
        {"poleno", C::number},
        {"pole", C::number},
        {"number", C::number},
        {"label", C::number},
        {"name", C::number},
        {"project", C::project},
        {"projectid", C::project},
        {"latitude", C::latitude},
        {"lat", C::latitude},
        {"y", C::latitude},
        {"longitude", C::longitude},
        {"lon", C::longitude},
        {"lng", C::longitude},
        {"long", C::longitude},
        {"x", C::longitude},
        {"location", C::location},
        {"gps", C::location},
        {"gpslocation", C::location},
        {"coordinates", C::location},
        {"accuracy", C::accuracy},
        {"gpsaccuracy", C::accuracy},
        {"accuracym", C::accuracy},
        {"notes", C::notes},
        {"note", C::notes},
        {"comment", C::notes},
        {"remarks", C::notes},
        {"capturedby", C::captured_by},
        {"by", C::captured_by},
        {"worker", C::captured_by},
        {"user", C::captured_by},
        {"capturedat", C::captured_at},
        {"time", C::captured_at},
        {"date", C::captured_at},
        {"timestamp", C::captured_at},
        {"id", C::id},
        {"rowid", C::id},
        {"offlineid", C::id},
    };
    const std::string plain = model::column_key(header);
    if (const auto found = kNames.find(plain); found != kNames.end()) return found->second;
    if (const auto slot = model::slot_from_key(plain))
        return static_cast<C>(static_cast<size_t>(C::before) + model::index_of(*slot));
    if (plain.starts_with("photo")) {
        if (const auto slot = model::slot_from_key(std::string_view(plain).substr(5)))
            return static_cast<C>(static_cast<size_t>(C::before) + model::index_of(*slot));
    }
    return std::nullopt;
}

Result<base::Timestamp> read_time(std::string_view text, int utc_offset_minutes) {
    const auto trimmed = base::trimmed(text);
    if (const auto parsed = base::parse_rfc3339(trimmed)) return *parsed;
    int64_t milliseconds = 0;
    const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), milliseconds);
    if (error == std::errc() && end == trimmed.data() + trimmed.size() && trimmed.size() >= 12 && trimmed.size() <= 14)
        return base::Timestamp{milliseconds * 1000};
    std::string local(trimmed);
    if (local.size() > 10 && (local[10] == ' ' || local[10] == 'T')) local[10] = 'T';
    if (local.size() == 16) local += ":00";
    if (const auto parsed = base::parse_rfc3339(local + "Z")) return *parsed - base::minutes(utc_offset_minutes);
    return refused("The time " + quoted(text) + " is not like 2025-01-30 08:15 or 2025-01-30T08:15:00Z.");
}

Result<ImportRow> read_import_row(size_t line, const ImportValues& values, const ImportDefaults& defaults,
                                  std::optional<model::GeoPoint> position) {
    ImportRow row;
    row.line = line;
    auto& capture = row.capture;
    capture.pole_number = base::nfc_trimmed(at(values, ImportColumn::number));
    capture.project_id = at(values, ImportColumn::project);
    if (capture.project_id.empty()) capture.project_id = defaults.project_id;
    capture.notes = at(values, ImportColumn::notes);
    capture.captured_by = at(values, ImportColumn::captured_by);
    if (capture.captured_by.empty()) capture.captured_by = defaults.captured_by;
    row.id = at(values, ImportColumn::id);
    if (capture.pole_number.size() > 100) return refused("The pole number is longer than 100 characters.");
    capture.gps = position;
    if (!position) {
        auto read = position_of(values, defaults);
        if (!read) return read.error();
        capture.gps = *read;
    }
    if (capture.gps && !model::is_plausible(*capture.gps)) return refused("The position is no place on the ground.");
    if (const auto text = at(values, ImportColumn::accuracy); !text.empty()) {
        capture.gps_accuracy_m = model::number_from_text(text, defaults.decimal_comma);
        if (!capture.gps_accuracy_m || *capture.gps_accuracy_m < 0)
            return refused("The accuracy " + quoted(text) + " is not a number of metres.");
    }
    if (const auto text = at(values, ImportColumn::captured_at); !text.empty()) {
        const auto time = read_time(text, defaults.utc_offset_minutes);
        if (!time) return time.error();
        capture.captured_at = *time;
    }
    for (const auto slot : model::kSlots) {
        const auto column =
            static_cast<ImportColumn>(static_cast<size_t>(ImportColumn::before) + model::index_of(slot));
        if (const auto file = at(values, column); !file.empty()) row.files[slot] = file;
    }
    const std::string when(at(values, ImportColumn::captured_at));
    row.key = base::sha256_hex("import\n" + capture.project_id + "\n" + model::canonical_number(capture.pole_number) +
                               "\n" + row.id + "\n" + when);
    return row;
}

}  // namespace linesman::field
