#include "store/mbtiles.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "store/sqlite.h"

namespace linesman::store {

using base::ErrorKind;
using base::make_error;
using base::Result;
using base::Status;

namespace {

constexpr size_t kMaxMetadataText = 1024;

std::optional<double> number_of(std::string_view text) {
    text = base::trimmed(text);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

// "west,south,east,north"; what makes no sense is left at the whole world.
TileBounds bounds_of(std::string_view text) {
    std::array<double, 4> values{};
    for (size_t i = 0; i < 4; ++i) {
        const size_t comma = i < 3 ? text.find(',') : text.size();
        if (comma == std::string_view::npos) return {};
        const auto value = number_of(text.substr(0, comma));
        if (!value) return {};
        values[i] = *value;
        text.remove_prefix(std::min(text.size(), comma + 1));
    }
    const TileBounds world;
    const TileBounds out{std::max(values[0], world.west), std::max(values[1], world.south),
                         std::min(values[2], world.east), std::min(values[3], world.north)};
    return out.west < out.east && out.south < out.north ? out : world;
}

std::string without_tags(std::string_view text) {
    std::string out;
    bool in_tag = false;
    for (const char c : text) {
        if (c == '<') in_tag = true;
        if (!in_tag) out += c;
        if (c == '>') in_tag = false;
    }
    return out;
}

int zoom_of(std::string_view text, int fallback) {
    const auto value = number_of(text);
    return value ? static_cast<int>(std::clamp(*value, 0.0, static_cast<double>(kMaxTileZoom))) : fallback;
}

// By the first bytes; metadata are often wrong or missing.
std::string format_of(std::string_view bytes) {
    if (bytes.starts_with("\x89PNG")) return "png";
    if (bytes.starts_with("\xFF\xD8\xFF")) return "jpg";
    if (bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") return "webp";
    return {};
}

Status read_metadata(Database& database, TileSetInfo& info, std::string& format) {
    const auto take = [&](Statement& row) {
        const std::string key = row.string(0).substr(0, 64);
        const std::string value = base::sanitize_utf8(row.text(1), kMaxMetadataText);
        if (key == "name") info.name = value;
        if (key == "format") format = value;
        if (key == "attribution") info.attribution = without_tags(value);
        if (key == "bounds") info.bounds = bounds_of(value);
        if (key == "minzoom") info.min_zoom = zoom_of(value, info.min_zoom);
        if (key == "maxzoom") info.max_zoom = zoom_of(value, info.max_zoom);
    };
    return database.each("SELECT name, value FROM metadata LIMIT 200", take);
}

base::Error unsupported(const std::string& path, std::string_view why) {
    return make_error(ErrorKind::unsupported, "The map file " + path + " cannot be used: " + std::string(why) + ".");
}

}  // namespace

MbTiles::MbTiles(std::unique_ptr<Database> database, TileSetInfo info)
    : database_(std::move(database)), info_(std::move(info)) {}
MbTiles::MbTiles(MbTiles&&) noexcept = default;
MbTiles& MbTiles::operator=(MbTiles&&) noexcept = default;
MbTiles::~MbTiles() = default;

Result<MbTiles> MbTiles::open(const std::string& path) {
    auto opened = Database::open(path, {.read_only = true, .cache_kib = 2048, .hostile = true});
    if (!opened) return opened.error();
    auto database = std::make_unique<Database>(std::move(opened).value());
    const auto tables = database->int64(
        "SELECT count(*) FROM sqlite_schema WHERE name IN ('tiles','metadata') AND type IN ('table','view')");
    if (!tables) return tables.error();
    if (*tables != 2) return unsupported(path, "it has no tables `tiles` and `metadata`");
    TileSetInfo info;
    std::string format;
    info.max_zoom = kMaxTileZoom;
    LINESMAN_TRY(read_metadata(*database, info, format));
    std::string first;
    LINESMAN_TRY(database->each("SELECT substr(tile_data, 1, 16) FROM tiles LIMIT 1",
                                [&](Statement& row) { first = row.blob(0); }));
    info.format = format_of(first);
    if (info.format.empty()) {
        if (format == "pbf") return unsupported(path, "it holds vector tiles; Linesman draws images (png, jpg)");
        return unsupported(path, first.empty() ? "it holds no tiles" : "its tiles are no images");
    }
    if (info.min_zoom > info.max_zoom) std::swap(info.min_zoom, info.max_zoom);
    return MbTiles(std::move(database), std::move(info));
}

Result<std::string> MbTiles::tile(int z, uint32_t x, uint32_t y) {
    const auto absent = [] { return make_error(ErrorKind::not_found, "The map file has no such tile."); };
    if (z < 0 || z > kMaxTileZoom) return absent();
    const uint32_t side = 1U << z;
    if (x >= side || y >= side) return absent();
    const int64_t row_from_south = side - 1 - y;
    std::optional<std::string> bytes;
    bool too_large = false;
    auto status = database_->each(
        "SELECT length(tile_data), CASE WHEN length(tile_data)<=?4 THEN tile_data END FROM tiles WHERE zoom_level=?1 "
        "AND "
        "tile_column=?2 AND tile_row=?3 LIMIT 1",
        [&](Statement& row) {
            too_large = row.int64(0) > static_cast<int64_t>(kMaxTileBytes);
            bytes = std::string(row.blob(1));
        },
        z, x, row_from_south, kMaxTileBytes);
    if (!status) return status.error();
    if (too_large) return make_error(ErrorKind::too_large, "A tile of the map file is too large to be shown.");
    if (!bytes || bytes->empty()) return absent();
    return std::move(*bytes);
}

}  // namespace linesman::store
