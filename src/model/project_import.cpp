#include "model/project_import.h"

#include <map>
#include <unordered_map>

#include "base/text.h"
#include "model/csv.h"
#include "model/geojson.h"

namespace linesman::model {
namespace {

using base::ErrorKind;
using base::Json;

enum class Column : uint8_t { id, name, code, prefix, boundary, seen_photos, blank_number, bulk_override };
using Values = std::map<Column, std::string>;

std::optional<Column> column_of(std::string_view header) {
    static const std::unordered_map<std::string, Column> kNames = {
        {"id", Column::id},
        {"project", Column::id},
        {"projectid", Column::id},
        {"name", Column::name},
        {"projectname", Column::name},
        {"code", Column::code},
        {"projectcode", Column::code},
        {"prefix", Column::prefix},
        {"numberprefix", Column::prefix},
        {"boundary", Column::boundary},
        {"requiresseenphotos", Column::seen_photos},
        {"allowsblanknumber", Column::blank_number},
        {"allowsbulkoverride", Column::bulk_override},
    };
    std::string plain;
    for (const char c : base::fold(header)) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain += c;
    }
    const auto it = kNames.find(plain);
    return it == kNames.end() ? std::nullopt : std::optional(it->second);
}

std::optional<bool> flag_of(std::string_view text) {
    const std::string word = base::fold(base::trimmed(text));
    if (word == "true" || word == "yes" || word == "1") return true;
    if (word == "false" || word == "no" || word == "0") return false;
    return std::nullopt;
}

bool is_document_id(const std::string& id) {
    const bool reserved = id.size() >= 4 && id.starts_with("__") && id.ends_with("__");
    return !id.empty() && id.size() <= 200 && id.find('/') == std::string::npos && id != "." && id != ".." && !reserved;
}

class Importer {
  public:
    explicit Importer(const ProjectImportOptions& options) : options_(options) {}

    void bad(size_t line, std::string reason) {
        ++out_.rows;
        ++out_.bad_rows;
        if (out_.problems.size() < kMaxImportProblems) out_.problems.push_back({line, std::move(reason)});
    }

    // `area` from a geometry; a boundary column is used when there is none.
    void add(size_t line, const Values& values, MultiPolygon area) {
        ProjectRow row;
        row.line = line;
        row.id = base::nfc_trimmed(text(values, Column::id));
        if (row.id.empty()) row.id = options_.project_id;
        if (row.id.empty()) return bad(line, "The project's id is missing.");
        if (!is_document_id(row.id)) return bad(line, "The project's id holds a slash, is reserved or too long.");
        const auto [earlier, is_new] = seen_.try_emplace(row.id, line);
        if (!is_new)
            return bad(line, "The project " + row.id + " is on line " + std::to_string(earlier->second) + " already.");
        if (area.empty() && values.contains(Column::boundary)) {
            auto parsed = parse_boundary(values.at(Column::boundary), "The boundary");
            if (!parsed) return bad(line, parsed.error().what);
            area = std::move(*parsed);
        }
        if (!area.empty()) {
            row.boundary = base::to_text(geojson_of(area));
            if (row.boundary->size() > kMaxBoundaryBytes)
                return bad(line, "The boundary is larger than a document can hold. Simplify it.");
        } else if (options_.only_boundary) {
            return bad(line, "There is no polygon.");
        }
        if (!options_.only_boundary && !add_rest(line, values, row)) return;
        ++out_.rows;
        out_.projects.push_back(std::move(row));
    }

    ProjectImport take() { return std::move(out_); }

  private:
    static std::string_view text(const Values& values, Column column) {
        const auto it = values.find(column);
        return it == values.end() ? std::string_view{} : std::string_view(it->second);
    }

    bool add_rest(size_t line, const Values& values, ProjectRow& row) {
        const auto take = [&](Column column, std::optional<std::string>& out) {
            std::string content = base::nfc_trimmed(text(values, column));
            if (!content.empty()) out = base::sanitize_utf8(content, 500);
        };
        take(Column::name, row.name);
        take(Column::code, row.code);
        take(Column::prefix, row.number_prefix);
        const std::pair<Column, std::optional<bool>*> flags[] = {{Column::seen_photos, &row.requires_seen_photos},
                                                                 {Column::blank_number, &row.allows_blank_number},
                                                                 {Column::bulk_override, &row.allows_bulk_override}};
        for (const auto& [column, out] : flags) {
            if (base::trimmed(text(values, column)).empty()) continue;
            *out = flag_of(text(values, column));
            if (!*out) {
                bad(line, "A permission is neither true nor false.");
                return false;
            }
        }
        return true;
    }

    const ProjectImportOptions& options_;
    ProjectImport out_;
    std::unordered_map<std::string, size_t> seen_;  // id -> line
};

Values values_of(const Json& properties) {
    Values values;
    if (!properties.is_object()) return values;
    for (const auto& [key, content] : properties.items()) {
        const auto column = column_of(key);
        if (!column || content.is_null()) continue;
        values.try_emplace(*column, content.is_string() ? content.get<std::string>() : base::to_text(content));
    }
    return values;
}

}  // namespace

base::Result<ProjectImport> projects_from_csv(std::string_view text, const ProjectImportOptions& options) {
    CsvReader reader(text);
    CsvRow row;
    if (!reader.next(row))
        return base::make_error(ErrorKind::corrupt, "The file of projects is empty. Choose another file.");
    std::vector<std::optional<Column>> columns;
    bool has_id = !options.project_id.empty(), has_boundary = false;
    for (const auto& header : row.fields) {
        columns.push_back(column_of(header));
        has_id |= columns.back() == Column::id;
        has_boundary |= columns.back() == Column::boundary;
    }
    if (!has_id || (options.only_boundary && !has_boundary))
        return base::make_error(ErrorKind::corrupt, options.only_boundary
                                                        ? "The first line of the file must name the columns "
                                                          "project_id and boundary. Add it and import again."
                                                        : "The first line of the file must name the column "
                                                          "project_id. Add it and import again.");
    Importer importer(options);
    while (reader.next(row)) {
        if (row.unclosed_quote) {
            importer.bad(row.line, "A quotation mark is not closed; the rest of the file was not read.");
            break;
        }
        Values values;
        for (size_t i = 0; i < std::min(columns.size(), row.fields.size()); ++i) {
            if (columns[i] && !base::trimmed(row.fields[i]).empty())
                values.try_emplace(*columns[i], std::move(row.fields[i]));
        }
        if (!values.empty()) importer.add(row.line, values, {});
    }
    return importer.take();
}

base::Result<ProjectImport> projects_from_geojson(std::string_view text, const ProjectImportOptions& options) {
    auto read = parse_features_one_by_one(text, "The file of projects");
    if (!read) return read.error();
    Importer importer(options);
    for (const auto& bad : read->bad) importer.bad(bad.number, bad.reason);
    for (GeoFeature& feature : read->features) {
        Values values = values_of(feature.properties);
        if (!feature.id.empty()) values.try_emplace(Column::id, feature.id);
        importer.add(feature.number, values, std::move(feature.area));
    }
    return importer.take();
}

}  // namespace linesman::model
