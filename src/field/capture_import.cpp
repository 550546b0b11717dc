#include "field/capture_import.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "field/photo_folder.h"
#include "image/exif.h"
#include "model/csv.h"
#include "model/geo.h"
#include "model/geojson.h"
#include "model/keys.h"

namespace linesman::field {

using base::ErrorKind;
using base::make_error;
using base::Result;
using base::Status;

namespace {

constexpr uint64_t kMaxPhotoBytes = 32ULL << 20;
constexpr size_t kMaxImportRows = 200'000;

class Importer {
  public:
    Importer(OfflinePoleStore& store, const CaptureImportOptions& options) : store_(store), options_(options) {}

    Status find_photos() {
        if (options_.photo_folder.empty()) return {};
        auto found = photos_in(options_.photo_folder);
        if (!found) return found.error();
        photos_ = std::move(*found);
        used_.assign(photos_.size(), false);
        for (size_t i = 0; i < photos_.size(); ++i) {
            if (photos_[i].meaning) by_owner_[photos_[i].meaning->owner].push_back(i);
            by_name_[photos_[i].shown] = i;
        }
        return {};
    }

    void refuse(size_t line, std::string why) { out_.refused.push_back({line, std::move(why)}); }

    // Errors: of the store itself; what is wrong with the row becomes a refusal.
    Status take(Result<ImportRow> row, size_t line) {
        if (out_.rows() >= kMaxImportRows)
            return make_error(ErrorKind::too_large, "The file has more than 200,000 rows. Split it.");
        if (!row) return refuse(line, row.error().what), Status();
        const std::string key = row->id.empty() ? model::canonical_number(row->capture.pole_number) : row->id;
        const auto [earlier, is_new] = seen_.try_emplace(row->key, line);
        if (!is_new) {
            refuse(line, "The same capture is on line " + std::to_string(earlier->second) + " already.");
            return {};
        }
        if (auto why = attach_photos(*row, key); !why.empty()) return refuse(line, std::move(why)), Status();
        return store_row(*row);
    }

    CaptureImport finish() {
        for (size_t i = 0; i < photos_.size(); ++i) {
            if (used_[i]) continue;
            const auto& photo = photos_[i];
            out_.unused_photos.push_back(
                {0, photo.shown + (photo.meaning ? ": no row belongs to it, or its row was refused."
                                                 : ": its name tells no slot (before, front, side, ...).")});
        }
        return std::move(out_);
    }

  private:
    // The reason when a photo cannot be had.
    std::string attach_photos(ImportRow& row, const std::string& key) {
        std::map<model::Slot, size_t> chosen;
        for (const auto& [slot, file] : row.files) {
            const auto found = by_name_.find(file);
            if (found == by_name_.end())
                return "There is no photo \"" + file + "\" in the folder of photos" +
                       (options_.photo_folder.empty() ? ": none was given (--photos)." : ".");
            chosen[slot] = found->second;
        }
        for (const auto& owner : {owner_key(key), owner_key(row.capture.pole_number)}) {
            const auto found = by_owner_.find(owner);
            if (owner.empty() || found == by_owner_.end()) continue;
            for (const size_t i : found->second) chosen.try_emplace(photos_[i].meaning->slot, i);
        }
        std::vector<size_t> taken;
        for (const auto& [slot, i] : chosen) {
            if (used_[i]) continue;  // of an earlier row with the same number
            auto bytes = base::read_file(photos_[i].path, kMaxPhotoBytes);
            if (!bytes) return bytes.error().what;
            row.capture.photos.push_back({slot, std::move(*bytes)});
            taken.push_back(i);
        }
        complete_from_exif(row.capture);
        if (auto why = worth(row.capture); !why.empty()) return why;
        for (const size_t i : taken) used_[i] = true;
        return {};
    }

    void complete_from_exif(NewCapture& capture) const {
        for (const auto& photo : capture.photos) {
            const auto exif = image::read_exif(photo.bytes);
            if (!capture.gps && exif.gps) {
                const model::GeoPoint point{exif.gps->latitude_deg, exif.gps->longitude_deg};
                if (model::is_plausible(point)) {
                    capture.gps = point;
                    if (!capture.gps_accuracy_m) capture.gps_accuracy_m = exif.gps->accuracy_m;
                }
            }
            const auto time = exif.captured_at(options_.defaults.utc_offset_minutes);
            if (!time || row_has_time_) continue;
            if (!capture.captured_at || *time < *capture.captured_at) capture.captured_at = time;
        }
    }

    static std::string worth(const NewCapture& capture) {
        if (capture.pole_number.empty() && !capture.gps && capture.photos.empty())
            return "It has neither a pole number nor a position nor a photo.";
        return {};
    }

    Status store_row(ImportRow& row) {
        row.capture.draft = options_.draft;
        CaptureImport::Row added{row.line, {}, static_cast<int>(row.capture.photos.size())};
        if (options_.dry_run) return out_.added.push_back(std::move(added)), Status();
        Provenance from;
        from.origin = "import";
        from.import_key = row.key;
        auto id = store_.add(row.capture, from);
        if (id) {
            added.offline_id = *id;
            out_.added.push_back(std::move(added));
            return {};
        }
        if (id.error().kind == ErrorKind::already_exists) {
            added.offline_id = id.error().detail;
            out_.already_here.push_back(std::move(added));
            return {};
        }
        if (id.error().kind == ErrorKind::invalid_argument) return refuse(row.line, id.error().what), Status();
        return id.error();
    }

    OfflinePoleStore& store_;
    const CaptureImportOptions& options_;
    std::vector<FoundPhoto> photos_;
    std::vector<bool> used_;
    std::map<std::string, std::vector<size_t>> by_owner_;
    std::map<std::string, size_t> by_name_;
    std::map<std::string, size_t> seen_;
    bool row_has_time_ = false;
    CaptureImport out_;

  public:
    void row_has_time(bool has) { row_has_time_ = has; }
};

Status take_row(Importer& importer, size_t line, const ImportValues& values, const ImportDefaults& defaults,
                std::optional<model::GeoPoint> position) {
    auto row = read_import_row(line, values, defaults, position);
    importer.row_has_time(row && row->capture.captured_at.has_value());
    return importer.take(std::move(row), line);
}

Status import_csv(Importer& importer, std::string_view text, ImportDefaults defaults) {
    model::CsvReader reader(text);
    model::CsvRow row;
    if (!reader.next(row)) return make_error(ErrorKind::corrupt, "The file is empty.");
    std::vector<std::optional<ImportColumn>> columns;
    for (const auto& header : row.fields) columns.push_back(import_column(header));
    if (std::none_of(columns.begin(), columns.end(), [](const auto& column) { return column.has_value(); })) {
        return make_error(ErrorKind::corrupt,
                          "The first line names no column that is known, such as pole_number, latitude, longitude.");
    }
    defaults.decimal_comma = reader.separator() == ';';
    while (reader.next(row)) {
        if (row.unclosed_quote) {
            importer.refuse(row.line, "A quotation mark is never closed; the rest of the file could not be read.");
            continue;
        }
        ImportValues values;
        for (size_t i = 0; i < row.fields.size() && i < columns.size(); ++i) {
            if (columns[i]) values[*columns[i]] = base::sanitize_utf8(row.fields[i]);
        }
        LINESMAN_TRY(take_row(importer, row.line, values, defaults, {}));
    }
    return {};
}

std::string text_of(const base::Json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_number() ? base::to_text(value) : std::string();
}

Status import_geojson(Importer& importer, std::string_view text, const ImportDefaults& defaults) {
    auto list = model::parse_features_one_by_one(text, "file of captures");
    if (!list) return list.error();
    for (const auto& bad : list->bad) importer.refuse(bad.number, bad.reason);
    for (const auto& feature : list->features) {
        ImportValues values;
        if (feature.properties.is_object()) {
            for (const auto& [name, value] : feature.properties.items()) {
                if (const auto column = import_column(name)) values[*column] = text_of(value);
            }
        }
        if (!feature.id.empty()) values.try_emplace(ImportColumn::id, feature.id);
        if (feature.points.size() > 1 || !feature.lines.empty() || !feature.area.empty()) {
            importer.refuse(feature.number, "A capture is one point; this feature is something else.");
            continue;
        }
        std::optional<model::GeoPoint> position;
        if (!feature.points.empty()) position = feature.points.front();
        LINESMAN_TRY(take_row(importer, feature.number, values, defaults, position));
    }
    return {};
}

}  // namespace

ImportFormat import_format_of(std::string_view file, std::string_view text) {
    const std::string name = base::fold(file);
    if (name.ends_with(".geojson") || name.ends_with(".json")) return ImportFormat::geojson;
    if (name.ends_with(".csv") || name.ends_with(".tsv") || name.ends_with(".txt")) return ImportFormat::csv;
    const auto first = base::trimmed(text);
    return !first.empty() && (first[0] == '{' || first[0] == '[') ? ImportFormat::geojson : ImportFormat::csv;
}

Result<CaptureImport> import_captures(OfflinePoleStore& store, std::string_view text, ImportFormat format,
                                      const CaptureImportOptions& options) {
    Importer importer(store, options);
    LINESMAN_TRY(importer.find_photos());
    LINESMAN_TRY(format == ImportFormat::csv ? import_csv(importer, text, options.defaults)
                                             : import_geojson(importer, text, options.defaults));
    return importer.finish();
}

}  // namespace linesman::field
