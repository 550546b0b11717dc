#include "ui/layout.h"

#include <algorithm>
#include <cmath>

#include "base/file.h"
#include "base/json.h"

namespace linesman::ui {

namespace {

void read_share(const base::Json& json, const char* key, float& value) {
    const auto number = base::number_at(json, key);
    if (number && std::isfinite(*number) && *number >= 0.1 && *number <= 0.9) value = static_cast<float>(*number);
}

void read_size(const base::Json& json, const char* key, int& value) {
    const auto number = base::int_at(json, key);
    if (number && *number >= 640 && *number <= 16'384) value = static_cast<int>(*number);
}

void read_bool(const base::Json& json, const char* key, bool& value) {
    if (const auto found = base::bool_at(json, key)) value = *found;
}

}  // namespace

std::string_view name_of(LayoutKind kind) {
    switch (kind) {
        case LayoutKind::review:
            return "review";
        case LayoutKind::support:
            return "support";
        case LayoutKind::analyst:
            return "analyst";
    }
    return "review";
}

void Layout::reset_dividers() {
    const Layout fresh;
    queue_share = fresh.queue_share;
    side_share = fresh.side_share;
    side_split = fresh.side_split;
    analyst_map = fresh.analyst_map;
    support_split = fresh.support_split;
}

std::string to_text(const Layout& layout) {
    base::Json json;
    json["version"] = kLayoutVersion;
    json["kind"] = name_of(layout.kind);
    json["theme"] = name_of(layout.theme);
    json["zoom"] = layout.zoom;
    json["queue_share"] = layout.queue_share;
    json["side_share"] = layout.side_share;
    json["side_split"] = layout.side_split;
    json["analyst_map"] = layout.analyst_map;
    json["support_split"] = layout.support_split;
    json["map_follows"] = layout.map_follows;
    json["map_shows_planned"] = layout.map_shows_planned;
    json["map_heat"] = layout.map_heat;
    json["map_lines"] = layout.map_lines;
    json["map_accuracy"] = layout.map_accuracy;
    json["map_coverage"] = layout.map_coverage;
    json["window_width"] = layout.window_width;
    json["window_height"] = layout.window_height;
    return base::to_text(json) + "\n";
}

Layout layout_from_text(std::string_view text) {
    Layout layout;
    const auto parsed = base::parse_json(text, "window layout");
    if (!parsed || !parsed->is_object() || base::int_at(*parsed, "version") != kLayoutVersion) return layout;
    const base::Json& json = *parsed;
    const auto kind = base::string_at(json, "kind"), theme = base::string_at(json, "theme");
    for (const auto candidate : {LayoutKind::review, LayoutKind::support, LayoutKind::analyst}) {
        if (kind == name_of(candidate)) layout.kind = candidate;
    }
    for (const auto candidate : {ThemeKind::dark, ThemeKind::light, ThemeKind::high_contrast}) {
        if (theme == name_of(candidate)) layout.theme = candidate;
    }
    if (const auto zoom = base::number_at(json, "zoom");
        zoom && *zoom >= double{kLeastZoom} && *zoom <= double{kMostZoom}) {
        layout.zoom = static_cast<float>(*zoom);
    }
    read_share(json, "queue_share", layout.queue_share);
    read_share(json, "side_share", layout.side_share);
    read_share(json, "side_split", layout.side_split);
    read_share(json, "analyst_map", layout.analyst_map);
    read_share(json, "support_split", layout.support_split);
    read_bool(json, "map_follows", layout.map_follows);
    read_bool(json, "map_shows_planned", layout.map_shows_planned);
    read_bool(json, "map_heat", layout.map_heat);
    read_bool(json, "map_lines", layout.map_lines);
    read_bool(json, "map_accuracy", layout.map_accuracy);
    read_bool(json, "map_coverage", layout.map_coverage);
    read_size(json, "window_width", layout.window_width);
    read_size(json, "window_height", layout.window_height);
    return layout;
}

Layout load_layout(const std::string& path) {
    const auto text = path.empty() ? base::Result<std::string>(base::make_error(base::ErrorKind::not_found, {}))
                                   : base::read_file(path, 64ULL << 10);
    return text ? layout_from_text(*text) : Layout{};
}

base::Status save_layout(const std::string& path, const Layout& layout) {
    if (path.empty()) return {};
    return base::write_file_atomically(path, to_text(layout), false);
}

}  // namespace linesman::ui
